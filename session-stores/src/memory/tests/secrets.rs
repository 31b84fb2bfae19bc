//! What the store holds belongs to the sessions: callers neither share it nor see it.

use super::*;

#[test]
fn a_stored_session_keeps_no_buffer_of_its_caller_alive() {
    let t = Fixture::new();
    let buffer = Bytes::from(vec![7; 1 << 20]);
    let _ = t.committed(&with_fields(t.create(1), buffer.slice(10..20)));
    assert!(buffer.is_unique(), "the store holds on to a megabyte for the sake of ten bytes");
    assert_eq!(t.load(1).unwrap().fields, buffer[10..20]);
}

#[test]
fn what_a_caller_does_with_a_loaded_record_changes_nothing() {
    let t = Fixture::new();
    let stored = t.begin(1);
    let mut loaded = t.load(1).unwrap();
    loaded.header.principal = Principal([9; 16]);
    loaded.fields = Bytes::from_static(b"other");
    assert_eq!(t.load(1).unwrap().header, stored.header);
    assert_eq!(t.load(1).unwrap().fields, stored.fields);
}

#[test]
fn debug_shows_how_much_there_is_and_nothing_of_it() {
    let t = Fixture::new();
    let _ = t.committed(&with_fields(t.create(1), "a secret"));
    let bytes = t.store.stats().bytes;
    assert_eq!(
        format!("{:?}", t.store),
        format!(
            "MemoryStore(MemoryStats {{ total: 1, live: 1, expired: 0, tombstones: 0, bytes: {bytes}, \
             marks: 0, listed: 0, evicted: 0 }})"
        )
    );
}

#[test]
fn a_clone_is_the_same_store() {
    let t = Fixture::new();
    let other = t.store.clone();
    t.begin(1);
    assert_eq!(other.stats().live, 1);
}
