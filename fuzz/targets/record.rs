//! Any bytes as a record. What is accepted has one encoding, and its fields are read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use session::record::Record;

fuzz_target!(|bytes: &[u8]| {
    let input = bytes.to_vec().into();
    let Ok(record) = session_fuzz::frugal(bytes.len(), || Record::decode(&input)) else { return };
    assert_eq!(record.encode(), bytes);
    session_fuzz::read(&record);
});
