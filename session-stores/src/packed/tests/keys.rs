//! Changing keys while three versions of a program share the store.

use session::crypto::SharedKeyRing;

use super::*;

#[test]
fn keys_are_changed_step_by_step_and_every_node_opens_what_every_other_seals() {
    let [old, new] = &*KEYS;
    let steps = [
        KeyRing::new(old),
        KeyRing::new(old).and_opens(new).unwrap(),
        KeyRing::new(new).and_opens(old).unwrap(),
        KeyRing::new(new),
    ];
    let inner = MemoryStore::new();
    let mut number = 0;
    for (step, pair) in (10..).zip(steps.windows(2)) {
        let nodes = [&pair[0], &pair[1]].map(|ring| Encrypted::new(inner.clone(), ring.clone()).strict());
        for (writer, other) in [(0, 1), (1, 0)] {
            number += 1;
            let base = commit(&nodes[writer], &create(number, fields("by one")));
            let seen = load(&nodes[other], number).expect("sealed by the other one");
            assert_eq!(seen.fields, fields("by one"));
            commit(&nodes[other], &update(number, &base, 1, fields("by both")));
            assert_eq!(load(&nodes[writer], number).unwrap().fields, fields("by both"));
        }
        // Whatever was written before this step is written once more, so that the next one may retire a key.
        for number in 1..=number {
            let base = load(&nodes[1], number).expect("written at an earlier step");
            commit(&nodes[1], &update(number, &base, step, base.fields.clone()));
        }
    }
    let last = Encrypted::new(inner, steps[3].clone()).strict();
    for number in 1..=number {
        assert_eq!(load(&last, number).unwrap().fields, fields("by both"));
    }
}

#[test]
fn a_commit_seals_with_the_key_that_is_primary_then() {
    let [old, new] = &*KEYS;
    let keys = SharedKeyRing::new(KeyRing::new(old));
    let inner = MemoryStore::new();
    let store = Encrypted::new(inner.clone(), keys.clone());
    let base = commit(&store, &create(1, fields("x")));
    let promoted = KeyRing::new(new).and_opens(old).unwrap();
    keys.replace(promoted.clone());
    assert!(!promoted.is_current(&load(&inner, 1).unwrap().fields), "nobody has written it yet");
    commit(&store, &update(1, &base, 1, fields("x")));
    assert!(promoted.is_current(&load(&inner, 1).unwrap().fields));
    keys.replace(KeyRing::new(new));
    assert_eq!(load(&store, 1).unwrap().fields, fields("x"));
}

#[test]
fn a_key_that_is_retired_too_early_makes_records_corrupt_and_never_absent() {
    let [old, new] = &*KEYS;
    let inner = MemoryStore::new();
    commit(&Encrypted::new(inner.clone(), KeyRing::new(old)), &create(1, fields("x")));
    assert_eq!(load(&Encrypted::new(inner.clone(), KeyRing::new(new)), 1).unwrap_err(), ErrorKind::Corrupt);
    // Nothing is lost by it.
    let both = KeyRing::new(new).and_opens(old).unwrap();
    assert_eq!(load(&Encrypted::new(inner, both), 1).unwrap().fields, fields("x"));
}
