//! Structs inside fields: each of their fields carries its name and shape, as the fields of a record do.
//!
//! `count · [name32 · shape32 · length · bytes]*`. So a field may be added to or removed from a nested struct like from
//! the session itself, and bytes written as another type are never read as this one.

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::data::Field;

/// A nested struct whose fields are tagged. Implemented by `#[derive(SessionValue)]`.
pub trait Tagged: Sized + 'static {
    /// The fields, in the order in which they are written.
    const ROWS: Rows<Self>;

    /// The value whose fields are all at their defaults.
    fn empty() -> Self;
}

/// A table of fields.
pub type Rows<S> = &'static [Field<S>];

/// An entry is at least two fingerprints and a length of one byte.
const ENTRY_MIN: usize = 9;

/// Writes the fields of a tagged struct.
pub fn encode<S: Tagged>(value: &S, encoder: &mut Encoder) {
    encoder.nested(|encoder| {
        encoder.count(S::ROWS.len());
        for row in S::ROWS {
            encoder.fixed32(row.name32);
            encoder.fixed32(row.shape32);
            let mark = encoder.open();
            row.encode(value, encoder);
            encoder.close(mark);
        }
    });
}

/// Reads the fields of a tagged struct; entries that it does not know are skipped, what is missing stays at its default.
///
/// # Errors
/// An entry that is known but unreadable, and a count that the input cannot hold.
pub fn decode<S: Tagged>(decoder: &mut Decoder<'_>) -> Result<S, DecodeError> {
    decoder.nested(|decoder| {
        let mut value = S::empty();
        let mut next = 0;
        for _ in 0..decoder.count(ENTRY_MIN)? {
            let name32 = decoder.fixed32()?;
            let shape32 = decoder.fixed32()?;
            match find(S::ROWS, next, name32) {
                Some(index) if S::ROWS[index].shape32 == shape32 => {
                    next = index + 1;
                    decoder.within(|decoder| S::ROWS[index].decode(&mut value, decoder))?;
                }
                known => {
                    if known.is_some() {
                        decoder.note_mismatch();
                    }
                    decoder.bytes()?;
                }
            }
        }
        Ok(value)
    })
}

/// The row of that name; the one after the last hit is tried first, because writers keep the order.
pub(crate) fn find<S>(rows: Rows<S>, next: usize, name32: u32) -> Option<usize> {
    match rows.get(next) {
        Some(row) if row.name32 == name32 => Some(next),
        _ => rows.iter().position(|row| row.name32 == name32),
    }
}
