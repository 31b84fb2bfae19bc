//! A ring is replaced while threads seal and open with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{cookie, ring};
use crate::crypto::SharedKeyRing;

#[test]
fn a_ring_is_replaced_under_threads_that_seal_and_open() {
    const THREADS: usize = 4;
    let rings = [ring("a", &["b"]), ring("b", &["a"])];
    let shared = SharedKeyRing::new(rings[0].clone());
    let seen = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let running = AtomicUsize::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (shared, seen, rings, running) = (shared.clone(), &seen, &rings, &running);
            scope.spawn(move || {
                // Until both rings were met, and a good number of times at least.
                let mut rounds = 0;
                while rounds < 200 || seen.iter().any(|seen| seen.load(Ordering::SeqCst) == 0) {
                    let current = shared.current();
                    let which = rings.iter().position(|ring| ring.primary() == current.primary()).unwrap();
                    seen[which].fetch_add(1, Ordering::SeqCst);
                    let sealed = current.seal(&cookie(), b"data").unwrap();
                    assert!(current.is_current(&sealed));
                    assert_eq!(shared.current().open(&cookie(), &sealed).unwrap(), b"data");
                    rounds += 1;
                }
                running.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let mut turn = 0_usize;
        while running.load(Ordering::SeqCst) > 0 {
            turn += 1;
            shared.replace(rings[turn % 2].clone());
            thread::yield_now();
        }
    });
}

#[test]
fn who_has_a_ring_keeps_it_and_the_former_one_is_given_back() {
    let shared = SharedKeyRing::new(ring("a", &[]));
    let (held, clone) = (shared.current(), shared.clone());
    let former = shared.replace(ring("b", &[]));
    assert!(Arc::ptr_eq(&former, &held));
    assert!(Arc::ptr_eq(&clone.current(), &shared.current()));
    assert_ne!(held.primary(), shared.current().primary());
    assert!(held.open(&cookie(), &held.seal(&cookie(), b"data").unwrap()).is_ok());
}
