//! What the fuzz targets share: session data with a field of every kind, a key ring, and a watch on how much memory a decoder takes.

mod keys;
pub mod memory;
mod rich;

pub use keys::ring;
pub use rich::{Rich, Sample, sample};
use session::record::Record;
use session::testing::{data_of, record_of};

/// In-memory values are larger than their bytes: an empty tagged struct takes one byte of input and all of itself in
/// memory, and a `Vec` that grows holds both the old and the new room for a moment.
const MULTIPLE: usize = 512;
const CONSTANT: usize = 16 * 1024;

/// Runs `decode`, which was given `input` bytes, and fails if it took more memory than such an input justifies.
pub fn frugal<R>(input: usize, decode: impl FnOnce() -> R) -> R {
    let (result, peak) = memory::peak(decode);
    let allowed = input * MULTIPLE + CONSTANT;
    assert!(
        peak <= allowed,
        "{peak} bytes of memory for {input} bytes of input, where {allowed} are allowed"
    );
    result
}

/// Reads session data from a record, and what was read must be written and read again as the same bytes.
pub fn read(record: &Record) {
    let Ok(data) = frugal(record.fields.len(), || data_of::<Rich>(record)) else { return };
    // Data that was read can be written: a limit or a depth that only one of the two sides knows would lose sessions.
    let written = record_of(data).expect("what was read can be written");
    let again = data_of::<Rich>(&written).expect("what was written can be read");
    assert_eq!(record_of(again).expect("and written again").fields, written.fields);
}
