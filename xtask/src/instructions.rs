//! How many instructions hot paths take, compared with what they took: `benches/instructions.txt`.
//!
//! Instructions are the same on every run and whatever else the machine does, which times are not. They are those of one
//! compiler and one kind of processor, so this is a tool for whoever changes a hot path, before and after; no gate.

use std::fmt::Write as _;
use std::process::Command;

use super::{Stop, cargo_command, root, run, say};

/// Requests that are not counted: starting up, and the first of everything.
const WARM: u32 = 100;
/// Requests that are.
const COUNTED: u32 = 500;
/// By how many of a hundred a path may differ.
const TOLERANCE: u64 = 2;

/// Counts, and compares; with `--bless` the counts become what is compared with.
pub(super) fn instructions(arguments: &[&str]) -> Result<(), Stop> {
    let blesses = match arguments {
        [] => false,
        ["--bless"] => true,
        _ => return Err(Stop::Usage),
    };
    let mut build = cargo_command();
    build.current_dir(root().join("benches")).args(["build", "--release", "--bin", "paths"]);
    run(build, "build the paths")?;
    let baseline = root().join("benches").join("instructions.txt");
    let before = std::fs::read_to_string(&baseline).unwrap_or_default();
    let (mut counts, mut changed) = (String::new(), Vec::new());
    for path in paths()? {
        let count = (collected(&path, WARM + COUNTED)? - collected(&path, WARM)?) / u64::from(COUNTED);
        let known = before.lines().find_map(|line| line.strip_prefix(&path)?.trim().parse::<u64>().ok());
        let is_same = known.is_some_and(|known| count.abs_diff(known) * 100 <= known * TOLERANCE);
        say(&match known {
            Some(known) => format!("{path:16} {count:>8}   was {known:>8}"),
            None => format!("{path:16} {count:>8}"),
        });
        if !is_same {
            changed.push(path.clone());
        }
        // Writing to a string does not fail.
        let _written = writeln!(counts, "{path} {count}");
    }
    if blesses {
        return std::fs::write(&baseline, counts)
            .map_err(|error| Stop::Failed(format!("{}: {error}", baseline.display())));
    }
    match changed.is_empty() {
        true => Ok(()),
        false => Err(Stop::Failed(format!(
            "more than {TOLERANCE} % from benches/instructions.txt: {}; if that is meant, `cargo xtask instructions --bless`",
            changed.join(", ")
        ))),
    }
}

/// The paths that the program has.
fn paths() -> Result<Vec<String>, Stop> {
    let output = Command::new(program()).output();
    let output = output.map_err(|error| Stop::Failed(format!("the paths: {error}")))?;
    let paths: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    match paths.is_empty() {
        true => Err(Stop::Failed("the program names no paths".to_owned())),
        false => Ok(paths),
    }
}

/// The instructions of the whole program.
fn collected(path: &str, requests: u32) -> Result<u64, Stop> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(program()).args([path, &requests.to_string()]);
    let output = command.output().map_err(|error| Stop::Failed(format!("valgrind: {error}; install it")))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.ok_or_else(|| Stop::Failed(format!("valgrind did not count {path}:\n{said}")))
}

fn program() -> std::path::PathBuf {
    root().join("benches").join("target").join("release").join("paths")
}
