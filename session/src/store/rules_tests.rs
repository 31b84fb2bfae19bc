//! Each arm of [`decide`] and [`decide_touch`], and what of the laws can be said without a store.

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::record::{Credential, Nonce, Packing, Previous, Principal, Ring, Stamp};
use crate::store::{Absolute, Draft, Rotation, Times};
use crate::token::Handle;

const IDLE: Duration = Duration::from_secs(1800);
const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);
const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);
const MS: Duration = Duration::from_millis(1);

fn nonce(number: u8) -> Nonce {
    Nonce([number; 8])
}

fn proof(number: u8) -> Proof {
    Proof::from_bytes([number; 32])
}

fn draft() -> Draft {
    Draft {
        persistent: true,
        remembered: false,
        schema_version: 3,
        min_reader: 1,
        lineage: [7; 16],
        packing: Packing::NONE,
        binding: None,
        principal: Principal::NOBODY,
        credential: Some(Credential::only(proof(1))),
    }
}

fn times(absolute: Absolute) -> Times {
    Times { idle_span: IDLE, absolute, authenticates: false, rotation: Rotation::None }
}

fn create() -> Write {
    let condition = Condition::Absent { not_after: NOW.after(30 * SECOND) };
    let times = times(Absolute::Span(DAY));
    Write::new(Handle::from_bytes([1; 16]), condition, nonce(1), draft(), times, Bytes::from_static(b"one"))
}

/// What a create at [`NOW`] makes.
fn record() -> Record {
    Record { header: create().header(None, NOW), fields: Bytes::from_static(b"one") }
}

/// An update of `base` by the commit of that nonce.
fn update(base: &Record, by: u8) -> Write {
    let condition = Condition::Matches { stamp: base.header.stamp(), proof: proof(1) };
    Write { condition, nonce: nonce(by), times: times(Absolute::Keep), ..create() }
}

fn touch(threshold: Duration) -> Touch {
    Touch::new(Handle::from_bytes([1; 16]), proof(1), threshold)
}

#[track_caller]
fn applied(verdict: Verdict) -> Record {
    match verdict {
        Verdict::Apply(record) => record,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn gone(verdict: Verdict) -> Gone {
    match verdict {
        Verdict::Gone(gone) => gone,
        other => panic!("{other:?}"),
    }
}

/// `record` after that many commits of others.
fn after(record: &Record, commits: u8) -> Record {
    (0..commits)
        .fold(record.clone(), |base, by| applied(decide(Slot::Record(&base), &update(&base, 100 + by), NOW)))
}

#[test]
fn a_create_makes_the_first_revision() {
    let made = applied(decide(Slot::Vacant, &create(), NOW));
    let header = &made.header;
    assert_eq!(header.stamp(), Stamp { revision: 1, nonce: nonce(1) });
    assert_eq!((header.created, header.rotated_at, header.rotations), (NOW, NOW, 0));
    assert_eq!((header.idle_deadline, header.absolute_deadline), (NOW.after(IDLE), NOW.after(DAY)));
    assert_eq!(header.authenticated_at, None);
    assert_eq!(made.fields, "one");
}

#[test]
fn a_create_happens_until_its_time_and_not_after() {
    let last = NOW.after(30 * SECOND);
    let _ = applied(decide(Slot::Vacant, &create(), last));
    assert_eq!(gone(decide(Slot::Vacant, &create(), last.after(MS))), Gone::TooLate);
}

#[test]
fn a_create_overwrites_neither_a_record_nor_a_tombstone() {
    let other = Write { nonce: nonce(9), ..create() };
    assert_eq!(gone(decide(Slot::Record(&record()), &other, NOW)), Gone::Occupied);
    assert_eq!(gone(decide(Slot::Record(&record()), &other, NOW.after(DAY))), Gone::Expired);
    assert_eq!(gone(decide(Slot::Tombstone, &other, NOW)), Gone::Deleted);
    assert_eq!(gone(decide(Slot::Tombstone, &other, NOW.after(DAY))), Gone::Deleted);
}

#[test]
fn updates_and_rotations_never_create() {
    let update = update(&record(), 2);
    let rotate = Write { times: Times { rotation: Rotation::Strict, ..update.times }, ..update.clone() };
    for write in [update, rotate] {
        assert_eq!(gone(decide(Slot::Vacant, &write, NOW)), Gone::Absent);
        assert_eq!(gone(decide(Slot::Tombstone, &write, NOW)), Gone::Deleted);
    }
    assert_eq!(decide_touch(Slot::Vacant, &touch(Duration::ZERO), NOW), Err(Gone::Absent));
    assert_eq!(decide_touch(Slot::Tombstone, &touch(Duration::ZERO), NOW), Err(Gone::Deleted));
}

#[test]
fn expired_is_gone_from_the_deadline_on() {
    let record = record();
    let deadline = record.header.deadline();
    let before = Timestamp::from_millis(deadline.as_millis() - 1);
    let _ = applied(decide(Slot::Record(&record), &update(&record, 2), before));
    assert_eq!(gone(decide(Slot::Record(&record), &update(&record, 2), deadline)), Gone::Expired);
    assert!(decide_touch(Slot::Record(&record), &touch(Duration::ZERO), before).unwrap().is_some());
    assert_eq!(decide_touch(Slot::Record(&record), &touch(Duration::ZERO), deadline), Err(Gone::Expired));
}

#[test]
fn a_commit_that_was_made_is_known_until_the_session_is_over() {
    let record = record();
    let deadline = record.header.deadline();
    for write in [create(), Write { nonce: nonce(1), ..update(&record, 2) }] {
        let write = Write { answer_lost: true, ..write };
        let before = Timestamp::from_millis(deadline.as_millis() - 1);
        assert!(matches!(decide(Slot::Record(&record), &write, before), Verdict::Applied));
        assert_eq!(gone(decide(Slot::Record(&record), &write, deadline)), Gone::Expired);
    }
}

#[test]
fn expiry_is_said_before_the_secret_is_looked_at() {
    let mut write = update(&record(), 2);
    write.condition = Condition::Matches { stamp: record().header.stamp(), proof: proof(9) };
    assert_eq!(gone(decide(Slot::Record(&record()), &write, NOW.after(DAY))), Gone::Expired);
}

#[test]
fn an_update_on_the_present_state_applies() {
    let base = record();
    let later = NOW.after(60 * SECOND);
    let write = Write { fields: Bytes::from_static(b"two"), ..update(&base, 2) };
    let made = applied(decide(Slot::Record(&base), &write, later));
    assert_eq!(made.header.stamp(), Stamp { revision: 2, nonce: nonce(2) });
    assert!(made.header.ring.contains(nonce(1)));
    assert_eq!(made.header.created, NOW);
    assert_eq!(made.header.idle_deadline, later.after(IDLE));
    assert_eq!(made.header.absolute_deadline, base.header.absolute_deadline);
    assert_eq!(made.fields, "two");
}

#[test]
fn a_stale_base_conflicts() {
    let base = record();
    for commits in [1, 8, 9, 20] {
        let current = after(&base, commits);
        assert!(matches!(decide(Slot::Record(&current), &update(&base, 2), NOW), Verdict::Conflict));
    }
}

#[test]
fn stamps_are_compared_for_equality_alone() {
    // After a failover the numbers can repeat, or run behind a base that was read before it.
    let mut twin = record();
    twin.header.ring = Ring::default().with(nonce(50));
    assert!(matches!(decide(Slot::Record(&record()), &update(&twin, 2), NOW), Verdict::Conflict));
    let ahead = after(&record(), 3);
    assert!(matches!(decide(Slot::Record(&record()), &update(&ahead, 2), NOW), Verdict::Conflict));
}

#[test]
fn a_retry_is_known_by_its_nonce_as_long_as_the_ring_holds_it() {
    let base = record();
    let mut write = update(&base, 2);
    let made = applied(decide(Slot::Record(&base), &write, NOW));
    write.answer_lost = true;
    for commits in 0..8 {
        assert!(matches!(decide(Slot::Record(&after(&made, commits)), &write, NOW), Verdict::Applied));
    }
    assert!(matches!(decide(Slot::Record(&after(&made, 8)), &write, NOW), Verdict::Unknown));
    write.answer_lost = false;
    assert!(matches!(decide(Slot::Record(&after(&made, 8)), &write, NOW), Verdict::Conflict));
}

#[test]
fn a_lost_answer_within_the_ring_proves_that_nothing_was_written() {
    let base = record();
    let mut write = update(&base, 2);
    write.answer_lost = true;
    for commits in 1..=8 {
        assert!(matches!(decide(Slot::Record(&after(&base, commits)), &write, NOW), Verdict::Conflict));
    }
    assert!(matches!(decide(Slot::Record(&after(&base, 9)), &write, NOW), Verdict::Unknown));
    // A record older than the base has lost commits, ours perhaps among them.
    let ahead = after(&base, 2);
    let write = Write { answer_lost: true, ..update(&ahead, 2) };
    assert!(matches!(decide(Slot::Record(&base), &write, NOW), Verdict::Unknown));
}

#[test]
fn what_was_applied_is_applied_whatever_happened_since_to_a_live_session() {
    let base = record();
    let mut rotate = update(&base, 2);
    rotate.draft.credential = Some(Credential::only(proof(2)));
    rotate.times.rotation = Rotation::Strict;
    let rotated = applied(decide(Slot::Record(&base), &rotate, NOW));
    assert!(matches!(decide(Slot::Record(&rotated), &rotate, NOW), Verdict::Applied));
    assert!(matches!(decide(Slot::Record(&rotated), &create(), NOW), Verdict::Applied));
}

#[test]
fn of_two_secrets_one_is_current() {
    let base = record();
    let mut rotate = update(&base, 2);
    rotate.draft.credential = Some(Credential::only(proof(2)));
    rotate.times.rotation = Rotation::Strict;
    let later = NOW.after(SECOND);
    let rotated = applied(decide(Slot::Record(&base), &rotate, later));
    assert_eq!((rotated.header.rotations, rotated.header.rotated_at), (1, later));
    assert_eq!(gone(decide(Slot::Record(&rotated), &update(&rotated, 3), later)), Gone::Rotated);
    assert_eq!(decide_touch(Slot::Record(&rotated), &touch(Duration::ZERO), later), Err(Gone::Rotated));
    let mut by_new = update(&rotated, 3);
    by_new.condition = Condition::Matches { stamp: rotated.header.stamp(), proof: proof(2) };
    let _ = applied(decide(Slot::Record(&rotated), &by_new, later));
}

#[test]
fn a_wrong_secret_is_told_nothing_of_the_state() {
    let base = record();
    let mut write = update(&base, 2);
    write.condition = Condition::Matches { stamp: Stamp { revision: 77, nonce: nonce(77) }, proof: proof(9) };
    assert_eq!(gone(decide(Slot::Record(&base), &write, NOW)), Gone::Rotated);
}

#[test]
fn a_previous_secret_writes_within_its_grace() {
    let mut base = record();
    let previous = Previous { proof: proof(1), until: NOW.after(SECOND), next: Some([0; 16]) };
    base.header.credential = Some(Credential { proof: proof(2), previous: Some(previous) });
    let _ = applied(decide(Slot::Record(&base), &update(&base, 2), NOW));
    let late = NOW.after(SECOND);
    assert_eq!(gone(decide(Slot::Record(&base), &update(&base, 2), late)), Gone::Rotated);
    assert_eq!(decide_touch(Slot::Record(&base), &touch(Duration::ZERO), late), Err(Gone::Rotated));
}

#[test]
fn a_touch_moves_the_idle_deadline_up_to_the_absolute_one() {
    let mut record = record();
    let slot_now = NOW.after(60 * SECOND);
    let moved = decide_touch(Slot::Record(&record), &touch(Duration::ZERO), slot_now).unwrap();
    assert_eq!(moved, Some(slot_now.after(IDLE)));
    record.header.absolute_deadline = NOW.after(IDLE + 10 * SECOND);
    let moved = decide_touch(Slot::Record(&record), &touch(Duration::ZERO), slot_now).unwrap();
    assert_eq!(moved, Some(record.header.absolute_deadline));
}

#[test]
fn a_touch_gains_its_threshold_or_does_nothing() {
    let record = record();
    let at = |span| NOW.after(span);
    let touched = |threshold, now| decide_touch(Slot::Record(&record), &touch(threshold), now).unwrap();
    assert_eq!(touched(60 * SECOND, at(59_999 * MS)), None);
    assert_eq!(touched(60 * SECOND, at(60 * SECOND)), Some(at(60 * SECOND + IDLE)));
    assert_eq!(touched(Duration::ZERO, NOW), None, "nothing is gained in the same moment");
}

#[test]
fn no_deadline_moves_back_when_the_clock_does() {
    let record = record();
    let earlier = Timestamp::from_millis(NOW.as_millis() - 60_000);
    assert_eq!(decide_touch(Slot::Record(&record), &touch(Duration::ZERO), earlier), Ok(None));
    let made = applied(decide(Slot::Record(&record), &update(&record, 2), earlier));
    assert_eq!(made.header.idle_deadline, record.header.idle_deadline);
}

#[test]
fn a_new_lifetime_may_be_shorter() {
    let base = record();
    let mut write = update(&base, 2);
    write.times = Times { idle_span: SECOND, absolute: Absolute::Span(60 * SECOND), ..write.times };
    let made = applied(decide(Slot::Record(&base), &write, NOW.after(SECOND)));
    assert_eq!(made.header.idle_deadline, NOW.after(2 * SECOND));
    assert_eq!(
        made.header.absolute_deadline,
        NOW.after(60 * SECOND),
        "from creation, if nobody authenticated"
    );
}

#[test]
fn authenticating_starts_the_absolute_deadline_anew() {
    let base = record();
    let later = NOW.after(60 * SECOND);
    let mut login = update(&base, 2);
    login.times = Times { absolute: Absolute::Span(DAY), authenticates: true, ..login.times };
    let signed_in = applied(decide(Slot::Record(&base), &login, later));
    assert_eq!(signed_in.header.authenticated_at, Some(later));
    assert_eq!(signed_in.header.absolute_deadline, later.after(DAY));
    let kept = applied(decide(Slot::Record(&signed_in), &update(&signed_in, 3), later.after(SECOND)));
    assert_eq!(kept.header.authenticated_at, Some(later));
    assert_eq!(kept.header.absolute_deadline, later.after(DAY));
}

#[test]
fn an_older_program_lowers_neither_the_schema_version_nor_who_may_read() {
    let mut base = record();
    base.header.schema_version = 9;
    base.header.min_reader = 2;
    let made = applied(decide(Slot::Record(&base), &update(&base, 2), NOW));
    // It carries the newer program's fields on, so a still older one must not read them either.
    assert_eq!((made.header.schema_version, made.header.min_reader), (9, 2));
}

#[test]
fn counters_at_their_end_do_not_panic() {
    let mut base = record();
    base.header.revision = u64::MAX;
    base.header.rotations = u32::MAX;
    let mut write = update(&base, 2);
    write.times.rotation = Rotation::Strict;
    let _ = applied(decide(Slot::Record(&base), &write, NOW));
}
