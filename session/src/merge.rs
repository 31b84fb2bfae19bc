//! Three-way merge of fields: base, mine, theirs. One rule for two places: two closures in one request, and two
//! requests at one record.

use std::ops::Range;

use crate::codec::{self, Decoder, EncodeError, Encoder};
use crate::current::Bits;
use crate::data::encode::encoded;
use crate::data::{Field, MergeError, MergeFn, SessionData};
use crate::value::{SessionValue, from_bytes};

/// The fields whose bytes changed, in the order of their rows: what they are now. What they were is encoded again where
/// somebody asks, because without a conflict nobody does.
#[derive(Default)]
pub(crate) struct Dirty {
    /// One field after the other.
    bytes: Vec<u8>,
    rows: Vec<(usize, Range<usize>)>,
}

impl Dirty {
    /// Which fields, and their bytes.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (usize, &[u8])> {
        self.rows.iter().map(|(row, range)| (*row, &self.bytes[range.clone()]))
    }

    /// The rows of which fields there are.
    pub(crate) fn of<T: SessionData>(&self) -> impl Iterator<Item = &'static Field<T>> {
        self.rows.iter().map(|(row, _)| &T::FIELDS[*row])
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a field, if `is_change` says so of what `encode` writes.
    ///
    /// # Errors
    /// Those of `is_change`, which is told if the field cannot be written.
    pub(crate) fn add<E>(
        &mut self,
        row: usize,
        encode: impl FnOnce(&mut Encoder),
        is_change: impl FnOnce(&[u8], Option<EncodeError>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let start = self.bytes.len();
        if self.bytes.capacity() == 0 {
            self.bytes.reserve(codec::ROOM);
        }
        let mut encoder = Encoder::onto(std::mem::take(&mut self.bytes));
        encode(&mut encoder);
        let (bytes, error) = encoder.into_parts();
        self.bytes = bytes;
        let is_change = is_change(&self.bytes[start..], error);
        match is_change {
            Ok(true) => self.rows.push((row, start..self.bytes.len())),
            Ok(false) | Err(_) => self.bytes.truncate(start),
        }
        is_change.map(drop)
    }
}

/// What a field is after a merge.
pub(crate) enum Merged {
    Mine,
    Theirs,
    /// What the policy made of both.
    Both(Vec<u8>),
}

/// The rule: a change that only one side made stands, and where both changed the field its policy decides.
///
/// So a policy is never asked about what did not change. It *is* asked about equal changes: two that add 1 add 2.
pub(crate) fn field(
    policy: Option<MergeFn>,
    base: &[u8],
    mine: &[u8],
    theirs: &[u8],
) -> Result<Merged, MergeError> {
    match policy {
        _ if mine == base => Ok(Merged::Theirs),
        Some(policy) if theirs != base => policy(base, mine, theirs).map(Merged::Both),
        _ => Ok(Merged::Mine),
    }
}

/// Merges whole data. Also says which fields could not be merged: they are mine, and must not be written so.
///
/// A field that is not stored (`skip`) is mine. What cannot be written at all cannot be compared and counts as changed by me;
/// the commit will say so. What may only not be stored any more, being too long, can.
pub(crate) fn data<T: SessionData>(base: &T, mut mine: T, theirs: &T) -> (T, Bits) {
    let mut theirs_copy = None;
    let mut refused = Bits::default();
    for (index, row) in T::FIELDS.iter().enumerate() {
        let [Some(before), Some(ours), Some(other)] =
            [base, &mine, theirs].map(|data| compared(|encoder| row.encode(data, encoder)))
        else {
            continue;
        };
        match field(row.policy(), &before, &ours, &other) {
            Ok(Merged::Mine) => {}
            Ok(Merged::Theirs) => row.swap(&mut mine, theirs_copy.get_or_insert_with(|| theirs.clone())),
            Ok(Merged::Both(merged)) => {
                // The policy just wrote these bytes for this type.
                if row.decode(&mut mine, &mut Decoder::new(&merged)).is_err() {
                    refused.set(index);
                }
            }
            Err(_) => refused.set(index),
        }
    }
    (mine, refused)
}

/// As [`data`], for one value: nothing if it could not be merged.
pub(crate) fn value<V: SessionValue>(policy: Option<MergeFn>, base: &V, mine: &V, theirs: &V) -> Option<V> {
    let [Some(before), Some(ours), Some(other)] =
        [base, mine, theirs].map(|value| compared(|encoder| value.encode(encoder)))
    else {
        return Some(mine.clone());
    };
    match field(policy, &before, &ours, &other) {
        Ok(Merged::Mine) => Some(mine.clone()),
        Ok(Merged::Theirs) => Some(theirs.clone()),
        Ok(Merged::Both(merged)) => from_bytes(&merged).ok(),
        Err(_) => None,
    }
}

/// Whether a field has the same bytes in both; what could never be stored is not the same.
pub(crate) fn same_field<T>(row: &Field<T>, left: &T, right: &T) -> bool {
    match (encoded(row, left), encoded(row, right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

fn compared(encode: impl FnOnce(&mut Encoder)) -> Option<Vec<u8>> {
    let mut encoder = Encoder::comparing_onto(Vec::with_capacity(codec::ROOM));
    encode(&mut encoder);
    encoder.finish().ok()
}
