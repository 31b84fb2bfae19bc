//! Runs that are too long for `cargo xtask test`: tests of `tests/it`, which take how much they do from their environment.
//! Unless that is set, they do little or nothing.

use super::{Stop, cargo, servers};

/// Tests, and what can be said about them.
struct Run {
    command: &'static str,
    /// What the tests' names begin with.
    tests: &'static [&'static str],
    options: &'static [Setting],
}

/// `--name VALUE`, which the test reads from `variable`.
struct Setting {
    name: &'static str,
    variable: &'static str,
    values: Values,
}

enum Values {
    /// A number; this one unless told otherwise.
    Number(u64),
    /// One of these words, or all if none is said.
    OneOf(&'static [&'static str]),
}

const RUNS: [Run; 6] = [
    Run {
        command: "simulate",
        tests: &["simulation::as_many_schedules_as_asked_for"],
        options: &[number("--seeds", "SIMULATE_SEEDS", 100_000), number("--from", "SIMULATE_FROM", 0)],
    },
    Run {
        command: "faults",
        tests: &["faults::for_as_many_minutes_as_asked_for"],
        options: &[
            number("--minutes", "FAULTS_MINUTES", 10),
            number("--seed", "FAULTS_SEED", 0),
            Setting {
                name: "--on",
                variable: "FAULTS_ON",
                values: Values::OneOf(&["server", "cluster", "sentinel"]),
            },
        ],
    },
    Run {
        command: "history",
        tests: &["clustered::history::as_many_operations_as_asked_for"],
        options: &[number("--operations", "HISTORY_OPERATIONS", 1_000_000)],
    },
    Run {
        command: "rules",
        tests: &["redis::rolls::a_", "redis::scripts::a_server_answers"],
        options: &[number("--cases", "PROPTEST_CASES", 2_000), number("--seed", "PROPTEST_RNG_SEED", 0)],
    },
    Run {
        command: "bulk",
        tests: &["redis::queries::sessions_are_ended_exactly_while_others_log_in"],
        options: &[number("--sessions", "BULK_SESSIONS", 100_000)],
    },
    Run {
        command: "race",
        tests: &["redis::indexes::no_login_outruns_a_revocation"],
        options: &[number("--rounds", "RACE_ROUNDS", 100_000)],
    },
];

const fn number(name: &'static str, variable: &'static str, default: u64) -> Setting {
    Setting { name, variable, values: Values::Number(default) }
}

/// Does the run of that name, if there is one, for as long as the options say.
pub(super) fn long(command: &str, options: &[&str]) -> Result<(), Stop> {
    let run = RUNS.iter().find(|run| run.command == command).ok_or(Stop::Usage)?;
    let environment = run.environment(options)?;
    servers::install()?;
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
    let test = ["test", "--release", "--package", "session-tests", "--test", "it", "--", "--nocapture"];
    cargo(&[&test, run.tests].concat(), &environment)
}

impl Run {
    fn environment(&self, options: &[&str]) -> Result<Vec<(&'static str, String)>, Stop> {
        let mut said = Vec::new();
        for setting in self.options {
            if let Values::Number(default) = setting.values {
                said.push((setting.variable, default.to_string()));
            }
        }
        for pair in options.chunks(2) {
            let [name, value] = *pair else { return Err(Stop::Usage) };
            let setting = self.options.iter().find(|setting| setting.name == name).ok_or(Stop::Usage)?;
            let is_known = match setting.values {
                Values::Number(_) => value.parse::<u64>().is_ok(),
                Values::OneOf(words) => words.contains(&value),
            };
            if !is_known {
                return Err(Stop::Usage);
            }
            said.retain(|(variable, _)| *variable != setting.variable);
            said.push((setting.variable, value.to_owned()));
        }
        Ok(said)
    }
}
