//! Random orders of everything that can happen at once: none of them serves what has not been true for a lease; and with any
//! one rule turned off some of them do.

use super::world::World;
use crate::cluster::switches::Switches;

const SEEDS: u64 = 2000;
const STEPS: usize = 1500;

/// The first anomaly of any seed; otherwise how often something was served from the cache.
fn run(switches: Switches) -> Result<u64, String> {
    let mut served = 0;
    for seed in 0..SEEDS {
        let mut world = World::new(seed, switches);
        for step in 0..STEPS {
            world.step().map_err(|anomaly| format!("seed {seed}, step {step}: {anomaly}"))?;
        }
        served += world.served;
    }
    Ok(served)
}

#[track_caller]
fn is_needed(switches: Switches) {
    assert!(run(switches).is_err(), "no order of {SEEDS} has shown what this rule is for");
}

#[test]
fn nothing_is_served_that_has_not_been_true_for_a_lease() {
    let served = run(Switches::default()).unwrap_or_else(|anomaly| panic!("{anomaly}"));
    assert!(served > 10_000, "only {served} loads were answered from the cache");
}

#[test]
fn without_the_fence_a_fill_that_races_a_message_is_served() {
    is_needed(Switches { fence: false, ..Switches::default() });
}

#[test]
fn without_the_lease_silence_is_taken_for_quiet() {
    is_needed(Switches { lease: false, ..Switches::default() });
}

#[test]
fn without_generations_a_fill_outlives_the_gap_that_it_began_before() {
    is_needed(Switches { generation: false, ..Switches::default() });
}

#[test]
fn where_publishing_is_a_second_step_a_message_can_be_missing() {
    is_needed(Switches { publish_in_script: false, ..Switches::default() });
}

#[test]
fn without_erasing_a_copy_outlives_the_gap() {
    is_needed(Switches { erase_on_reconnect: false, ..Switches::default() });
}
