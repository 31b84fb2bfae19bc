//! Any bytes as the fields of a record, and as one value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use session::record::Record;
use session::value::{from_bytes, to_bytes};
use session_fuzz::Sample;

fuzz_target!(|bytes: &[u8]| {
    let mut record = session_fuzz::sample();
    record.fields = bytes.to_vec().into();
    // As a store would: what cannot be told apart is refused before it is looked at.
    if let Ok(record) = Record::decode(&record.encode().into()) {
        session_fuzz::read(&record);
    }
    if let Ok(value) = session_fuzz::frugal(bytes.len(), || from_bytes::<Sample>(bytes)) {
        let written = to_bytes(&value).expect("what was read can be written");
        let again: Sample = from_bytes(&written).expect("what was written can be read");
        assert_eq!(to_bytes(&again), Ok(written));
    }
});
