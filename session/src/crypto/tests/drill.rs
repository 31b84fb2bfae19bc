//! Changing keys in a fleet under load: add, promote, retire, node by node, and no open fails.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::{cookie, ring};
use crate::crypto::{KeyRing, SharedKeyRing};

/// The rings of the four steps that `KeyRing` documents.
fn steps() -> [KeyRing; 4] {
    [ring("old", &[]), ring("old", &["new"]), ring("new", &["old"]), ring("new", &[])]
}

#[test]
fn neighbouring_versions_open_what_the_other_sealed_and_others_need_not() {
    let opens = |writer: &KeyRing, reader: &KeyRing| {
        reader.open(&cookie(), &writer.seal(&cookie(), b"data").unwrap()).is_ok()
    };
    let [before, added, promoted, retired] = steps();
    for pair in [[&before, &added], [&added, &promoted], [&promoted, &retired]] {
        assert!(opens(pair[0], pair[0]) && opens(pair[1], pair[1]) && opens(pair[1], pair[0]));
    }
    assert!(opens(&before, &added) && opens(&added, &promoted));
    // What a step too early would do.
    assert!(!opens(&promoted, &before), "promoted before every node had the key");
    assert!(!opens(&added, &retired), "retired while the old key still sealed");
}

/// Counts what every worker has done, so that the rollout waits for work and not for a clock.
struct Load {
    rounds: Vec<AtomicU64>,
    failed: AtomicU64,
    stop: AtomicBool,
}

impl Load {
    /// Until every worker has finished what it was doing and has done it once more.
    fn pass(&self) {
        let counts = || self.rounds.iter().map(|rounds| rounds.load(Ordering::SeqCst));
        let before: Vec<u64> = counts().collect();
        while counts().zip(&before).any(|(now, before)| now < before + 2) {
            thread::yield_now();
        }
    }
}

#[test]
fn a_fleet_of_three_changes_its_key_under_load_without_a_failed_open() {
    const WORKERS: usize = 6;
    let [before, added, promoted, retired] = steps();
    let fleet = [(); 3].map(|()| SharedKeyRing::new(before.clone()));
    let load = Load {
        rounds: (0..WORKERS).map(|_| AtomicU64::new(0)).collect(),
        failed: AtomicU64::new(0),
        stop: AtomicBool::new(false),
    };
    let kept = before.seal(&cookie(), b"from before").unwrap();

    thread::scope(|scope| {
        for (worker, rounds) in load.rounds.iter().enumerate() {
            let (fleet, load) = (&fleet, &load);
            scope.spawn(move || {
                while !load.stop.load(Ordering::SeqCst) {
                    let sealed = fleet[worker % 3].current().seal(&cookie(), b"data").unwrap();
                    let opened = |node: &SharedKeyRing| node.current().open(&cookie(), &sealed);
                    let failed = fleet.iter().filter(|node| opened(node).as_deref() != Ok(b"data")).count();
                    load.failed.fetch_add(failed as u64, Ordering::SeqCst);
                    rounds.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for step in [added, promoted] {
            for node in &fleet {
                node.replace(step.clone());
                load.pass();
                assert!(fleet.iter().all(|node| node.current().open(&cookie(), &kept).is_ok()));
            }
        }
        // What the old key sealed is gone: each worker has passed since the last node was promoted.
        for node in &fleet {
            node.replace(retired.clone());
            load.pass();
        }
        load.stop.store(true, Ordering::SeqCst);
    });

    assert_eq!(load.failed.into_inner(), 0);
    assert!(
        fleet.iter().all(|node| node.current().open(&cookie(), &kept).is_err()),
        "retired keys open nothing"
    );
}
