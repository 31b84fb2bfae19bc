//! The project's own commands: `cargo xtask test | lint | doc | package | ci | fuzz | simulate | faults | history | rules |
//! bulk | race | model | bench | instructions | weight`.

mod bench;
mod fuzz;
mod instructions;
mod long;
mod model;
mod package;
mod servers;
mod weight;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask test   every test: units, integration, UI, documentation; installs redis-server and Chromium if missing
cargo xtask lint   formatting, and clippy for every set of features that is promised to build
cargo xtask doc    the documentation, without warnings
cargo xtask package
                   what would be published: whole, and nothing else
cargo xtask ci     lint, doc, package, model, test
cargo xtask fuzz TARGET SECONDS
                   hostile bytes, guided by coverage; the targets stand in fuzz/targets
cargo xtask simulate [--seeds N] [--from SEED]
                   random schedules of clients, faults and time; 100,000 of them unless told otherwise
cargo xtask faults [--minutes N] [--seed S] [--on server|cluster|sentinel]
                   random clients on real Redis servers whose networks and processes fail; 10 minutes unless told
                   otherwise
cargo xtask history [--operations N]
                   recorded histories of clients at nodes with near caches, with faults, checked; a million operations
                   unless told otherwise
cargo xtask rules [--cases N] [--seed S]
                   random steps on a real Redis server and on a cluster, whose scripts are to answer and to keep what
                   Rust would; 2,000 cases of each unless told otherwise
cargo xtask bulk [--sessions N]
                   searches that many sessions in a real Redis and ends half of them while others log in; 100,000 of
                   them unless told otherwise
cargo xtask race [--rounds N]
                   logins against log-outs everywhere, on a real Redis server and on a cluster; 100,000 of them on each
                   unless told otherwise
cargo xtask model [--schedules N]
                   threads that meet in the commit core and in the stores, in many orders; 300 of either kind unless told
                   otherwise
cargo xtask bench [--quick]
                   this project beside its peers, as the tables of benches/README.md
cargo xtask instructions [--bless]
                   how many instructions hot paths take, by valgrind, and how many they took
cargo xtask weight [--build]
                   how many crates this project and its peers bring, and how long they take to build";

/// The crates whose features are promised to build by themselves.
const LIBRARIES: [&str; 2] = ["session", "session-stores"];

/// Why a command ended early.
enum Stop {
    Usage,
    Failed(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => test(),
        ["lint"] => lint(),
        ["doc"] => doc(),
        ["package"] => package::package(),
        ["fuzz", target, seconds] => fuzz::fuzz(target, seconds),
        ["model", ref options @ ..] => model::model(options),
        ["bench", ref arguments @ ..] => bench::bench(arguments),
        ["instructions", ref arguments @ ..] => instructions::instructions(arguments),
        ["weight", ref arguments @ ..] => weight::weight(arguments),
        ["ci"] => ci(),
        [command, ref options @ ..] => long::long(command, options),
        [] => Err(Stop::Usage),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Usage) => {
            say(USAGE);
            ExitCode::from(2)
        }
        Err(Stop::Failed(what)) => {
            say(&format!("failed: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn ci() -> Result<(), Stop> {
    lint()?;
    doc()?;
    package::package()?;
    model::model(&[])?;
    test()
}

fn test() -> Result<(), Stop> {
    servers::install()?;
    cargo(&["test", "--workspace", "--all-features"], &[])
}

/// All that is wrong is found, not just the first of it: one set of features says nothing about the next.
fn lint() -> Result<(), Stop> {
    let mut failed = Vec::new();
    let mut check = |done: Result<(), Stop>| match done {
        Err(Stop::Failed(what)) => failed.push(what),
        Err(Stop::Usage) | Ok(()) => {}
    };
    check(cargo(&["fmt", "--all", "--check"], &[]));
    check(clippy(&["--workspace", "--all-features"]));
    for library in LIBRARIES {
        check(clippy(&["--package", library, "--no-default-features"]));
        check(clippy(&["--package", library]));
        for feature in features(library)? {
            check(clippy(&["--package", library, "--no-default-features", "--features", &feature]));
        }
        check(clippy(&["--package", library, "--all-features"]));
        // As an app builds it: without what the tests bring along.
        check(cargo(&["check", "--package", library, "--lib", "--all-features"], &[]));
    }
    if failed.is_empty() { Ok(()) } else { Err(Stop::Failed(failed.join("\n        "))) }
}

fn clippy(what: &[&str]) -> Result<(), Stop> {
    cargo(&[&["clippy", "--all-targets"], what, &["--", "-D", "warnings"]].concat(), &[])
}

fn doc() -> Result<(), Stop> {
    cargo(&["doc", "--workspace", "--no-deps", "--all-features"], &[("RUSTDOCFLAGS", "-Dwarnings")])
}

/// The features that a crate's manifest declares, read as lines so that nothing has to be built first.
fn features(library: &str) -> Result<Vec<String>, Stop> {
    let manifest = root().join(library).join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest)
        .map_err(|error| Stop::Failed(format!("{}: {error}", manifest.display())))?;
    let names = text
        .lines()
        .skip_while(|line| line.trim() != "[features]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.to_owned()))
        .filter(|name| name != "default")
        .collect();
    Ok(names)
}

/// Runs cargo in the workspace's root, after saying how.
fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), Stop> {
    let set = environment.iter().map(|(name, value)| format!("{name}={value}"));
    let line = set.chain([format!("cargo {}", arguments.join(" "))]).collect::<Vec<_>>().join(" ");
    say(&format!("$ {line}"));
    let mut command = cargo_command();
    command.current_dir(root()).args(arguments).envs(environment.iter().copied());
    run(command, &line)
}

/// The cargo that runs this.
fn cargo_command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn run(mut command: Command, line: &str) -> Result<(), Stop> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::Failed(format!("{line} ({status})"))),
        Err(error) => Err(Stop::Failed(format!("{line}: {error}"))),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// To standard error, where cargo writes too, so that the lines stay in order.
fn say(line: &str) {
    // A closed standard error must not stop the checks.
    let _ = writeln!(std::io::stderr(), "{line}");
}
