use super::*;

fn text() -> String {
    "three apples, ".repeat(100)
}

#[test]
fn what_gets_shorter_is_compressed_and_comes_back() {
    let inner = MemoryStore::new();
    let store = Compressed::new(inner.clone());
    let base = commit(&store, &create(1, fields(text())));
    let kept = load(&inner, 1).unwrap();
    assert!(kept.header.packing.compressed && kept.fields.len() < 200, "{kept:?}");
    commit(&store, &update(1, &base, 1, fields(text())));
    let Ok(Commit::Conflict(current)) = block_on(store.commit(&update(1, &base, 2, fields("x")))) else {
        panic!("the base is stale")
    };
    for record in [base, current, load(&store, 1).unwrap()] {
        assert_eq!((record.header.packing, record.fields), (Packing::NONE, fields(text())));
    }
}

#[test]
fn what_is_short_too_long_or_random_stays_as_it_is() {
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let noise: Vec<u8> = noise.take(2000).collect();
    let length = fields(text()).len();
    let store = |set: fn(Compressed<MemoryStore>, usize) -> Compressed<MemoryStore>, bytes| {
        let inner = MemoryStore::new();
        (inner.clone(), set(Compressed::new(inner), bytes))
    };
    let cases = [
        (store(Compressed::threshold, length + 1), text().into_bytes(), false),
        (store(Compressed::threshold, length), text().into_bytes(), true),
        (store(Compressed::limit, length - 1), text().into_bytes(), false),
        (store(Compressed::limit, length), text().into_bytes(), true),
        (store(Compressed::threshold, usize::MAX), text().into_bytes(), false),
        (store(Compressed::threshold, 1), noise, false),
    ];
    for (number, ((inner, store), text, compressed)) in (1..).zip(cases) {
        commit(&store, &create(number, fields(&text)));
        assert_eq!(load(&inner, number).unwrap().header.packing.compressed, compressed, "case {number}");
        assert_eq!(load(&store, number).unwrap().fields, fields(&text));
    }
}

#[test]
fn plain_and_compressed_records_are_read_whatever_the_threshold() {
    let inner = MemoryStore::new();
    commit(&inner, &create(1, fields(text())));
    commit(&Compressed::new(inner.clone()), &create(2, fields(text())));
    for threshold in [1, usize::MAX] {
        let store = Compressed::new(inner.clone()).threshold(threshold);
        for number in [1, 2] {
            assert_eq!(load(&store, number).unwrap().fields, fields(text()));
        }
    }
}

#[test]
fn a_bomb_is_corrupt() {
    let inner = MemoryStore::new();
    let mut bomb = create(1, crate::pack::compress(&vec![0; 1 << 24]).unwrap().into());
    bomb.draft.packing.compressed = true;
    commit(&inner, &bomb);
    assert_eq!(load(&Compressed::new(inner.clone()), 1).unwrap_err(), ErrorKind::Corrupt);
    // Within the limit it is no fields.
    assert_eq!(load(&Compressed::new(inner).limit(1 << 24), 1).unwrap_err(), ErrorKind::Corrupt);
}

#[test]
fn compressing_comes_before_sealing() {
    let inner = MemoryStore::new();
    let store = Compressed::new(Encrypted::new(inner.clone(), ring()));
    commit(&store, &create(1, fields(text())));
    let kept = load(&inner, 1).unwrap();
    assert_eq!(kept.header.packing, Packing { compressed: true, sealed: true });
    assert!(kept.fields.len() < 300 && !contains(&kept.fields, b"apples"));
    assert_eq!(load(&store, 1).unwrap().fields, fields(text()));

    let store = Encrypted::new(Compressed::new(inner.clone()), ring());
    let error = block_on(store.commit(&create(2, fields(text())))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error:?}");
    assert!(error.to_string().contains("`Compressed<Encrypted<…>>`"), "{error}");
    // What was written in the right order is opened, and the runtime says that somebody has to decompress it.
    assert_eq!(load(&store, 1).unwrap().header.packing, Packing { compressed: true, sealed: false });
    let error =
        block_on(Compressed::new(Compressed::new(inner)).commit(&create(3, fields(text())))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error:?}");
}

#[test]
fn a_cut_or_changed_record_is_corrupt_or_what_it_was_changed_to_and_never_a_panic() {
    let store = Compressed::new(MemoryStore::new());
    let packed = store.pack(&create(1, fields(text()))).unwrap();
    let record = Record {
        header: packed.header(None, session::clock::Timestamp::default()),
        fields: packed.fields.clone(),
    };
    for index in 0..record.fields.len() {
        for mask in [1, 0x80, 0xff] {
            let mut bytes = record.fields.to_vec();
            bytes[index] ^= mask;
            if let Err(error) = store.unpack(&handle(1), Record { fields: bytes.into(), ..record.clone() }) {
                assert!(matches!(error.kind(), ErrorKind::Corrupt), "{error:?}");
            }
        }
        let cut = Record { fields: record.fields.slice(..index), ..record.clone() };
        assert!(store.unpack(&handle(1), cut).is_err());
    }
}
