//! Memory is bounded, and the account is exact.

use session::ErrorKind;
use session::record::Record;

use super::*;
use crate::memory::Full;

/// Handles whose numbers differ by multiples of this share a shard.
const SAME_SHARD: u64 = 1 << 16;

/// What a session with fields of that length is counted with.
fn cost(fields: usize) -> usize {
    size_of::<Handle>() + size_of::<Record>() + fields
}

fn limit(answer: Result<Commit, Error>) -> usize {
    match answer.unwrap_err().kind() {
        ErrorKind::Full { limit } => *limit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_byte_is_accounted_for() {
    let t = Fixture::new();
    let base = t.committed(&with_fields(t.create(1), vec![0; 100]));
    assert_eq!(t.store.stats().bytes, cost(100));
    let grown = t.committed(&with_fields(update(1, &base, 1), vec![0; 300]));
    assert_eq!(t.store.stats().bytes, cost(300));
    let shrunk = t.committed(&with_fields(update(1, &grown, 2), vec![]));
    assert_eq!(t.store.stats().bytes, cost(0));
    let mut signed_in = signed_in(update(1, &shrunk, 3));
    signed_in.times.authenticates = true;
    let _ = t.committed(&signed_in);
    t.pass(SECOND);
    let _ = t.touch(1);
    t.audit();
    t.delete(1);
    assert_eq!(t.store.stats().bytes, 0);
    t.audit();
}

#[test]
fn a_full_store_refuses_new_sessions_and_keeps_the_old() {
    let t = Fixture::with(|builder| builder.max_entries(3));
    for number in 0..2 {
        t.begin(number);
    }
    let base = t.begin(2);
    assert_eq!(limit(t.try_commit(&t.create(3))), 3);
    assert!(t.load(3).is_none());
    let _ = t.committed(&update(2, &base, 1));
    t.delete(0);
    t.begin(3);
    t.audit();
}

#[test]
fn a_full_store_refuses_growth_and_the_session_stays_as_it_was() {
    let t = Fixture::with(|builder| builder.max_bytes(2 * cost(100)));
    let base = t.committed(&with_fields(t.create(1), vec![1; 100]));
    let _ = t.committed(&with_fields(t.create(2), vec![1; 100]));
    let grow = with_fields(update(1, &base, 1), vec![2; 101]);
    assert_eq!(limit(t.try_commit(&grow)), 2 * cost(100));
    let stands = t.load(1).unwrap();
    assert_eq!((stands.header, stands.fields), (base.header.clone(), base.fields.clone()));
    let _ = t.committed(&with_fields(update(1, &base, 2), vec![2; 100]));
    t.audit();
}

#[test]
fn a_session_larger_than_the_store_evicts_nobody() {
    let t = Fixture::with(|builder| builder.max_bytes(cost(100)).when_full(Full::EvictIdle));
    t.begin(1);
    let error = t.try_commit(&with_fields(t.create(2), vec![0; 101])).unwrap_err();
    assert_eq!(*error.kind(), *Error::too_large(cost(101), cost(100)).kind());
    assert!(t.load(1).is_some());
    t.audit();
}

#[test]
fn the_expired_go_before_anybody_is_refused_or_evicted() {
    for full in [Full::Refuse, Full::EvictIdle] {
        let t = Fixture::with(|builder| builder.max_entries(600).when_full(full));
        // The expired are in another shard than those who need the room.
        for number in 0..300 {
            let _ = t.committed(&living(signed_in(t.create(number * SAME_SHARD)), 100 * SECOND));
            t.begin(1000 + number);
        }
        t.pass(100 * SECOND);
        for number in 0..300 {
            t.begin(1 + number * SAME_SHARD);
        }
        let stats = t.store.stats();
        assert_eq!((stats.live, stats.evicted), (600, 0), "{full:?}");
        t.audit();
    }
}

#[test]
fn eviction_takes_nobodys_session_before_anybodys_and_the_one_that_ends_soonest() {
    for apart in [1, SAME_SHARD] {
        let t = Fixture::with(|builder| builder.max_entries(4).when_full(Full::EvictIdle));
        let _ = t.committed(&living(signed_in(t.create(apart)), 100 * SECOND));
        let _ = t.committed(&living(t.create(2 * apart), 300 * SECOND));
        let _ = t.committed(&living(t.create(3 * apart), 200 * SECOND));
        let _ = t.committed(&signed_in(t.create(4 * apart)));
        for (round, evicted) in (100..).zip([3, 2, 1, 4]) {
            t.pass(SECOND);
            let _ = t.committed(&signed_in(t.create(round * apart)));
            assert!(t.load(evicted * apart).is_none(), "round {round}");
            assert_eq!(t.store.stats().live, 4);
        }
        assert_eq!(t.store.stats().evicted, 4);
        assert_eq!(t.store.stats().tombstones, 0);
        t.audit();
    }
}

#[test]
fn a_session_that_grows_evicts_others_but_not_itself() {
    let t = Fixture::with(|builder| builder.max_bytes(3 * cost(100)).when_full(Full::EvictIdle));
    let base = t.committed(&with_fields(t.create(1), vec![1; 100]));
    for number in [2, 3] {
        t.pass(SECOND);
        let _ = t.committed(&with_fields(t.create(number), vec![1; 100]));
    }
    let _ = t.committed(&with_fields(update(1, &base, 1), vec![1; 120]));
    assert!(t.load(1).is_some() && t.load(2).is_none() && t.load(3).is_some());
    t.audit();
}

#[test]
fn a_tombstone_survives_pressure() {
    let t = Fixture::with(|builder| builder.max_entries(10).when_full(Full::EvictIdle));
    let create = t.create(0);
    let _ = t.committed(&create);
    t.delete(0);
    for number in 1..1000 {
        t.begin(number);
    }
    assert_eq!(t.gone(&create), Gone::Deleted);
    assert_eq!(t.store.stats().tombstones, 1);
}

#[test]
fn too_many_tombstones_refuse_creates_and_never_a_delete() {
    let t = Fixture::with(|builder| builder.max_entries(10).max_tombstones(5).when_full(Full::EvictIdle));
    for number in 0..10 {
        t.begin(number);
    }
    for number in 0..10 {
        assert!(t.delete(number));
    }
    assert_eq!(t.store.stats().tombstones, 10, "at most both bounds together");
    assert_eq!(limit(t.try_commit(&t.create(99))), 5);
    t.pass(60 * SECOND);
    t.begin(99);
    assert!(t.store.stats().tombstones < 5, "lapsed ones went to make room");
    t.audit();
}

#[test]
fn a_store_that_is_nearly_full_is_well_but_warns() {
    let t = Fixture::with(|builder| builder.max_entries(10));
    for number in 0..8 {
        t.begin(number);
    }
    assert!(now(t.store.health()).unwrap().warnings.is_empty());
    t.begin(8);
    let warnings = now(t.store.health()).unwrap().warnings;
    assert_eq!(warnings, ["the memory store is nearly full: 9 of 10 sessions"]);
}
