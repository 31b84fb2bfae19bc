//! How much fits, to the byte, and what compression changes.

use session::cookie::{MAX_CHUNKS, capacity};
use session::record::Binding;

use super::*;

/// What base64, the envelope and the largest header of such a record leave of 4,096 bytes.
const ROOM: usize = (4_096 - "__Host-session=".len()) / 4 * 3 - 45 - 132;

fn bound(mut write: Write) -> Write {
    write.draft.binding = Some(Binding { key: [1; 4], address: [2; 12], agent: [3; 12] });
    write
}

fn too_large(t: &Fixture, write: &Write) -> (usize, usize) {
    match t.commit(write).unwrap_err().kind() {
        ErrorKind::TooLarge { actual, limit, .. } => (*actual, *limit),
        other => panic!("{other:?}"),
    }
}

fn configured(t: &Fixture, chunks: usize) -> Fixture {
    let config = SessionConfig::builder().cookie_chunks(chunks).build().unwrap();
    Fixture { clock: Arc::clone(&t.clock), store: t.store.for_config(&config).unwrap() }
}

#[test]
fn a_cookie_is_filled_to_the_byte_and_one_more_is_an_error() {
    let t = Fixture::new();
    let most = capacity(SessionConfig::default().cookie());
    let (record, text) = t.seal(&bound(create(&t, 1, fields_of(ROOM))));
    assert!(text.len() <= most && most - text.len() < 4, "{} of {most}", text.len());
    assert_eq!(t.load(&text).unwrap().unwrap().fields, record.fields);
    let (actual, limit) = too_large(&t, &bound(create(&t, 1, fields_of(ROOM + 1))));
    assert!(actual > limit && limit == most);
}

#[test]
fn what_the_store_says_that_fits_fits() {
    for chunks in 1..=MAX_CHUNKS {
        let t = configured(&Fixture::new(), chunks);
        let most = t.store.capabilities().max_record.unwrap();
        let (record, text) = t.seal(&bound(create(&t, 1, fields_of(most - 132))));
        assert_eq!(record.encode().len(), most);
        assert_eq!(t.load(&text).unwrap().unwrap().fields, record.fields);
        let _ = too_large(&t, &bound(create(&t, 1, fields_of(most - 131))));
    }
}

#[test]
fn a_limit_of_ones_own_counts_if_it_is_less() {
    let t = Fixture::with(|builder| builder.limit(1_000));
    let (_, text) = t.seal(&create(&t, 1, fields_of(500)));
    assert!(text.len() <= 1_000);
    assert_eq!(too_large(&t, &create(&t, 1, fields_of(700))).1, 1_000);
    let generous = Fixture::with(|builder| builder.limit(1 << 20));
    assert_eq!(too_large(&generous, &create(&generous, 1, fields_of(4_000))).1, 4_081);
}

#[test]
fn fields_are_compressed_from_their_threshold_on_and_come_back_whole() {
    let t = Fixture::with(|builder| builder.compress_from(256));
    let plain = Fixture::new();
    for (bytes, shorter) in [(255, false), (256, true), (2_000, true), (60_000, true)] {
        let write = create(&t, 1, fields_of(bytes));
        let (record, text) = t.seal(&write);
        assert_eq!((&record.fields, record.header.packing), (&write.fields, Packing::NONE));
        let seen = t.load(&text).unwrap().unwrap();
        assert_eq!((seen.header, seen.fields), (record.header, record.fields));
        match plain.commit(&write) {
            Ok(Commit::Committed { sealed: Some(sealed), .. }) => {
                assert_eq!(text.len() < sealed.len(), shorter, "{bytes}");
            }
            other => assert!(bytes > ROOM && other.is_err(), "{bytes}: {other:?}"),
        }
    }
    // More than will be decompressed again is not compressed.
    let _ = too_large(&t, &create(&t, 1, fields_of(70_000)));
}

#[test]
fn what_was_compressed_is_read_where_compression_is_off() {
    let keys = ring();
    let with = |set_up: fn(CookieStoreBuilder) -> CookieStoreBuilder| {
        Fixture::with(|builder| set_up(builder).keys(keys.clone()))
    };
    let (on, off) = (with(|builder| builder.compress_from(0)), with(|builder| builder));
    let (record, text) = on.seal(&create(&on, 1, fields_of(3_500)));
    assert_eq!(off.load(&text).unwrap().unwrap().fields, record.fields);
    let (record, text) = off.seal(&create(&off, 1, fields_of(1_000)));
    assert_eq!(on.load(&text).unwrap().unwrap().fields, record.fields);
}

#[test]
fn what_a_store_around_this_one_packed_stays_packed() {
    let t = Fixture::with(|builder| builder.compress_from(0));
    let mut write = create(&t, 1, Bytes::from(vec![0; 1_000]));
    write.draft.packing = Packing { compressed: true, sealed: true };
    let (record, text) = t.seal(&write);
    let seen = t.load(&text).unwrap().unwrap();
    assert_eq!((seen.header.packing, &seen.fields), (write.draft.packing, &write.fields));
    assert_eq!(seen.header, record.header);
}
