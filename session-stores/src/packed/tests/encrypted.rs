use std::error::Error as _;

use session::crypto::OpenError;
use session::store::{Touch, Touched};

use super::*;

const TEXT: &str = "4111 1111 1111 1111";

fn sealed_in(inner: &MemoryStore) -> Encrypted<MemoryStore> {
    Encrypted::new(inner.clone(), ring())
}

#[test]
fn nothing_of_what_is_written_stands_in_the_store() {
    let inner = MemoryStore::new();
    let store = sealed_in(&inner);
    let base = commit(&store, &create(1, fields(TEXT)));
    let first = load(&inner, 1).unwrap();
    commit(&store, &update(1, &base, 1, fields(TEXT)));
    let second = load(&inner, 1).unwrap();
    for record in [&first, &second] {
        assert!(record.header.packing.sealed);
        for part in TEXT.as_bytes().windows(6) {
            assert!(!contains(&record.encode(), part));
        }
    }
    assert_ne!(first.fields, second.fields, "each commit seals anew");
    assert_eq!(load(&store, 1).unwrap().fields, fields(TEXT));
}

#[test]
fn what_comes_back_is_as_if_nobody_had_sealed_it() {
    let inner = MemoryStore::new();
    let store = sealed_in(&inner);
    let base = commit(&store, &create(1, fields("one")));
    let again = commit(&store, &create(1, fields("one")));
    let second = commit(&store, &update(1, &base, 1, fields("two")));
    let Ok(Commit::Conflict(current)) = block_on(store.commit(&update(1, &base, 2, fields("three")))) else {
        panic!("the base is stale")
    };
    for (record, text) in [(base, "one"), (again, "one"), (second, "two"), (current, "two")] {
        assert_eq!((record.header.packing, record.fields), (Packing::NONE, fields(text)));
    }
}

#[test]
fn a_retry_of_a_commit_that_was_followed_by_others_is_answered_with_what_is_there() {
    let inner = MemoryStore::new();
    let store = sealed_in(&inner);
    let create = create(1, fields("one"));
    let base = commit(&store, &create);
    commit(&store, &update(1, &base, 1, fields("two")));
    assert_eq!(commit(&store, &create).fields, fields("two"));
}

#[test]
fn any_other_byte_anywhere_in_the_fields_is_corrupt() {
    let store = sealed_in(&MemoryStore::new());
    let sealed = store.pack(&create(1, fields("x"))).unwrap();
    let record = Record {
        header: sealed.header(None, session::clock::Timestamp::default()),
        fields: sealed.fields.clone(),
    };
    assert_eq!(store.unpack(&handle(1), record.clone()).unwrap().fields, fields("x"));
    let refused = |bytes: Vec<u8>| {
        let error = store.unpack(&handle(1), Record { fields: bytes.into(), ..record.clone() }).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Corrupt), "{error:?}");
        assert!(error.source().unwrap().downcast_ref::<OpenError>().is_some(), "{error:?}");
    };
    for index in 0..record.fields.len() {
        for mask in 1..=u8::MAX {
            let mut bytes = record.fields.to_vec();
            bytes[index] ^= mask;
            refused(bytes);
        }
        refused(record.fields[..index].to_vec());
    }
    refused([&record.fields[..], &[0]].concat());
}

/// Changes what is under a seal, and says whether it still opens.
fn opens_after(change: impl FnOnce(&mut Record)) -> bool {
    let store = sealed_in(&MemoryStore::new());
    let sealed = store.pack(&create(1, fields("x"))).unwrap();
    let header = sealed.header(None, session::clock::Timestamp::from_millis(1000));
    let mut record = Record { header, fields: sealed.fields };
    change(&mut record);
    store.unpack(&handle(1), record).is_ok()
}

#[test]
fn a_seal_is_bound_to_what_only_a_commit_changes_and_to_nothing_that_a_store_does() {
    assert!(opens_after(|_| {}));
    assert!(!opens_after(|record| record.header.lineage = [2; 16]));
    assert!(!opens_after(|record| record.header.principal = Principal([8; 16])));
    assert!(!opens_after(|record| record.header.principal = Principal::NOBODY));
    assert!(!opens_after(|record| record.header.packing.compressed = true));
    assert!(!opens_after(|record| record.header.binding = None));
    assert!(!opens_after(|record| record.header.binding.as_mut().unwrap().agent = [0; 12]));
    assert!(opens_after(|record| {
        let later = session::clock::Timestamp::from_millis(5000);
        let header = &mut record.header;
        (header.idle_deadline, header.absolute_deadline, header.created) = (later, later, later);
        (header.revision, header.rotations, header.credential) = (77, 3, None);
    }));
}

#[test]
fn a_touch_breaks_no_seal() {
    let clock = Arc::new(ManualClock::default());
    let store = Encrypted::new(memory(Arc::clone(&clock)), ring());
    let write = create(1, fields("x"));
    let before = commit(&store, &write).header.idle_deadline;
    clock.advance(Duration::from_secs(600));
    let touch = Touch::new(handle(1), Proof::from_bytes([9; 32]), Duration::ZERO);
    let Ok(Touched::Until { idle_deadline, .. }) = block_on(store.touch(&touch)) else { panic!("it lives") };
    assert!(idle_deadline > before);
    assert_eq!(load(&store, 1).unwrap().fields, fields("x"));
}

#[test]
fn fields_that_are_put_under_another_handle_or_another_principal_are_corrupt() {
    let inner = MemoryStore::new();
    let store = sealed_in(&inner);
    commit(&store, &create(1, fields("mine")));
    let base = commit(&store, &create(2, fields("yours")));
    let stolen = load(&inner, 1).unwrap().fields;
    let mut plant = update(2, &base, 1, stolen);
    plant.draft.packing.sealed = true;
    commit(&inner, &plant);
    assert_eq!(load(&store, 2).unwrap_err(), ErrorKind::Corrupt);
    // With the header that they had, too.
    plant = update(2, &load(&inner, 2).unwrap(), 2, plant.fields);
    plant.draft = Draft { packing: Packing { sealed: true, compressed: false }, ..draft(1) };
    commit(&inner, &plant);
    assert_eq!(load(&store, 2).unwrap_err(), ErrorKind::Corrupt);
    // In the same record, somebody else's.
    plant = update(1, &load(&inner, 1).unwrap(), 3, plant.fields);
    plant.draft.packing.sealed = true;
    plant.draft.principal = Principal([8; 16]);
    commit(&inner, &plant);
    assert_eq!(load(&store, 1).unwrap_err(), ErrorKind::Corrupt);
}

#[test]
fn what_does_not_open_is_told_of() {
    use std::sync::Mutex;

    use session::event::{SessionEvent, from_fn};

    let inner = MemoryStore::new();
    commit(&Encrypted::new(inner.clone(), KeyRing::new(&KEYS[1])), &create(1, fields("x")));
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let store = sealed_in(&inner).events(from_fn(move |event: &SessionEvent| {
        sink.lock().unwrap().push(event.clone());
    }));
    assert_eq!(load(&store, 1).unwrap_err(), ErrorKind::Corrupt);
    let session = Some(handle(1).into());
    assert_eq!(*told.lock().unwrap(), [SessionEvent::DecryptFailed { session, what: "record" }]);
}

#[test]
fn another_application_with_the_same_keys_and_store_reads_nothing() {
    let inner = MemoryStore::new();
    commit(&sealed_in(&inner).application("shop"), &create(1, fields("x")));
    assert_eq!(load(&sealed_in(&inner).application("blog"), 1).unwrap_err(), ErrorKind::Corrupt);
    assert!(load(&sealed_in(&inner).application("shop"), 1).is_ok());
}

#[test]
fn plain_records_are_read_and_sealed_when_they_are_written_and_refused_in_the_end() {
    let inner = MemoryStore::new();
    let (opens, seals, strict) =
        (sealed_in(&inner).opens_only(), sealed_in(&inner), sealed_in(&inner).strict());
    let base = commit(&inner, &create(1, fields("plain")));
    for store in [&opens, &seals] {
        assert_eq!(load(store, 1).unwrap().fields, fields("plain"));
    }
    let error = block_on(strict.load(&Locator::Handle(handle(1)))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Corrupt));
    assert!(error.to_string().contains("without `strict`"), "{error}");

    let base = commit(&opens, &update(1, &base, 1, fields("still plain")));
    assert!(!load(&inner, 1).unwrap().header.packing.sealed);
    let base = commit(&seals, &update(1, &base, 2, fields("sealed")));
    assert!(load(&inner, 1).unwrap().header.packing.sealed);
    for store in [&opens, &seals, &strict] {
        assert_eq!(load(store, 1).unwrap().fields, fields("sealed"));
    }
    // And back.
    commit(&opens, &update(1, &base, 3, fields("plain")));
    assert_eq!(load(&inner, 1).unwrap().fields, fields("plain"));
}

#[test]
fn what_opens_to_no_fields_is_corrupt() {
    let store = sealed_in(&MemoryStore::new());
    commit(&store, &create(1, Bytes::from_static(b"no fields")));
    assert_eq!(load(&store, 1).unwrap_err(), ErrorKind::Corrupt);
}

#[test]
fn a_commit_that_was_made_and_cannot_be_read_is_not_made_again() {
    let inner = MemoryStore::new();
    let create = create(1, fields("x"));
    commit(&Encrypted::new(inner.clone(), KeyRing::new(&KEYS[1])), &create);
    let answer = block_on(sealed_in(&inner).commit(&create));
    assert!(matches!(answer, Ok(Commit::OutcomeUnknown)), "{answer:?}");
}

#[test]
fn sealing_twice_is_refused() {
    let store = Encrypted::new(sealed_in(&MemoryStore::new()), ring());
    let error = block_on(store.commit(&create(1, fields("x")))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error:?}");
}

#[test]
fn a_store_whose_client_keeps_the_records_is_not_wrapped() {
    let store = Encrypted::new(session::store::DynStore::new(MemoryStore::new()), ring());
    let error = block_on(store.load(&Locator::Sealed(vec![1]))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
}

#[test]
fn debug_shows_ids_of_keys_and_no_key() {
    let shown = format!("{:?}", sealed_in(&MemoryStore::new()));
    assert!(shown.contains(&ring().primary().to_string()), "{shown}");
    assert!(!shown.contains(KEYS[0].to_text().expose()), "{shown}");
}
