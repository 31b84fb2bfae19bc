//! Which laws each flaw breaks. Most break one; where several fall together, the reason stands above them.

use super::flaws::Flaw;

/// A flaw, the laws that it breaks, and those that it breaks if threads happen to meet.
pub(super) type Row = (Flaw, &'static [&'static str], &'static [&'static str]);

pub(super) type Table = &'static [Row];

const INCREMENTS: &str = "no_increment_is_lost_and_none_counts_twice";
const DELETE_RACE: &str = "once_a_delete_has_answered_nobody_sees_or_writes_the_session";

pub(super) const UPDATES: Table = &[
    (Flaw::ForgetsThatCookiesPersist, &["what_was_committed_is_what_is_loaded"], &[]),
    (Flaw::KeepsTheOldPrincipal, &["a_commit_on_the_present_state_applies_whole"], &[]),
    // A stale base that applies is not answered with a conflict either.
    (
        Flaw::AStaleBaseApplies,
        &["a_stale_base_never_applies", "a_conflict_is_answered_with_the_present_state"],
        &[INCREMENTS],
    ),
    (
        Flaw::ComparesRevisionsOnly,
        &[
            "a_base_of_the_same_revision_by_another_commit_is_stale",
            "a_base_by_another_attempt_of_the_same_commit_is_stale",
        ],
        &[],
    ),
    (Flaw::ComparesCommitsOnly, &["a_base_by_another_attempt_of_the_same_commit_is_stale"], &[]),
    (Flaw::TrustsNewerRevisions, &["a_base_ahead_of_the_store_is_stale"], &[]),
    (Flaw::RevisionZeroIsNoCondition, &["an_update_of_a_base_that_never_was_is_a_conflict"], &[]),
    (Flaw::ConflictsTellHalf, &["a_conflict_is_answered_with_the_present_state"], &[]),
    (Flaw::DeletesWhatLooksAlike, &["a_commit_changes_no_other_session"], &[]),
    (Flaw::CommitsMoveDeadlinesBack, &["a_commit_moves_deadlines_only_as_far_as_it_may"], &[]),
    (Flaw::CommitsPassTheAbsoluteDeadline, &["a_commit_moves_deadlines_only_as_far_as_it_may"], &[]),
    (Flaw::LowersTheSchemaVersion, &["an_older_program_lowers_neither_version_nor_reader"], &[]),
    (Flaw::LowersTheOldestReader, &["an_older_program_lowers_neither_version_nor_reader"], &[]),
];

pub(super) const CREATES_AND_ENDS: Table = &[
    // Of several creates the later ones find a live record.
    (
        Flaw::CreatesOverwrite,
        &["a_create_never_overwrites_a_live_record", "of_concurrent_creates_one_is_made"],
        &[],
    ),
    (Flaw::TombstonesStopTheirOwnCreateOnly, &["a_create_never_overwrites_a_tombstone"], &[]),
    // The time of a create is what stops it where nothing is left, and once its tombstone is gone.
    (
        Flaw::CreatesAreNeverTooLate,
        &[
            "a_create_never_happens_after_its_time",
            "a_create_that_was_refused_leaves_nothing",
            "a_delayed_create_never_revives_a_deleted_session",
        ],
        &[],
    ),
    (Flaw::RefusedCreatesLeaveATombstone, &["a_create_that_was_refused_leaves_nothing"], &[]),
    (Flaw::UpdatesCreate, &["an_update_never_creates"], &[]),
    (Flaw::RotationsCreate, &["a_rotation_never_creates"], &[]),
    (Flaw::TouchesCreate, &["a_touch_never_creates"], &[]),
    (Flaw::UpdatesReviveOnceTheMarkIsGone, &["a_late_update_never_revives_a_deleted_session"], &[]),
    (Flaw::RotationsReviveOnceTheMarkIsGone, &["a_late_rotation_never_revives_a_deleted_session"], &[]),
    (Flaw::TouchesReviveOnceTheMarkIsGone, &["a_late_touch_never_revives_a_deleted_session"], &[]),
    (Flaw::RetriedCreatesRevive, &["a_delayed_create_never_revives_a_deleted_session"], &[]),
    (Flaw::TombstonesAreShort, &["a_tombstone_outlives_every_create"], &[]),
    (Flaw::OneLoadSeesTheDeleted, &["a_deleted_session_is_absent"], &[DELETE_RACE]),
    (Flaw::DeletesTwice, &["deleting_twice_is_deleting_once"], &[]),
    (Flaw::RotatedSessionsCannotBeDeleted, &["a_delete_wins_over_every_rotation"], &[]),
    (Flaw::JunkCounts, &["deleting_a_handle_that_was_never_given_out_marks_nothing"], &[]),
    // One mark, seen by what it stops and by what it takes.
    (
        Flaw::JunkLeavesATombstone,
        &[
            "deleting_a_handle_that_was_never_given_out_marks_nothing",
            "deleting_what_never_was_takes_no_memory",
        ],
        &[],
    ),
];

pub(super) const EXPIRY_AND_TOUCHES: Table = &[
    (Flaw::ExpiresAMillisecondLate, &["an_expired_session_is_not_found"], &[]),
    (Flaw::TheExpiredTakeUpdates, &["an_expired_session_takes_no_update"], &[]),
    (Flaw::TheExpiredTakeRotations, &["an_expired_session_takes_no_rotation"], &[]),
    (Flaw::TheExpiredTakeTouches, &["an_expired_session_takes_no_touch"], &[]),
    (Flaw::TheExpiredKnowTheirCommits, &["an_expired_session_knows_no_commit_that_was_made_in_time"], &[]),
    (Flaw::TheExpiredCanBeDeleted, &["an_expired_session_is_not_there_to_be_deleted"], &[]),
    // A session that is always used is a touched one.
    (
        Flaw::LoadsForgetTouches,
        &[
            "a_touched_session_is_found_until_its_new_deadline",
            "the_absolute_deadline_ends_a_session_that_is_always_used",
        ],
        &[],
    ),
    (Flaw::TouchesGoOnForEver, &["the_absolute_deadline_ends_a_session_that_is_always_used"], &[]),
    (Flaw::TheExpiredMakeRoomForTheirCreate, &["an_expired_session_never_comes_back_by_its_own_create"], &[]),
    // All of them look at the answer to a touch that gains something.
    (
        Flaw::TouchesTellTheOldDeadline,
        &[
            "a_touch_moves_the_idle_deadline_on",
            "a_touch_at_its_threshold_is_made",
            "a_touch_never_passes_the_absolute_deadline",
            "a_touch_twice_is_a_touch_once",
        ],
        &[],
    ),
    (Flaw::TouchesCountAsCommits, &["a_touch_changes_nothing_but_the_idle_deadline"], &[]),
    (Flaw::TouchesDropFields, &["a_touch_changes_nothing_but_the_idle_deadline"], &[]),
    (Flaw::TouchesPassTheAbsoluteDeadline, &["a_touch_never_passes_the_absolute_deadline"], &[]),
    (Flaw::TouchesMoveBack, &["a_touch_never_moves_a_deadline_back"], &[]),
    (Flaw::ThresholdsAreIgnored, &["a_touch_below_its_threshold_does_nothing"], &[]),
    (Flaw::ThresholdsMustBePassed, &["a_touch_at_its_threshold_is_made"], &[]),
    (Flaw::TouchesAddUp, &["a_touch_twice_is_a_touch_once"], &[]),
];

pub(super) const SECRETS_AND_RETRIES: Table = &[
    (Flaw::OldSecretsCommit, &["after_a_rotation_the_old_secret_commits_nothing"], &[]),
    (Flaw::OldSecretsTouch, &["after_a_rotation_the_old_secret_touches_nothing"], &[]),
    (Flaw::NewSecretsTouchNothing, &["after_a_rotation_the_new_secret_works"], &[]),
    (Flaw::AnySecretCommits, &["a_secret_that_was_never_given_out_commits_nothing"], &[]),
    (Flaw::AnySecretTouches, &["a_secret_that_was_never_given_out_touches_nothing"], &[]),
    (Flaw::ThereIsNoGrace, &["a_previous_secret_works_within_its_grace"], &[]),
    (Flaw::GraceNeverEnds, &["a_previous_secret_is_dead_after_its_grace"], &[]),
    (Flaw::TheRecognisedAreAdmitted, &["a_previous_secret_without_a_successor_is_dead_at_once"], &[]),
    (Flaw::TheLastCommitIsRepeated, &["a_retried_update_applies_once"], &[]),
    (Flaw::AttemptsAreCommits, &["a_retried_update_applies_once_although_it_was_merged_anew"], &[]),
    (Flaw::KnowsTheLastCommitOnly, &["a_retried_update_applies_once_although_others_committed"], &[]),
    (Flaw::RetriedCreatesAreRefused, &["a_retried_create_applies_once"], &[]),
    (Flaw::LooksAtTheSecretFirst, &["a_retried_rotation_applies_once"], &[]),
    (Flaw::ALostAnswerIsAlwaysUnknown, &["a_retry_of_what_never_arrived_is_a_conflict_within_the_ring"], &[]),
    (Flaw::TheRingEndsTooEarly, &["a_retry_of_what_never_arrived_is_a_conflict_within_the_ring"], &[]),
    (Flaw::NothingIsUnknown, &["a_retry_beyond_the_ring_is_told_that_nobody_knows"], &[]),
    // A thread that was not scheduled for long is late, too.
    (
        Flaw::LateIsUnknown,
        &["a_late_first_attempt_is_a_conflict_beyond_the_ring"],
        &[INCREMENTS, DELETE_RACE],
    ),
];

pub(super) const THREADS: Table = &[
    (Flaw::TearsUpdates, &[INCREMENTS], &[]),
    (Flaw::TearsCreates, &["of_concurrent_creates_one_is_made"], &[]),
    (Flaw::TearsRotations, &["of_concurrent_rotations_one_is_made"], &[]),
    (Flaw::DeletesAreOvertaken, &[DELETE_RACE], &[]),
];

pub(super) const MORE: Table = &[
    // What is over is as absent as what never was.
    (
        Flaw::BatchesLeaveOutTheAbsent,
        &["a_batch_answers_for_each_handle_in_its_place", "a_batch_shows_no_session_that_is_over"],
        &[],
    ),
    (Flaw::BatchesForgetTouches, &["a_batch_finds_what_a_load_finds"], &[]),
    (Flaw::BatchesShowTheExpired, &["a_batch_shows_no_session_that_is_over"], &[]),
    (Flaw::AnOutageIsAbsentToBatches, &["a_batch_in_an_outage_is_an_error"], &[]),
    (Flaw::AnOutageIsAbsent, &["a_load_in_an_outage_is_an_error"], &[]),
    (Flaw::AnOutageIsGoneToCommits, &["a_commit_in_an_outage_is_an_error"], &[]),
    (Flaw::AnUnsentCommitApplies, &["a_commit_in_an_outage_is_an_error"], &[]),
    (Flaw::AnOutageIsGoneToTouches, &["a_touch_in_an_outage_is_an_error"], &[]),
    (Flaw::AnOutageEndsNothing, &["a_delete_in_an_outage_is_an_error"], &[]),
    (Flaw::AnOutageIsHealthy, &["health_in_an_outage_is_an_error"], &[]),
    (Flaw::AFailedLoadEvicts, &["what_was_there_before_an_outage_is_there_after_it"], &[]),
    (Flaw::NeverForgetsTheExpired, &["expired_sessions_go_away"], &[]),
    (Flaw::NeverForgetsTheDeleted, &["tombstones_go_away"], &[]),
    (Flaw::KeepsALogForEver, &["a_session_that_is_written_again_and_again_takes_no_more"], &[]),
    (Flaw::JunkTakesMemory, &["deleting_what_never_was_takes_no_memory"], &[]),
    (Flaw::LargePagesAreEmpty, &["a_scan_sees_every_live_session"], &[]),
    (Flaw::ScansCountPlaces, &["a_scan_misses_nobody_who_lived_throughout"], &[]),
    (Flaw::ScansShowTheExpired, &["a_scan_shows_no_session_that_is_over"], &[]),
    (Flaw::CountsTheExpired, &["a_count_is_of_the_live_sessions"], &[]),
    (Flaw::ClearingSparesOne, &["clearing_ends_every_session"], &[]),
    (Flaw::ClearingLeavesNoTombstones, &["clearing_leaves_tombstones"], &[]),
];
