//! Whatever stands in a store is a session or an error. The fuzz targets look for more of the same; here is what must hold
//! on every run, and the inputs that the fuzzer found worth keeping.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use session::record::Record;
use session::testing::{data_of, record_of};
use session::{SessionData, SessionValue};

/// A type inside of itself.
#[derive(SessionValue, Clone, Debug, Default)]
struct Chain(Option<Box<Chain>>);

/// A session with former forms, limits and nesting.
#[derive(SessionData, Clone, Debug)]
struct Hostile {
    #[session(alias = "nick", max_len = 64)]
    name: String,
    #[session(was = u32)]
    total: u64,
    chain: Chain,
    cart: Vec<session_tests::Item>,
}

fn valid() -> Record {
    let cart = vec![session_tests::Item::one("a"), session_tests::Item::one("b")];
    let chain = Chain(Some(Box::new(Chain(None))));
    record_of(Hostile { name: "ada".into(), total: 7, chain, cart }).expect("it can be stored")
}

/// What is read is a session that can be written and read again, or an error.
fn read(bytes: Vec<u8>) {
    let Ok(record) = Record::decode(&bytes.into()) else { return };
    let Ok(data) = data_of::<Hostile>(&record) else { return };
    if let Ok(written) = record_of(data) {
        data_of::<Hostile>(&written).expect("what was written can be read");
    }
}

proptest! {
    #[test]
    fn any_bytes_behind_a_valid_header_are_a_session_or_an_error(fields in vec(any::<u8>(), 0..200)) {
        let mut record = valid();
        record.fields = fields.into();
        read(record.encode());
    }

    #[test]
    fn a_valid_record_with_bytes_changed_added_or_cut_is_a_session_or_an_error(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<Option<prop::sample::Index>>(),
        tail in vec(any::<u8>(), 0..4),
    ) {
        let mut bytes = valid().encode();
        for (place, with) in changes {
            let place = place.index(bytes.len());
            bytes[place] ^= with;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes.extend(tail);
        read(bytes);
    }
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "seven bits are left")]
fn a_field_of_endless_nesting_or_length_is_refused() {
    let chain = |depth: usize| {
        let field = session::schema::of::<Hostile>().fields[2].clone();
        let name32 = session::value::name32(field.name).to_le_bytes();
        let mut fields = [name32, field.shape.wire().to_le_bytes()].concat();
        fields.push(0);
        // The length, seven bits a byte, and a `Some` for each level.
        fields.extend([depth & 0x7f | 0x80, depth >> 7 & 0x7f | 0x80, depth >> 14].map(|bits| bits as u8));
        fields.resize(fields.len() + depth, 1);
        let record = Record { fields: fields.into(), ..valid() };
        data_of::<Hostile>(&record).map(drop).map_err(|error| error.kind().clone())
    };
    assert_eq!(chain(1_000_000), Err(session::ErrorKind::Corrupt));
    let mut huge = valid().encode();
    let length = huge.len();
    // The last field's length becomes four gigabytes.
    huge[length - 40..].fill(0xff);
    read(huge);
}

#[test]
fn the_fuzzers_corpus_is_read_without_a_panic() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut inputs = 0;
    for target in ["record", "fields", "flips"] {
        for entry in std::fs::read_dir(corpus.join(target)).expect("a corpus for each target").flatten() {
            let bytes = std::fs::read(entry.path()).expect("an input");
            read(bytes.clone());
            read(Record { fields: bytes.into(), ..valid() }.encode());
            inputs += 1;
        }
    }
    assert!(inputs >= 10, "{inputs} inputs");
}
