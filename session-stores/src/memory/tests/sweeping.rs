//! What has expired goes away without a background task.

use super::*;

#[test]
fn memory_stays_flat_while_sessions_come_and_expire() {
    let t = Fixture::new();
    let mut most = 0;
    for number in 0..100_000 {
        let _ = t.committed(&living(t.create(number), 100 * SECOND));
        t.pass(SECOND);
        most = most.max(t.store.0.budget.entries());
    }
    // A hundred live at a time, and one in each shard may wait for the next write there.
    assert!(most <= 100 + t.store.0.shards.len(), "{most}");
    assert_eq!(t.store.stats().live, 99);
    t.audit();
}

#[test]
fn writes_sweep_a_little_each() {
    let t = Fixture::new();
    for number in 0..1000 {
        t.begin(number);
    }
    t.pass(IDLE);
    assert_eq!(t.store.stats().expired, 1000);
    for number in 0..500 {
        t.begin(5000 + number);
    }
    let stats = t.store.stats();
    assert!(stats.expired < 100, "{stats:?}");
    t.audit();
}

#[test]
fn touches_and_deletes_sweep_too() {
    let t = Fixture::new();
    for number in 0..200 {
        t.begin(number);
    }
    t.pass(IDLE);
    for number in 0..1000 {
        let _ = t.touch(5000 + number);
    }
    assert_eq!(t.store.stats().total, 0);
    t.begin(1);
    t.delete(1);
    t.pass(60 * SECOND);
    for number in 0..1000 {
        t.delete(5000 + number);
    }
    assert_eq!(t.store.stats().tombstones, 0);
}

#[test]
fn a_load_removes_what_it_finds_expired() {
    let t = Fixture::new();
    t.begin(1);
    t.pass(IDLE);
    assert_eq!(t.store.stats().expired, 1);
    assert!(t.load(1).is_none());
    assert_eq!(t.store.stats().total, 0);
    t.audit();
}

#[test]
fn cleanup_removes_everything_that_is_over_and_counts_the_sessions() {
    let t = Fixture::new();
    for number in 0..20_000 {
        let _ = t.committed(&living(t.create(number), if number % 2 == 0 { 100 * SECOND } else { IDLE }));
    }
    t.delete(1);
    assert_eq!(t.store.cleanup(), 0);
    t.pass(100 * SECOND);
    let before = t.store.stats();
    assert_eq!((before.total, before.live, before.expired, before.tombstones), (19_999, 9_999, 10_000, 1));
    assert_eq!(t.store.cleanup(), 10_000);
    let after = t.store.stats();
    assert_eq!((after.total, after.live, after.expired, after.tombstones), (9_999, 9_999, 0, 0));
    t.audit();
}

#[test]
fn a_touched_session_is_not_swept_by_its_old_deadline() {
    let t = Fixture::new();
    t.begin(1);
    t.pass(IDLE / 2);
    let _ = t.touch(1);
    t.pass(IDLE / 2 + SECOND);
    assert_eq!(t.store.cleanup(), 0);
    assert!(t.load(1).is_some());
}
