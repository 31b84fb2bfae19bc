//! The laws of [`Store`], by the public suite, and beside it what only this store promises: that nothing of what it
//! keeps for them stays longer than it must.

use super::*;

session::conformance! {
    mod suite;
    subject = OnClock::new(|clock| MemoryStore::builder().clock(clock).build())
        .measured(|store| store.stats().total + store.stats().tombstones + store.stats().marks);
    also = [scan, memory, revoke];
}

#[test]
fn a_tombstone_stays_until_no_create_can_come_and_no_longer() {
    let t = Fixture::new();
    let create = t.create(1);
    let base = t.committed(&create);
    assert!(t.delete(1));
    assert_eq!(t.gone(&update(1, &base, 1)), Gone::Deleted);
    assert_eq!(t.store.stats().tombstones, 1);
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
fn deleting_twice_lays_one_tombstone() {
    let t = Fixture::new();
    t.begin(1);
    assert!(t.delete(1));
    assert!(!t.delete(1));
    assert_eq!(t.store.stats().tombstones, 1);
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
