//! A deterministic simulation: clients, nodes, faults and time, in the order that a seed says, against a reference model.
//!
//! Four clients send requests to two nodes in front of one store. Two are tabs of one browser, one uses copies of that
//! browser's cookies, one is somebody else. A request writes, commits, signs in and out, steps up, rotates its id, sets
//! and shows messages; a newer version of the program writes a field that the others do not know. The scheduler decides
//! at every await point who goes on, cancels requests, moves the clock, loses, delays and reorders responses, lets writes
//! arrive twice or long after everybody gave them up, and lets the store fail over to a replica that lags behind; the
//! fault injector does the rest. Some commits run in a task while another one of the same request goes on. Every number
//! that a client writes is written once, so that whatever stands somewhere says who wrote it, and when.
//!
//! | file | what it is |
//! |---|---|
//! | `scheduler.rs` | the executor |
//! | `client.rs`, `visit.rs` | what a request does; what it may see and what it is promised |
//! | `world.rs`, `wire.rs`, `ground.rs` | what clients share; the way to the store; the store, and how to break it |
//! | `model.rs`, `check.rs` | what is known for sure; what must be true after every step |
//!
//! A violation names the rule that was broken and prints its seed and what happened. To see one again:
//! `cargo xtask simulate --from SEED --seeds 1`.

mod check;
mod client;
mod data;
pub(crate) mod dice;
mod ground;
mod model;
mod scheduler;
mod visit;
mod wire;
mod world;

use std::io::Write as _;

use ground::Flaw;
use scheduler::{Report, run};
use world::FAILING;

/// Schedules in every run of the tests.
const FAST: u64 = 300;
/// Schedules that a broken implementation may survive.
const BOUND: u64 = 1500;

/// What is counted in a long run, and the words by which a log tells it.
const HAPPENINGS: [(&str, &[&str]); 10] = [
    ("writes made", &[" begins: ", " becomes: "]),
    ("commits acknowledged", &[": committed"]),
    ("calls without an answer", &["unavailable"]),
    ("commits too late", &["committing: gone"]),
    ("cut off", &["contended"]),
    ("of unknown outcome", &["outcome unknown"]),
    ("requests cancelled", &["hangs up"]),
    ("late writes", &["a late write arrives"]),
    ("failovers", &["falls back"]),
    ("responses lost or late", &["the response is lost", "a late response arrives"]),
];

/// Every other schedule runs on the library's own store, the others on one that can fail over.
fn clean(seed: u64) -> Report {
    run(seed, Flaw::None, seed.is_multiple_of(2))
}

fn expect_none(seed: u64, report: &Report) {
    if let Some(violation) = &report.violation {
        let log = report.log.join("\n");
        panic!("seed {seed}: \"{}\" is broken: {}\n{log}", violation.rule, violation.what);
    }
}

/// Printed whatever becomes of the test; a closed pipe is nobody's business here.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[test]
fn no_schedule_breaks_a_promise() {
    let mut logs = Vec::new();
    for seed in 0..FAST {
        let report = clean(seed);
        expect_none(seed, &report);
        logs.extend(report.log);
    }
    // Schedules in which nothing happens would keep every promise.
    for word in [
        "committed",
        "committing: gone",
        "committing: contended",
        "committing: unavailable",
        "opening: unavailable",
        "is over: signed out",
        "is over: destroyed",
        "is over: left",
        "falls back",
        "expired",
        "hangs up",
        "shows message",
        "a late write arrives",
        "a late response arrives",
        "the response is lost",
    ] {
        assert!(logs.iter().any(|line| line.contains(word)), "{word:?} never happened");
    }
}

#[test]
fn a_seed_is_one_schedule() {
    for seed in 0..10 {
        assert_eq!(clean(seed).log, clean(seed).log, "seed {seed}");
    }
}

/// A broken implementation breaks a promise, in a schedule in which one that is not broken keeps them all.
fn expect_found(flaw: Flaw) {
    expect_found_from(0, flaw);
}

fn expect_found_from(from: u64, flaw: Flaw) {
    for seed in from..from + BOUND {
        let broken = run(seed, flaw, false);
        expect_none(seed, &run(seed, Flaw::None, false));
        if let Some(violation) = broken.violation {
            return say(&format!("{flaw:?} is found by seed {seed}: \"{}\"", violation.rule));
        }
    }
    panic!("{flaw:?} survived {BOUND} schedules");
}

#[test]
fn it_is_found_that_a_delete_leaves_no_tombstone() {
    expect_found(Flaw::SkipTombstone);
}

#[test]
fn it_is_found_that_revisions_are_compared_instead_of_stamps() {
    expect_found(Flaw::CompareRevisions);
}

#[test]
fn it_is_found_that_a_record_keeps_the_newest_nonce_alone() {
    expect_found(Flaw::NewestNonce);
}

#[test]
fn it_is_found_that_a_late_response_clears_the_cookie() {
    expect_found(Flaw::ClearOnGone);
}

#[test]
fn it_is_found_that_principals_are_merged() {
    expect_found(Flaw::MergePrincipals);
}

#[test]
fn it_is_found_that_untouched_fields_are_written_densely() {
    expect_found(Flaw::WriteDensely);
}

#[test]
fn it_is_found_that_a_rotation_brings_a_deleted_session_back() {
    expect_found(Flaw::Resurrect);
}

/// It takes a failover, a commit that was on its way through it, and somebody who saw what was lost: one schedule in many
/// thousands, and one in some hundreds of those that are made for failovers.
#[test]
fn it_is_found_that_attempts_of_one_commit_are_stamped_alike() {
    expect_found_from(FAILING + 6_000, Flaw::StampAttemptsAlike);
}

/// `cargo xtask simulate` runs this one for as long as one likes: `SIMULATE_SEEDS` schedules from `SIMULATE_FROM` on. In the
/// normal tests it is one schedule.
#[test]
fn as_many_schedules_as_asked_for() {
    let number = |name: &str, default: u64| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => default,
    };
    let (from, seeds) = (number("SIMULATE_FROM", 0), number("SIMULATE_SEEDS", 1));
    let (mut requests, mut steps, mut broken) = (0, 0, Vec::new());
    let mut tally = [0; HAPPENINGS.len()];
    for seed in from..from + seeds {
        let report = clean(seed);
        (requests, steps) = (requests + report.requests, steps + report.steps);
        for line in &report.log {
            for (count, (_, words)) in tally.iter_mut().zip(HAPPENINGS) {
                *count += usize::from(words.iter().any(|word| line.contains(word)));
            }
        }
        if report.violation.is_some() || std::env::var_os("SIMULATE_LOG").is_some() {
            say(&report.log.join("\n"));
        }
        if let Some(violation) = &report.violation {
            say(&format!("seed {seed}: \"{}\" is broken: {}", violation.rule, violation.what));
            broken.push(seed);
        }
        if broken.len() >= 10 {
            break;
        }
    }
    say(&format!("{seeds} schedules from {from} on: {requests} requests, {steps} steps, {broken:?} broken"));
    let tally = tally.iter().zip(HAPPENINGS).map(|(count, (what, _))| format!("{count} {what}"));
    say(&tally.collect::<Vec<_>>().join(", "));
    assert!(broken.is_empty(), "seeds {broken:?}");
}
