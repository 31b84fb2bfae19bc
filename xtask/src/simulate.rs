//! The long run of the simulation in `tests/it/simulation`.

use super::{Stop, cargo};

/// A long run, unless told otherwise.
const SEEDS: u64 = 100_000;

/// Runs as many random schedules as `arguments` say: `--seeds N`, `--from SEED`.
pub(super) fn simulate(arguments: &[&str]) -> Result<(), Stop> {
    let (mut seeds, mut from) = (SEEDS, 0);
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(Stop::Usage) };
        let value: u64 = value.parse().map_err(|_| Stop::Usage)?;
        match *name {
            "--seeds" => seeds = value,
            "--from" => from = value,
            _ => return Err(Stop::Usage),
        }
    }
    let long = "simulation::as_many_schedules_as_asked_for";
    let test = ["test", "--release", "--package", "session-tests", "--test", "it", "--"];
    let options = [long, "--exact", "--nocapture"];
    let environment = [("SIMULATE_SEEDS", &*seeds.to_string()), ("SIMULATE_FROM", &*from.to_string())];
    cargo(&[&test[..], &options[..]].concat(), &environment)
}
