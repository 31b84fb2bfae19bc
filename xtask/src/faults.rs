//! The long run of the faults in `tests/it/faults`.

use super::{Stop, cargo, servers};

/// A long run, unless told otherwise.
const MINUTES: u64 = 10;

/// Breaks networks and servers under random clients, for as long as `arguments` say: `--minutes N`, `--seed S`, and `--on server`,
/// `cluster` or `sentinel` for that alone.
pub(super) fn faults(arguments: &[&str]) -> Result<(), Stop> {
    let (mut minutes, mut seed, mut only) = (MINUTES, 0, None);
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(Stop::Usage) };
        if *name == "--on" {
            only = ["server", "cluster", "sentinel"].into_iter().find(|known| known == value);
            only.ok_or(Stop::Usage)?;
            continue;
        }
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
    let (minutes, seed) = (minutes.to_string(), seed.to_string());
    let mut environment = vec![("FAULTS_MINUTES", &*minutes), ("FAULTS_SEED", &*seed)];
    environment.extend(only.map(|only| ("FAULTS_ON", only)));
    cargo(&[&test[..], &options[..]].concat(), &environment)
}
