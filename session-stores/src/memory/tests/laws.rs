//! One test or more for each law of [`Store`], in the order of the laws.

use super::*;

#[test]
fn a_stale_base_never_applies() {
    let t = Fixture::new();
    let base = t.begin(1);
    let mine = with_fields(update(1, &base, 1), "mine");
    let theirs = with_fields(update(1, &base, 2), "theirs");
    let _ = t.committed(&theirs);
    let Commit::Conflict(current) = t.commit(&mine) else { panic!("a stale base was accepted") };
    assert_eq!(current.fields, "theirs");
    assert_eq!(t.load(1).unwrap().header, current.header);
}

#[test]
fn a_base_of_the_same_revision_but_another_nonce_is_stale() {
    let t = Fixture::new();
    let mut base = t.begin(1);
    base.header.ring = base.header.ring.with(nonce(99));
    assert!(matches!(t.commit(&update(1, &base, 1)), Commit::Conflict(_)));
}

#[test]
fn a_create_never_overwrites_a_live_record() {
    let t = Fixture::new();
    let first = t.begin(1);
    let mut second = t.create(1);
    second.nonce = nonce(77);
    assert_eq!(t.gone(&second), Gone::Occupied);
    assert_eq!(t.load(1).unwrap().header, first.header);
}

#[test]
fn a_create_never_overwrites_a_tombstone() {
    let t = Fixture::new();
    t.begin(1);
    t.delete(1);
    assert_eq!(t.gone(&t.create(1)), Gone::Deleted);
}

#[test]
fn a_create_never_happens_after_its_time() {
    let t = Fixture::new();
    let create = t.create(1);
    let in_time = t.create(2);
    t.pass(30 * SECOND);
    let _ = t.committed(&in_time);
    t.pass(MS);
    assert_eq!(t.gone(&create), Gone::TooLate);
    assert_eq!(t.store.stats().total, 1);
}

#[test]
fn a_late_commit_never_revives_a_deleted_session() {
    let t = Fixture::new();
    let create = t.create(1);
    let base = t.committed(&create);
    assert!(t.delete(1));
    assert_eq!(t.gone(&update(1, &base, 1)), Gone::Deleted);
    assert_eq!(t.touch(1), Err(Gone::Deleted));
    assert_eq!(t.gone(&create), Gone::Deleted, "nor does its own create, sent twice");
    // Until the create has come after its time, at every moment.
    for _ in 0..70 {
        t.pass(SECOND);
        t.store.cleanup();
        let _ = t.gone(&create);
        let _ = t.gone(&update(1, &base, 1));
        assert!(t.load(1).is_none());
    }
    assert_eq!(t.gone(&create), Gone::TooLate);
    assert_eq!(t.store.stats().tombstones, 0);
}

#[test]
fn deleting_twice_is_deleting_once() {
    let t = Fixture::new();
    t.begin(1);
    assert!(t.delete(1));
    assert!(!t.delete(1));
    assert_eq!(t.store.stats().tombstones, 1);
}

#[test]
fn what_is_absent_is_neither_updated_nor_touched_nor_rotated_into_being() {
    let t = Fixture::new();
    let base = t.begin(1);
    assert_eq!(t.gone(&update(2, &base, 1)), Gone::Absent);
    let mut rotate = update(2, &base, 1);
    rotate.times.rotates = true;
    assert_eq!(t.gone(&rotate), Gone::Absent);
    assert_eq!(t.touch(2), Err(Gone::Absent));
    assert_eq!(t.store.stats().total, 1);
}

#[test]
fn a_deadline_is_the_first_moment_at_which_a_session_is_absent() {
    let t = Fixture::new();
    let base = t.begin(1);
    t.pass(1_799_999 * MS);
    assert!(t.load(1).is_some());
    t.pass(MS);
    assert_eq!(t.gone(&update(1, &base, 1)), Gone::Expired);
    assert!(t.touch(1).is_err());
    assert!(t.load(1).is_none());
    assert!(!t.delete(1));
}

#[test]
fn a_commit_is_not_repeated_into_a_session_that_expired() {
    let t = Fixture::new();
    let base = t.begin(1);
    let update = update(1, &base, 1);
    let _ = t.committed(&update);
    t.pass(IDLE);
    assert_eq!(t.gone(&update), Gone::Expired);
    assert_eq!(t.gone(&update), Gone::Absent);
}

#[test]
fn the_absolute_deadline_ends_a_session_that_is_always_used() {
    let t = Fixture::new();
    let end = t.begin(1).header.absolute_deadline;
    while t.clock.now() < end {
        t.touch(1).unwrap();
        t.pass(IDLE / 2);
    }
    assert!(t.load(1).is_none());
}

#[test]
fn an_expired_session_is_not_created_anew_by_its_own_late_create() {
    let t = Fixture::new();
    let create = living(t.create(1), SECOND);
    let _ = t.committed(&create);
    t.pass(2 * SECOND);
    assert_eq!(t.store.cleanup(), 1);
    assert_eq!(t.gone(&create), Gone::Deleted);
    t.pass(60 * SECOND);
    assert_eq!(t.store.cleanup(), 0);
    assert_eq!(t.store.stats().tombstones, 0);
}

#[test]
fn touch_changes_the_idle_deadline_alone_and_only_forwards() {
    let t = Fixture::new();
    let before = t.begin(1);
    t.pass(SECOND);
    let deadline = t.touch(1).unwrap();
    assert_eq!(deadline, t.clock.now().after(IDLE));
    let after = t.load(1).unwrap();
    let mut expected = before.header.clone();
    expected.idle_deadline = deadline;
    assert_eq!(after.header, expected);
    assert_eq!(after.fields, before.fields);
    assert_eq!(t.touch(1), Ok(deadline), "a touch in the same moment gains nothing");
    let _ = t.committed(&update(1, &before, 1));
}

#[test]
fn touch_does_nothing_below_its_threshold() {
    let t = Fixture::new();
    let before = t.begin(1).header.idle_deadline;
    t.pass(SECOND);
    let touch = Touch::new(handle(1), proof(1), 2 * SECOND);
    let Touched::Until { idle_deadline, .. } = now(t.store.touch(&touch)).unwrap() else { panic!() };
    assert_eq!(idle_deadline, before);
}

#[test]
fn after_a_strict_rotation_the_old_secret_writes_nothing() {
    let t = Fixture::new();
    let base = t.begin(1);
    let mut rotate = update(1, &base, 1);
    rotate.draft.credential = Some(Credential::only(proof(2)));
    rotate.times.rotates = true;
    let rotated = t.committed(&rotate);
    assert_eq!(rotated.header.rotations, 1);
    assert_eq!(t.gone(&update(1, &rotated, 2)), Gone::Rotated);
    assert_eq!(t.touch(1), Err(Gone::Rotated));
    let touch = Touch::new(handle(1), proof(2), Duration::ZERO);
    assert!(matches!(now(t.store.touch(&touch)).unwrap(), Touched::Until { .. }));
    assert!(t.delete(1), "logging out needs no secret");
}

#[test]
fn a_retried_commit_applies_once() {
    let t = Fixture::new();
    let create = t.create(1);
    let base = t.committed(&create);
    let mut again = create.clone();
    again.answer_lost = true;
    assert_eq!(t.committed(&again).header, base.header);

    let update_1 = with_fields(update(1, &base, 1), "one");
    let first = t.committed(&update_1);
    let second = t.committed(&with_fields(update(1, &first, 2), "two"));
    let retried = t.committed(&update_1);
    assert_eq!((retried.header, retried.fields), (second.header, second.fields));
}

#[test]
fn a_retry_that_came_too_late_to_know_says_so() {
    let t = Fixture::new();
    let base = t.begin(1);
    let last = (1..=9).fold(base.clone(), |base, by| t.committed(&update(1, &base, by)));
    let mut retry = update(1, &base, 1);
    retry.answer_lost = true;
    assert!(matches!(t.commit(&retry), Commit::OutcomeUnknown));
    assert_eq!(t.load(1).unwrap().header, last.header);
}

#[test]
fn a_handle_that_was_never_given_out_leaves_nothing_behind() {
    let t = Fixture::new();
    for number in 0..1000 {
        assert!(!t.delete(number));
    }
    assert_eq!(t.store.stats(), crate::memory::MemoryStats::default());
    let _ = t.begin(1);
}

#[test]
fn a_sealed_record_is_an_error_and_not_absent() {
    let t = Fixture::new();
    assert!(now(t.store.load(&Locator::Sealed(vec![1]))).is_err());
}
