//! Programs that run beside the tests and end with them, however these end.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Runs the server behind it, says its process id, and ends it and what it has started when the pipe from the test closes:
/// at the latest when the test's process ends, in whatever way. SIGKILL, because a server that is stopped heeds nothing
/// else.
const GUARD: &str = r#"
end() {
    set -- "$1" $(cat "/proc/$1/task/"*/children 2> /dev/null)
    kill -9 "$1" 2> /dev/null
    shift
    for child; do end "$child"; done
}
"$@" < /dev/null 2>&1 &
server=$!
echo "guarded: $server"
read -r _
end "$server"
wait "$server" 2> /dev/null
"#;

/// The same for the folder of all servers.
const SWEEP: &str = r#"read -r _; rm -rf "$1""#;

/// Longer than any server takes on the slowest machine; a bound against hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, unless `REDIS_SERVER` names another: an older Redis, a Valkey.
fn redis_server() -> String {
    std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned())
}

/// A server process. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    guard: Child,
    pid: u32,
}

/// What to start, and how to know that it has.
#[derive(Debug, Clone, Copy)]
pub struct Launch<'a> {
    /// The program.
    pub program: &'a str,
    /// Its arguments.
    pub arguments: &'a [String],
    /// Variables of its environment.
    pub environment: &'a [(&'a str, String)],
    /// It says a line with this when it is ready.
    pub ready: &'a str,
    /// Where to get it, should it be missing.
    pub cure: &'a str,
}

/// Why a server did not start.
#[derive(Debug)]
pub enum NotStarted {
    /// Somebody else took the port.
    PortTaken,
    /// Anything else, with its log.
    Failed(String),
}

impl Process {
    /// Starts a Redis server and waits until it says `ready`.
    pub(super) fn start(arguments: &[String], ready: &str) -> Result<Self, NotStarted> {
        let program = redis_server();
        let cure = "The tests of `RedisStore` run against real servers. `cargo xtask test` installs Redis on Debian and \
                    Ubuntu; otherwise install Redis 6.2 or later (Debian: `apt-get install redis-server`), or name a \
                    program by REDIS_SERVER.";
        let launch = Launch { program: &program, arguments, environment: &[], ready, cure };
        Self::launch(&launch).map(|(process, _)| process)
    }

    /// Starts a program and waits until it is ready. Also the line by which it said so.
    pub fn launch(launch: &Launch<'_>) -> Result<(Self, String), NotStarted> {
        let Launch { program, cure, .. } = launch;
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "guard", program])
            .args(launch.arguments)
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let log = follow(guard.stdout.take().expect("a pipe"));
        // Its log may be quicker than the guard; this kills it again, should it not become ready.
        let mut process = Self { guard, pid: 0 };
        let mut ready = None;
        let mut said = String::new();
        while process.pid == 0 || ready.is_none() {
            let Ok(line) = log.recv_timeout(PATIENCE) else { return Err(NotStarted::Failed(said)) };
            if let Some(pid) = line.strip_prefix("guarded: ") {
                process.pid = pid.parse().expect("a process id");
            }
            assert!(
                !line.contains("not found") && !line.contains("No such file"),
                "`{program}` is not installed. {cure}"
            );
            if line.contains("Address already in use") {
                return Err(NotStarted::PortTaken);
            }
            if line.contains("FATAL") || line.contains("Failed") {
                return Err(NotStarted::Failed(said + line.as_str()));
            }
            said += line.as_str();
            said.push('\n');
            if line.contains(launch.ready) {
                ready = Some(line);
            }
        }
        Ok((process, ready.unwrap_or_default()))
    }

    /// Sends it a signal, by its process id.
    pub(super) fn signal(&self, signal: &str) {
        let script = r#"kill -"$1" "$2""#;
        let mut kill = Command::new("sh");
        kill.args(["-c", script, "kill", signal, &self.pid.to_string()]);
        let status = kill.status().expect("a shell");
        assert!(status.success(), "SIG{signal} to {}", self.pid);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ended = self.guard.wait();
    }
}

/// Its lines, read to the end whether anybody wants them or not: a server whose pipe is full stops.
fn follow(output: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (lines, log) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _unwanted = lines.send(line);
        }
    });
    log
}

/// A folder for one server, removed when the test's process ends.
pub fn folder() -> PathBuf {
    static ROOT: OnceLock<(PathBuf, Child)> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (root, _sweeper) = ROOT.get_or_init(|| {
        let root = std::env::temp_dir().join(format!("session-tests-{}", std::process::id()));
        let sweeper =
            Command::new("sh").args(["-c", SWEEP, "sweep"]).arg(&root).stdin(Stdio::piped()).spawn();
        (root, sweeper.expect("a shell"))
    });
    let folder = root.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir_all(&folder).expect("a folder for temporary files");
    folder
}
