//! The laws over a network that drops calls, with retries around it.

use std::sync::Arc;

use session::testing::conformance::{OnClock, laws, scan_laws};
use session::testing::{Chances, Faulty, ManualClock};
use session_stores::MemoryStore;
use session_stores::wrap::{Retry, RetryBudget};

use super::subject::OnRuntime;
use super::{at_once, memory};

const NO_END: RetryBudget = RetryBudget { percent: 100, reserve: 1_000_000 };

fn lossy(clock: Arc<ManualClock>, seed: u64, chances: Chances) -> Retry<Faulty<MemoryStore>> {
    Retry::new(Faulty::seeded(memory(clock), seed, chances), at_once(), NO_END).unwrap()
}

session::conformance! {
    mod that_refuses;
    subject = OnRuntime(OnClock::new(|clock| {
        lossy(clock, 1, Chances { fail_before: 300, delay: 200, ..Chances::default() })
    }));
}

/// Where answers are lost, these cannot hold, whoever retries.
const ABOUT_LOST_ANSWERS: [&str; 10] = [
    // A delete that is sent again finds nothing to delete.
    "a_commit_changes_no_other_session",
    "a_deleted_session_is_absent",
    "a_delete_wins_over_every_rotation",
    // Beyond the ring nobody knows what became of the first attempt, and these want to know.
    "a_late_first_attempt_is_a_conflict_beyond_the_ring",
    "a_base_ahead_of_the_store_is_stale",
    "no_increment_is_lost_and_none_counts_twice",
    "once_a_delete_has_answered_nobody_sees_or_writes_the_session",
    // Counting and clearing are not retried.
    "a_count_is_of_the_live_sessions",
    "clearing_ends_every_session",
    "clearing_leaves_tombstones",
];

#[test]
fn what_is_lost_on_the_way_breaks_no_other_law() {
    let chances =
        Chances { fail_before: 50, lose_request: 100, lose_answer: 100, resend: 50, delay: 50, overtaken: 0 };
    for seed in 0..8 {
        let mut left_out = 0;
        for law in laws().into_iter().chain(scan_laws()) {
            if ABOUT_LOST_ANSWERS.contains(&law.name) {
                left_out += 1;
                continue;
            }
            (law.run)(&OnRuntime(OnClock::new(|clock| lossy(clock, seed, chances))));
        }
        assert_eq!(left_out, ABOUT_LOST_ANSWERS.len(), "one of them has another name now");
    }
}
