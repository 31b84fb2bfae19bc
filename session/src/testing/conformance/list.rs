//! The one list of the laws: from it come the tests that [`conformance!`](crate::conformance) makes, and the functions
//! that list them.

use super::index::Indexes;
use super::revoke::Revokes;
use super::scan::Scans;
use super::subject::{Keeps, Measured, Sealing, Severable};

/// One law, as a test.
#[derive(Debug)]
pub struct Law<S> {
    /// The name of its function, which is the promise.
    pub name: &'static str,
    /// Tries it on a fresh subject.
    ///
    /// # Panics
    /// If the law is broken.
    pub run: fn(&S),
}

/// Calls `$then` with the laws of a group.
#[doc(hidden)]
#[macro_export]
macro_rules! __session_laws {
    (server $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            updates {
                what_was_committed_is_what_is_loaded
                a_commit_on_the_present_state_applies_whole
                a_stale_base_never_applies
                a_base_of_the_same_revision_by_another_commit_is_stale
                a_base_by_another_attempt_of_the_same_commit_is_stale
                a_base_ahead_of_the_store_is_stale
                a_conflict_is_answered_with_the_present_state
                a_commit_changes_no_other_session
                a_commit_moves_deadlines_only_as_far_as_it_may
                an_older_program_lowers_neither_version_nor_reader
                an_update_of_a_base_that_never_was_is_a_conflict
            }
            creates {
                a_create_never_overwrites_a_live_record
                a_create_never_overwrites_a_tombstone
                a_create_never_happens_after_its_time
                an_update_never_creates
                a_rotation_never_creates
                a_touch_never_creates
                a_create_that_was_refused_leaves_nothing
            }
            ends {
                a_late_update_never_revives_a_deleted_session
                a_late_rotation_never_revives_a_deleted_session
                a_late_touch_never_revives_a_deleted_session
                a_delayed_create_never_revives_a_deleted_session
                a_tombstone_outlives_every_create
                a_deleted_session_is_absent
                deleting_twice_is_deleting_once
                a_delete_wins_over_every_rotation
                deleting_a_handle_that_was_never_given_out_marks_nothing
            }
            expiry {
                an_expired_session_is_not_found
                an_expired_session_takes_no_update
                an_expired_session_takes_no_rotation
                an_expired_session_takes_no_touch
                an_expired_session_knows_no_commit_that_was_made_in_time
                an_expired_session_is_not_there_to_be_deleted
                a_touched_session_is_found_until_its_new_deadline
                the_absolute_deadline_ends_a_session_that_is_always_used
                an_expired_session_never_comes_back_by_its_own_create
            }
            touches {
                a_touch_moves_the_idle_deadline_on
                a_touch_changes_nothing_but_the_idle_deadline
                a_touch_never_passes_the_absolute_deadline
                a_touch_never_moves_a_deadline_back
                a_touch_below_its_threshold_does_nothing
                a_touch_at_its_threshold_is_made
                a_touch_twice_is_a_touch_once
            }
            batches {
                a_batch_answers_for_each_handle_in_its_place
                a_batch_finds_what_a_load_finds
                a_batch_shows_no_session_that_is_over
            }
            secrets {
                after_a_rotation_the_old_secret_commits_nothing
                after_a_rotation_the_old_secret_touches_nothing
                after_a_rotation_the_new_secret_works
                a_secret_that_was_never_given_out_commits_nothing
                a_secret_that_was_never_given_out_touches_nothing
                a_previous_secret_works_within_its_grace
                a_previous_secret_is_dead_after_its_grace
                a_previous_secret_without_a_successor_is_dead_at_once
            }
            retries {
                a_retried_update_applies_once
                a_retried_update_applies_once_although_it_was_merged_anew
                a_retried_update_applies_once_although_others_committed
                a_retried_create_applies_once
                a_retried_rotation_applies_once
                a_retry_of_what_never_arrived_is_a_conflict_within_the_ring
                a_retry_beyond_the_ring_is_told_that_nobody_knows
                a_late_first_attempt_is_a_conflict_beyond_the_ring
            }
            threads {
                no_increment_is_lost_and_none_counts_twice
                of_concurrent_creates_one_is_made
                of_concurrent_rotations_one_is_made
                once_a_delete_has_answered_nobody_sees_or_writes_the_session
            }
        }
    };
    (memory $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            memory {
                expired_sessions_go_away
                tombstones_go_away
                a_session_that_is_written_again_and_again_takes_no_more
                deleting_what_never_was_takes_no_memory
            }
        }
    };
    (outage $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            outage {
                a_load_in_an_outage_is_an_error
                a_batch_in_an_outage_is_an_error
                a_commit_in_an_outage_is_an_error
                a_touch_in_an_outage_is_an_error
                a_delete_in_an_outage_is_an_error
                health_in_an_outage_is_an_error
                what_was_there_before_an_outage_is_there_after_it
            }
        }
    };
    (scan $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            scan {
                a_scan_sees_every_live_session
                a_scan_misses_nobody_who_lived_throughout
                a_scan_shows_no_session_that_is_over
                a_count_is_of_the_live_sessions
                clearing_ends_every_session
                clearing_leaves_tombstones
            }
        }
    };
    (revoke $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            revoke {
                what_was_never_marked_has_no_marks
                a_revocation_is_dated_by_the_clock_of_the_marks
                the_later_of_two_revocations_counts
                a_raise_is_made_once_and_never_lowers
                a_retried_raise_is_answered_as_before
                an_end_is_for_good
                marks_concern_nothing_else
                marks_outlive_what_they_mark
                of_concurrent_raises_one_is_made
            }
        }
    };
    (index $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            index {
                a_session_is_listed_by_its_terms_and_by_no_other
                a_session_is_listed_until_its_absolute_deadline
                a_session_that_changes_its_value_is_listed_by_the_new_one
                a_commit_that_is_refused_lists_nothing
                a_member_goes_as_it_was_seen
                what_began_before_a_bar_is_refused
                what_began_after_a_bar_is_admitted
                a_bar_shows_every_member_and_dooms_it
                a_bar_spares_one_until_the_next
                who_is_to_end_does_not_spare_itself
                an_end_stops_a_create_that_has_not_come
                an_end_is_a_delete
                a_full_term_admits_nobody_else
                who_is_evicted_is_over_and_makes_room
                of_concurrent_logins_no_more_are_admitted_than_may_be
                no_login_outruns_a_bar
            }
        }
    };
    (clean_up $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            clean_up {
                nothing_is_left_of_sessions_that_expired
                nothing_is_left_of_sessions_that_were_revoked
            }
        }
    };
    (sealed $then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            sealed {
                a_sealed_record_opens_to_what_was_committed
                a_sealed_record_is_written_in_base64url
                an_expired_sealed_record_is_absent
                a_forged_record_is_absent
                a_cut_or_lengthened_record_is_absent
                junk_is_absent
            }
            held {
                an_update_keeps_when_a_held_session_began
                an_update_keeps_when_a_held_session_ends
                every_commit_to_a_held_record_is_a_revision_more
                strict_rotations_of_a_held_record_are_counted
                a_held_record_that_expired_takes_no_update
                a_held_record_that_expired_takes_no_touch
                a_held_record_is_never_created_after_its_time
                a_secret_commits_nothing_to_a_held_record
                a_secret_touches_no_held_record
                a_touch_seals_a_held_record_with_a_later_idle_deadline
                a_touch_of_a_held_record_changes_nothing_else
                a_touch_of_a_held_record_never_passes_the_absolute_deadline
                a_touch_of_a_held_record_never_moves_its_deadline_back
                a_touch_of_a_held_record_below_its_threshold_does_nothing
            }
        }
    };
    ($unknown:ident $then:ident $arguments:tt) => {
        ::core::compile_error!(
            "the groups of laws are `server`, `memory`, `outage`, `scan`, `index`, `clean_up`, `revoke` and `sealed`"
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __session_law_table {
    ([] $($file:ident { $($law:ident)* })*) => {
        ::std::vec![$($(
            $crate::testing::conformance::Law {
                name: ::core::stringify!($law),
                run: $crate::testing::conformance::$file::$law,
            },
        )*)*]
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __session_law_tests {
    ([$subject:expr] $($file:ident { $($law:ident)* })*) => {
        $($(
            #[test]
            fn $law() {
                $crate::testing::conformance::$file::$law(&$subject);
            }
        )*)*
    };
}

/// Puts a store to the laws: one `#[test]` each, in a module of its own.
///
/// - `subject`: an expression that makes a fresh [`Subject`](crate::testing::conformance::Subject) of an empty store.
///   It stands in every test, and sees what is in scope around the macro, and
///   [`OnClock`](crate::testing::conformance::OnClock).
/// - `also`: the groups of laws that need more of the subject: `scan` needs the store to be
///   [`Scan`](crate::store::Scan), `revoke` that it is [`Revoke`](crate::store::Revoke), `index` that it is
///   [`Index`](crate::store::Index), `memory` a subject that is
///   [`Measured`](crate::testing::conformance::Measured), `clean_up` both, and `outage` a subject that is
///   [`Severable`](crate::testing::conformance::Severable).
/// - `only = [sealed]`, for a store whose records the client keeps.
///
/// ```
/// use session::testing::{Faulty, ReferenceStore};
///
/// session::conformance! {
///     mod laws;
///     subject = OnClock::new(|clock| Faulty::new(ReferenceStore::new(clock))).severable(Faulty::cut);
///     also = [scan, outage];
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance {
    ($(#[$attribute:meta])* mod $name:ident; subject = $subject:expr; $(also = [$($group:ident),* $(,)?];)?) => {
        $crate::conformance! {
            $(#[$attribute])*
            mod $name;
            subject = $subject;
            only = [server, $($($group),*)?];
        }
    };
    ($(#[$attribute:meta])* mod $name:ident; subject = $subject:expr; only = [$($group:ident),* $(,)?];) => {
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            #[allow(unused_imports)]
            use $crate::testing::conformance::OnClock;
            $($crate::__session_laws! { $group __session_law_tests [$subject] })*
        }
    };
}

/// The laws of every store that keeps its records.
pub fn laws<S: Keeps>() -> Vec<Law<S>> {
    crate::__session_laws!(server __session_law_table [])
}

/// The laws of memory.
pub fn memory_laws<S: Keeps + Measured>() -> Vec<Law<S>> {
    crate::__session_laws!(memory __session_law_table [])
}

/// The laws of outages.
pub fn outage_laws<S: Keeps + Severable>() -> Vec<Law<S>> {
    crate::__session_laws!(outage __session_law_table [])
}

/// The laws of scans.
pub fn scan_laws<S: Scans>() -> Vec<Law<S>> {
    crate::__session_laws!(scan __session_law_table [])
}

/// The laws of indexes.
pub fn index_laws<S: Indexes>() -> Vec<Law<S>> {
    crate::__session_laws!(index __session_law_table [])
}

/// The laws of what is left of sessions that are over.
pub fn clean_up_laws<S: Indexes + Measured>() -> Vec<Law<S>> {
    crate::__session_laws!(clean_up __session_law_table [])
}

/// The laws of marks.
pub fn revoke_laws<S: Revokes>() -> Vec<Law<S>> {
    crate::__session_laws!(revoke __session_law_table [])
}

/// The laws of records that the client keeps.
pub fn sealed_laws<S: Sealing>() -> Vec<Law<S>> {
    crate::__session_laws!(sealed __session_law_table [])
}
