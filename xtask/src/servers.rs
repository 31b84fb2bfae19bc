//! The servers that tests start: they have to be installed.

use std::process::{Command, Stdio};

use super::{Stop, run, say};

/// What to do where this cannot.
const BY_HAND: &str = "the tests of `RedisStore` run against real servers: install Redis 6.2 or later (Debian and Ubuntu: \
    `apt-get install redis-server`), or name a program by REDIS_SERVER";

/// Installs Redis where it is missing and the system is one that has `apt-get`. Nothing is started: tests start what they
/// need, on free ports.
pub(super) fn install() -> Result<(), Stop> {
    let program = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
    if answers(&program, "--version") {
        return Ok(());
    }
    if std::env::var_os("REDIS_SERVER").is_some() {
        return Err(Stop::Failed(format!("REDIS_SERVER is `{program}`, which does not run")));
    }
    if !answers("apt-get", "--version") {
        return Err(Stop::Failed(BY_HAND.to_owned()));
    }
    say("`redis-server` is not installed; installing it");
    let install = || apt(&["install", "--yes", "--no-install-recommends", "redis-server"]);
    // A list of packages that is missing, or old, is fetched first.
    let installed = install().or_else(|_| apt(&["update"]).and_then(|()| install()));
    match installed {
        Ok(()) if answers(&program, "--version") => Ok(()),
        _ => Err(Stop::Failed(BY_HAND.to_owned())),
    }
}

fn apt(arguments: &[&str]) -> Result<(), Stop> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.starts_with(b"0"));
    let mut command = match is_root {
        true => Command::new("apt-get"),
        false => {
            let mut sudo = Command::new("sudo");
            // Asks for no password: there may be nobody to give one.
            sudo.args(["--non-interactive", "--preserve-env=DEBIAN_FRONTEND,RUNLEVEL", "apt-get"]);
            sudo
        }
    };
    // With runlevel 1 the package does not start a server of its own.
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    run(command, &format!("apt-get {}", arguments.join(" ")))
}

fn answers(program: &str, question: &str) -> bool {
    let asked = Command::new(program).arg(question).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
