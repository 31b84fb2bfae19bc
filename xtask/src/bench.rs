//! What is measured: `benches` is a workspace of its own, because the peers are nobody else's dependency.

use super::{Stop, cargo_command, root, run};

/// Measures this project beside its peers and prints the tables.
pub(super) fn bench(arguments: &[&str]) -> Result<(), Stop> {
    if !arguments.iter().all(|argument| *argument == "--quick") {
        return Err(Stop::Usage);
    }
    let mut build = cargo_command();
    build.current_dir(root().join("benches")).args(["build", "--release", "--bins"]);
    run(build, "build the benches")?;
    let mut command = cargo_command();
    command.current_dir(root().join("benches")).args(["run", "--release", "--quiet", "--"]).args(arguments);
    run(command, "benches")
}
