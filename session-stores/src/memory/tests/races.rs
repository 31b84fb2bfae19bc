//! Commits to one handle are linearizable, and bounds hold, whatever threads do.

use std::thread;

use session::store::Scan as _;

use super::*;
use crate::memory::Full;

const THREADS: u64 = 8;
const EACH: u64 = 500;

/// Adds one to the number in session 1, as often as it takes.
fn increment(t: &Fixture, mut base: Record, by: u64) {
    loop {
        let count = u64::from_le_bytes(base.fields[..].try_into().unwrap());
        let write = with_fields(update(1, &base, by), (count + 1).to_le_bytes().to_vec());
        match t.commit(&write) {
            Commit::Committed { .. } => return,
            Commit::Conflict(current) => base = current,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn no_increment_is_lost_and_none_counts_twice() {
    let t = Fixture::new();
    let base = t.committed(&with_fields(t.create(1), 0_u64.to_le_bytes().to_vec()));
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (t, base) = (&t, &base);
            scope.spawn(move || {
                for round in 0..EACH {
                    let base = t.load(1).unwrap_or_else(|| base.clone());
                    increment(t, base, 1 + thread * EACH + round);
                    let _ = t.touch(1);
                }
            });
        }
    });
    let last = t.load(1).unwrap();
    assert_eq!(last.fields[..], (THREADS * EACH).to_le_bytes());
    assert_eq!(last.header.revision, 1 + THREADS * EACH);
}

#[test]
fn once_a_delete_has_answered_nobody_sees_or_writes_the_session() {
    for round in 0..200 {
        let t = Fixture::new();
        let base = t.begin(round);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut base = base.clone();
                for by in 1.. {
                    match t.commit(&update(round, &base, by)) {
                        Commit::Committed { record, .. } => base = record,
                        Commit::Gone(gone) => return gone,
                        other => panic!("{other:?}"),
                    }
                }
                unreachable!()
            });
            t.delete(round);
            assert!(t.load(round).is_none());
            assert_eq!(writer.join().unwrap(), Gone::Deleted);
        });
        t.audit();
    }
}

#[test]
fn bounds_hold_and_the_account_balances_under_threads() {
    for full in [Full::Refuse, Full::EvictIdle] {
        let t = Fixture::with(|builder| builder.max_entries(50).max_bytes(40_000).when_full(full));
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let t = &t;
                scope.spawn(move || {
                    for (round, idle) in (0..EACH).zip((1_u32..90).cycle()) {
                        let number = thread * EACH + round;
                        let create = with_fields(t.create(number), vec![0; idle as usize % 7 * 100]);
                        let answer = t.try_commit(&living(create, idle * SECOND));
                        assert!(full == Full::Refuse || answer.is_ok(), "{answer:?}");
                        t.pass(MS);
                        if round % 3 == 0 {
                            t.delete(number);
                        }
                        if round % 50 == 0 {
                            now(t.store.scan(None, 100)).unwrap();
                        }
                        let stats = t.store.stats();
                        assert!(t.store.0.budget.entries() <= 50 && stats.bytes <= 40_000, "{stats:?}");
                    }
                });
            }
        });
        t.audit();
    }
}

#[test]
fn a_store_survives_a_clock_that_panics() {
    #[derive(Debug, Default)]
    struct Bomb(std::sync::atomic::AtomicBool, ManualClock);
    impl session::clock::Clock for Bomb {
        fn now(&self) -> Timestamp {
            assert!(!self.0.load(std::sync::atomic::Ordering::SeqCst), "no time");
            self.1.now()
        }
    }
    let bomb = Arc::new(Bomb::default());
    let store = MemoryStore::builder().clock(Arc::clone(&bomb)).build();
    let at = Locator::Handle(handle(1));
    bomb.0.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| now(store.load(&at)))).is_err());
    bomb.0.store(false, std::sync::atomic::Ordering::SeqCst);
    assert!(matches!(now(store.load(&at)), Ok(Load::Absent)));
}
