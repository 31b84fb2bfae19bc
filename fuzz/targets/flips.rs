//! A valid record with some of its bytes changed: three bytes of input are a place and what is changed there.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use session::record::Record;

static VALID: LazyLock<Vec<u8>> = LazyLock::new(|| session_fuzz::sample().encode());

fuzz_target!(|changes: &[u8]| {
    let mut bytes = VALID.clone();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] ^= change[2];
    }
    if let Ok(record) = Record::decode(&bytes.into()) {
        session_fuzz::read(&record);
    }
});
