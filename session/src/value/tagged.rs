//! Structs inside fields: each of their fields carries its name and shape, as the fields of a record do.
//!
//! `count · [name32 · shape32 · length · bytes]*`. So a field may be added to, removed from, renamed and retyped in a
//! nested struct like in the session itself, and bytes written as another type are never read as this one.

use super::Unknown;
use crate::codec::{DecodeError, Decoder, Encoder};
use crate::data::Field;
use crate::evolve::form::{self, Settled};

/// A nested struct whose fields are tagged. Implemented by `#[derive(SessionValue)]`.
pub trait Tagged: Sized + 'static {
    /// The fields, in the order in which they are written.
    const ROWS: Rows<Self>;

    /// The value whose fields are all at their defaults.
    fn empty() -> Self;

    /// Where fields are kept that this program does not know.
    fn unknown(&self) -> Option<&Unknown> {
        None
    }

    /// The same, to be filled.
    fn unknown_mut(&mut self) -> Option<&mut Unknown> {
        None
    }
}

/// A table of fields.
pub type Rows<S> = &'static [Field<S>];

/// An entry is at least two fingerprints and a length of one byte.
const ENTRY_MIN: usize = 9;

/// Writes the fields of a tagged struct.
pub fn encode<S: Tagged>(value: &S, encoder: &mut Encoder) {
    encoder.nested(|encoder| {
        let unknown = value.unknown().filter(|unknown| !unknown.is_empty());
        let formers = formers(value);
        let skipped = |row: &Field<S>| unknown.is_some_and(|unknown| is_left_out(row, value, unknown));
        let own = match unknown {
            None => S::ROWS.len(),
            Some(_) => S::ROWS.iter().filter(|row| !skipped(row)).count(),
        };
        encoder.count(own + formers.len() + unknown.map_or(0, Unknown::len));
        for row in S::ROWS {
            if unknown.is_some() && skipped(row) {
                continue;
            }
            encoder.fixed32(row.name32);
            encoder.fixed32(row.shape32);
            let mark = encoder.open();
            row.encode(value, encoder);
            encoder.close(mark);
        }
        for (name32, shape32, bytes) in formers {
            encoder.fixed32(name32);
            encoder.fixed32(shape32);
            encoder.bytes(&bytes);
        }
        if let Some(unknown) = unknown {
            unknown.encode(encoder);
        }
    });
}

/// The former forms that can be written, for programs that know no others.
fn formers<S: Tagged>(value: &S) -> Vec<(u32, u32, Vec<u8>)> {
    let all = S::ROWS.iter().flat_map(|row| row.formers);
    all.filter_map(|former| Some((former.name32, former.shape32, former.bytes_of(value)?))).collect()
}

/// Whether a field is not written: it holds nothing here, and a newer program has stored it in a shape of its own. A
/// default beside that would look as if it had been written later.
fn is_left_out<S: Tagged>(row: &Field<S>, value: &S, unknown: &Unknown) -> bool {
    if !unknown.has_name(row.name32) {
        return false;
    }
    let [mut here, mut default] = [Encoder::lenient(), Encoder::lenient()];
    row.encode(value, &mut here);
    row.encode(&S::empty(), &mut default);
    matches!((here.finish(), default.finish()), (Ok(here), Ok(default)) if here == default)
}

/// Reads the fields of a tagged struct. Entries that it does not know are kept where it has a place for them, and
/// skipped otherwise; what is missing stays at its default.
///
/// # Errors
/// An entry that is known but unreadable, and a count that the input cannot hold.
pub fn decode<S: Tagged>(decoder: &mut Decoder<'_>) -> Result<S, DecodeError> {
    decoder.nested(|decoder| {
        let mut value = S::empty();
        let mut next = 0;
        let count = decoder.count(ENTRY_MIN)?;
        let start = decoder.here();
        let (mut has_formers, mut has_mismatches, mut has_unknown) = (false, false, false);
        for _ in 0..count {
            let name32 = decoder.fixed32()?;
            let shape32 = decoder.fixed32()?;
            match find(S::ROWS, next, name32) {
                Some(index) if S::ROWS[index].shape32 == shape32 => {
                    next = index + 1;
                    decoder.within(|decoder| S::ROWS[index].decode(&mut value, decoder))?;
                }
                _ => {
                    let bytes = decoder.bytes()?;
                    if form::by_former(S::ROWS, name32, shape32).is_some() {
                        has_formers = true;
                        continue;
                    }
                    has_mismatches |= form::by_name(S::ROWS, name32).is_some();
                    if let Some(unknown) = value.unknown_mut() {
                        unknown.push(name32, shape32, bytes);
                        has_unknown = true;
                    }
                }
            }
        }
        let entries = Entries { bytes: decoder.consumed(start), count };
        if has_formers {
            read_formers(&mut value, entries, decoder)?;
        }
        if has_mismatches {
            note_mismatches(S::ROWS, entries, decoder);
        }
        if has_unknown && let Some(unknown) = value.unknown_mut() {
            unknown.sort();
        }
        Ok(value)
    })
}

/// Entries that have been read once.
#[derive(Clone, Copy)]
struct Entries<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Entries<'a> {
    fn iter(self) -> impl Iterator<Item = (u32, u32, &'a [u8])> {
        let mut decoder = Decoder::new(self.bytes);
        (0..self.count).map_while(move |_| {
            Some((decoder.fixed32().ok()?, decoder.fixed32().ok()?, decoder.bytes().ok()?))
        })
    }

    fn find(self, name32: u32, shape32: u32) -> Option<&'a [u8]> {
        self.iter().find(|entry| (entry.0, entry.1) == (name32, shape32)).map(|entry| entry.2)
    }
}

fn read_formers<S: Tagged>(
    value: &mut S,
    entries: Entries<'_>,
    decoder: &mut Decoder<'_>,
) -> Result<(), DecodeError> {
    for row in S::ROWS.iter().filter(|row| !row.formers.is_empty()) {
        let own_is_there = entries.find(row.name32, row.shape32).is_some();
        let settled =
            form::settle(row, value, own_is_there, |name32, shape32| entries.find(name32, shape32))?;
        if settled == Settled::Failed {
            decoder.note_mismatch();
            row.swap(value, &mut S::empty());
        }
    }
    Ok(())
}

/// Says of how many fields there is no form that is known here.
fn note_mismatches<S: 'static>(rows: Rows<S>, entries: Entries<'_>, decoder: &mut Decoder<'_>) {
    for row in rows {
        let (mut is_there, mut is_known) = (false, false);
        for (name32, shape32, _) in entries.iter() {
            is_known |=
                (name32, shape32) == (row.name32, row.shape32) || form::is_former(row, name32, shape32);
            is_there |= name32 == row.name32 || row.formers.iter().any(|former| former.name32 == name32);
        }
        if is_there && !is_known {
            decoder.note_mismatch();
        }
    }
}

/// The row of that name; the one after the last hit is tried first, because writers keep the order.
pub(crate) fn find<S>(rows: Rows<S>, next: usize, name32: u32) -> Option<usize> {
    match rows.get(next) {
        Some(row) if row.name32 == name32 => Some(next),
        _ => rows.iter().position(|row| row.name32 == name32),
    }
}
