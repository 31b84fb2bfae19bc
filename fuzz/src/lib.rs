//! What the fuzz targets share: session data with a field of every kind, a key ring, and a watch on how much memory a
//! decoder takes.

mod keys;
pub mod memory;
mod rich;

pub use keys::{config, ring};
pub use rich::{Rich, Sample, sample};
use session::record::Record;
use session::testing::{data_by, opened_by, record_by};

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

/// Reads session data from a record, and what was read must be written and read again as the same bytes, but for those of
/// envelopes.
pub fn read(record: &Record) {
    let config = config();
    let Ok(data) = frugal(record.fields.len(), || data_by::<Rich>(config, record)) else { return };
    // Data that was read can be written: a limit or a depth that only one of the two sides knows would lose sessions.
    let written = record_by(config, data).expect("what was read can be written");
    let again = data_by::<Rich>(config, &written).expect("what was written can be read");
    let again = record_by(config, again).expect("and written again");
    let [again, written] =
        [again, written].map(|record| opened_by::<Rich>(config, &record).expect("what was sealed opens").fields);
    assert_eq!(again, written);
}
