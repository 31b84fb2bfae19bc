//! The programs that tests start: they have to be installed.

use std::process::{Command, Stdio};

use super::{Stop, run, say};

/// A program that tests start.
struct Needed {
    program: &'static str,
    /// The variable that names another one.
    variable: &'static str,
    /// The package of Debian and Ubuntu that has it.
    package: &'static str,
    /// What to do where this cannot.
    by_hand: &'static str,
}

const IN_A_BROWSER: &str = "the example shop is tested in Chromium: install it (Debian and Ubuntu: `apt-get install chromium \
    chromium-driver`), or name the programs by CHROMIUM and CHROMEDRIVER";

const NEEDED: [Needed; 3] = [
    Needed {
        program: "redis-server",
        variable: "REDIS_SERVER",
        package: "redis-server",
        by_hand: "the tests of `RedisStore` run against real servers: install Redis 6.2 or later (Debian and Ubuntu: \
                  `apt-get install redis-server`), or name a program by REDIS_SERVER",
    },
    Needed { program: "/usr/bin/chromium", variable: "CHROMIUM", package: "chromium", by_hand: IN_A_BROWSER },
    Needed {
        program: "/usr/bin/chromedriver",
        variable: "CHROMEDRIVER",
        package: "chromium-driver",
        by_hand: IN_A_BROWSER,
    },
];

/// Installs what is missing where the system is one that has `apt-get`. Nothing is started: tests start what they need, on
/// free ports.
pub(super) fn install() -> Result<(), Stop> {
    NEEDED.iter().try_for_each(Needed::install)
}

impl Needed {
    fn install(&self) -> Result<(), Stop> {
        let Self { variable, package, by_hand, .. } = *self;
        let program = std::env::var(variable).unwrap_or_else(|_| self.program.to_owned());
        if answers(&program, "--version") {
            return Ok(());
        }
        if std::env::var_os(variable).is_some() {
            return Err(Stop::Failed(format!("{variable} is `{program}`, which does not run")));
        }
        if !answers("apt-get", "--version") {
            return Err(Stop::Failed(by_hand.to_owned()));
        }
        say(&format!("`{program}` is not installed; installing it"));
        let install = || apt(&["install", "--yes", "--no-install-recommends", package]);
        // A list of packages that is missing, or old, is fetched first.
        let installed = install().or_else(|_| apt(&["update"]).and_then(|()| install()));
        match installed {
            Ok(()) if answers(&program, "--version") => Ok(()),
            _ => Err(Stop::Failed(by_hand.to_owned())),
        }
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
