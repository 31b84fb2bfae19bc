//! The long run of the faults in `tests/it/faults`.

use super::{Stop, cargo, servers};

/// A long run, unless told otherwise.
const MINUTES: u64 = 10;

/// Breaks networks and servers under random clients, for as long as `arguments` say: `--minutes N`, `--seed S`.
pub(super) fn faults(arguments: &[&str]) -> Result<(), Stop> {
    let (mut minutes, mut seed) = (MINUTES, 0);
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(Stop::Usage) };
        let value: u64 = value.parse().map_err(|_| Stop::Usage)?;
        match *name {
            "--minutes" => minutes = value,
            "--seed" => seed = value,
            _ => return Err(Stop::Usage),
        }
    }
    servers::install()?;
    let long = "faults::for_as_many_minutes_as_asked_for";
    let test = ["test", "--package", "session-tests", "--all-features", "--test", "it", "--"];
    let options = [long, "--exact", "--nocapture"];
    let environment = [("FAULTS_MINUTES", &*minutes.to_string()), ("FAULTS_SEED", &*seed.to_string())];
    cargo(&[&test[..], &options[..]].concat(), &environment)
}
