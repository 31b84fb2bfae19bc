//! Threads in many orders. Everything that they meet in is built once more, with the model checker's locks.

use super::{Stop, cargo, root};

/// Runs the tests of `tests/model`, in so many orders of either kind.
pub(super) fn model(options: &[&str]) -> Result<(), Stop> {
    let schedules = match options {
        [] => "300",
        ["--schedules", schedules] if schedules.parse::<usize>().is_ok() => schedules,
        _ => return Err(Stop::Usage),
    };
    // Other flags are another build; apart, neither throws the other away.
    let folder = root().join("target").join("model");
    let folder =
        folder.to_str().ok_or_else(|| Stop::Failed("the workspace's path is not text".to_owned()))?;
    let environment =
        [("RUSTFLAGS", "--cfg shuttle"), ("CARGO_TARGET_DIR", folder), ("MODEL_SCHEDULES", schedules)];
    cargo(&["test", "--package", "session-model-tests", "--test", "model"], &environment)
}
