//! The long run of the recorded histories in `tests/it/clustered/history`.

use super::{Stop, cargo};

/// A long run, unless told otherwise.
const OPERATIONS: u64 = 1_000_000;

/// Runs as many operations as `arguments` say: `--operations N`.
pub(super) fn history(arguments: &[&str]) -> Result<(), Stop> {
    let operations = match arguments {
        [] => OPERATIONS,
        ["--operations", number] => number.parse().map_err(|_| Stop::Usage)?,
        _ => return Err(Stop::Usage),
    };
    let long = "clustered::history::as_many_operations_as_asked_for";
    let test = ["test", "--release", "--package", "session-tests", "--test", "it", "--"];
    let options = [long, "--exact", "--nocapture"];
    cargo(&[&test[..], &options[..]].concat(), &[("HISTORY_OPERATIONS", &*operations.to_string())])
}
