use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use redis::{Connection, FromRedisValue};

use super::process::{NotStarted, Process, folder};

/// One Redis server, on a free port of this machine and in a folder of its own. It ends when it is dropped, or with the
/// test's process.
#[derive(Debug)]
pub struct Server {
    port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    process: Mutex<Option<Process>>,
}

/// Settings of a server that has what it has acknowledged when it is started again after a [`kill`](Server::kill). It is the
/// process that dies and not the machine, so what it has handed to the system counts; waiting for the disk would make tests as
/// slow as that is when somebody builds something beside them.
pub const KEEPS_WRITES: [[&str; 2]; 2] = [["appendonly", "yes"], ["appendfsync", "no"]];

impl Server {
    /// A server that keeps nothing on disk, with these settings besides: `["maxmemory", "8mb"]`.
    pub fn start(settings: &[[&str; 2]]) -> Self {
        Self::start_in(folder(), settings)
    }

    /// As [`start`](Self::start), for a server whose settings name files in its folder.
    pub(super) fn start_in(folder: PathBuf, settings: &[[&str; 2]]) -> Self {
        for _ in 0..20 {
            let port = free_port();
            let mut arguments = Vec::new();
            let mut set = |name: &str, value: &str| arguments.extend([format!("--{name}"), value.to_owned()]);
            for [name, value] in [["port", &port.to_string()], ["bind", "127.0.0.1"], ["save", ""]] {
                set(name, value);
            }
            set("dir", folder.to_str().expect("a folder with a plain name"));
            set("databases", "1000");
            for [name, value] in settings {
                set(name, value);
            }
            match Process::start(&arguments, "Ready to accept connections") {
                Ok(process) => return Self { port, folder, arguments, process: Mutex::new(Some(process)) },
                Err(NotStarted::PortTaken) => {}
                Err(NotStarted::Failed(log)) => panic!("the Redis server does not start:\n{log}"),
            }
        }
        panic!("no free port for a Redis server")
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its address as a store's.
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A connection beside the store's, as the default user.
    pub fn connect(&self) -> Connection {
        let client = redis::Client::open(self.address()).expect("an address");
        client.get_connection().expect("the Redis server is up")
    }

    /// Asks it something: `&["CONFIG", "SET", "maxmemory", "1mb"]`.
    pub fn ask<V: FromRedisValue>(&self, words: &[&str]) -> V {
        ask(&mut self.connect(), words)
    }

    /// Asks it something while it may close connections, because it is made another's master or replica: nothing, if it
    /// does.
    pub fn ask_if_it_answers<V: FromRedisValue>(&self, words: &[&str]) -> Option<V> {
        let mut connection = redis::Client::open(self.address()).ok()?.get_connection().ok()?;
        let (name, arguments) = words.split_first()?;
        redis::cmd(name).arg(arguments).query(&mut connection).ok()
    }

    /// Kills it without a word.
    pub fn kill(&self) {
        drop(self.lock().take());
    }

    /// Starts it again after [`kill`](Self::kill), where it was, with what is left on its disk.
    pub fn start_again(&self) {
        let mut process = self.lock();
        let again = Process::start(&self.arguments, "Ready to accept connections");
        *process = Some(again.unwrap_or_else(|why| panic!("the Redis server does not start again: {why:?}")));
    }

    /// Stops it where it is; connections stay, and nobody answers.
    pub fn pause(&self) {
        self.lock().as_ref().expect("a running server").signal("STOP");
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub fn resume(&self) {
        self.lock().as_ref().expect("a running server").signal("CONT");
    }

    fn lock(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks a server something over that connection.
pub fn ask<V: FromRedisValue>(connection: &mut Connection, words: &[&str]) -> V {
    let mut command = redis::Cmd::new();
    for word in words {
        command.arg(*word);
    }
    command.query(connection).unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

/// A port that nobody has, nor the one ten thousand above it, on which servers of a cluster talk to each other. Given out
/// once in this process; against other processes, starting is tried again.
pub fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    for _ in 0..1000 {
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|any| any.local_addr()).expect("a port").port();
        // Above 65535 there is none; below, half of the ports that the system gives out are.
        let port = if port > 50_000 { port - 20_000 } else { port };
        let bus = port + 10_000;
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        if !given.contains(&port) && !given.contains(&bus) && is_free(port) && is_free(bus) {
            given.extend([port, bus]);
            return port;
        }
    }
    panic!("no free port")
}
