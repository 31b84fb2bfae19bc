//! Runs the targets of `fuzz/`, with the coverage that the stable compiler can instrument: neither nightly nor
//! `cargo-fuzz` is needed, though both work.

use super::{Stop, cargo_command, root, run};

/// What `cargo fuzz` gives the compiler, without a sanitizer: there is no unsafe code to watch.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Fuzzes `target` for so many seconds, from the committed corpus. New inputs go to a folder that is not committed; a
/// failure leaves its input in `fuzz/artifacts`.
pub(super) fn fuzz(target: &str, seconds: &str) -> Result<(), Stop> {
    let fuzz = root().join("fuzz");
    let seeds = fuzz.join("corpus").join(target);
    let grown = fuzz.join("target").join("corpus").join(target);
    let artifacts = fuzz.join("artifacts");
    for folder in [&seeds, &grown, &artifacts] {
        std::fs::create_dir_all(folder)
            .map_err(|error| Stop::Failed(format!("{}: {error}", folder.display())))?;
    }
    let mut command = cargo_command();
    command
        .current_dir(&fuzz)
        // With a target named, the flags do not reach build scripts.
        .args(["run", "--release", "--target", "host-tuple", "--bin", target, "--"])
        .args([&grown, &seeds])
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-max_len=4096", "-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=1"])
        .arg(format!("-max_total_time={seconds}"))
        .env("RUSTFLAGS", COVERAGE);
    run(command, &format!("fuzz {target} for {seconds} s"))
}
