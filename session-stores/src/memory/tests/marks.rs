//! What only this store promises of marks: how many there can be, and that they go away.

use std::sync::atomic::{AtomicU64, Ordering};

use session::clock::Clock;
use session::store::{MARGIN, Marks, Revoke as _};
use session::{Error, ErrorKind};

use super::*;

const COVERS: Duration = Duration::from_secs(24 * 3600);

fn principal(number: u8) -> Principal {
    Principal([number; 16])
}

fn full(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Full { limit: 2 })
}

#[test]
fn marks_go_away_after_their_time_without_being_asked_for() {
    let t = Fixture::with(|builder| builder.marks_for(COVERS));
    for number in 0..100 {
        assert!(now(t.store.end(&handle(number))).unwrap());
    }
    now(t.store.revoke_all(&principal(1))).unwrap();
    assert_eq!(t.store.stats().marks, 101);
    t.pass(COVERS + MARGIN);
    assert_eq!(now(t.store.marks(&principal(1), &handle(1))).unwrap(), Marks::none(t.clock.now()));
    for number in 100..140 {
        now(t.store.end(&handle(number))).unwrap();
    }
    assert!(t.store.stats().marks <= 101, "each mark takes more than one with it");
    t.store.cleanup();
    assert_eq!(t.store.stats().marks, 40);
}

#[test]
fn what_there_is_no_room_for_is_refused_and_nothing_is_dropped_for_it() {
    let t = Fixture::with(|builder| builder.max_marks(2));
    assert!(now(t.store.end(&handle(1))).unwrap());
    now(t.store.revoke_all(&principal(1))).unwrap();
    assert!(full(&now(t.store.end(&handle(2))).unwrap_err()));
    assert!(full(&now(t.store.revoke_all(&principal(2))).unwrap_err()));
    assert!(full(&now(t.store.raise(&handle(2), 1, nonce(1))).unwrap_err()));
    // What is there already can be changed.
    now(t.store.revoke_all(&principal(1))).unwrap();
    let marks = now(t.store.marks(&principal(1), &handle(1))).unwrap();
    assert_eq!((marks.not_before, marks.min_rotations), (Some(t.clock.now()), Marks::ENDED));
    assert_eq!(t.store.stats().marks, 2);
    let warnings = now(t.store.health()).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains("2 of 2 marks")), "{warnings:?}");
}

#[test]
fn a_refused_raise_leaves_nothing() {
    let t = Fixture::new();
    assert!(!now(t.store.raise(&handle(1), 0, nonce(1))).unwrap());
    assert_eq!(t.store.stats().marks, 0);
}

#[test]
fn a_clock_that_was_set_back_moves_no_revocation_back() {
    let clock = Arc::new(Swinging(AtomicU64::new(5_000)));
    let store = MemoryStore::builder().clock(Arc::clone(&clock)).build();
    let moment = now(store.revoke_all(&principal(1))).unwrap();
    clock.0.store(1_000, Ordering::SeqCst);
    assert_eq!(now(store.revoke_all(&principal(1))).unwrap(), moment);
    assert_eq!(now(store.marks(&principal(1), &handle(1))).unwrap().not_before, Some(moment));
}

/// A clock that can be set back.
#[derive(Debug)]
struct Swinging(AtomicU64);

impl Clock for Swinging {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
