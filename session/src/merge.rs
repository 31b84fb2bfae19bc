//! Three-way merge of fields: base, mine, theirs. One rule for two places: two closures in one request, and two
//! requests at one record.

use crate::codec::{Decoder, Encoder};
use crate::current::Bits;
use crate::data::{Field, MergeError, MergeFn, SessionData};
use crate::value::{SessionValue, from_bytes, to_bytes};

/// A field whose bytes changed. What they were is encoded again where somebody asks: without a conflict nobody does.
pub(crate) struct Dirty {
    pub(crate) row: usize,
    pub(crate) mine: Vec<u8>,
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
/// A field that is not stored (`skip`) is mine. What cannot be encoded cannot be compared and counts as changed by me;
/// the commit will say so.
pub(crate) fn data<T: SessionData>(base: &T, mut mine: T, theirs: &T) -> (T, Bits) {
    let mut theirs_copy = None;
    let mut refused = Bits::default();
    for (index, row) in T::FIELDS.iter().enumerate() {
        let [Some(before), Some(ours), Some(other)] = [base, &mine, theirs].map(|data| encoded(row, data))
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
    let (Ok(before), Ok(ours), Ok(other)) = (to_bytes(base), to_bytes(mine), to_bytes(theirs)) else {
        return Some(mine.clone());
    };
    match field(policy, &before, &ours, &other) {
        Ok(Merged::Mine) => Some(mine.clone()),
        Ok(Merged::Theirs) => Some(theirs.clone()),
        Ok(Merged::Both(merged)) => from_bytes(&merged).ok(),
        Err(_) => None,
    }
}

/// Whether a field has the same bytes in both; what cannot be encoded is not the same.
pub(crate) fn same_field<T>(row: &Field<T>, left: &T, right: &T) -> bool {
    match (encoded(row, left), encoded(row, right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

fn encoded<T>(row: &Field<T>, data: &T) -> Option<Vec<u8>> {
    let mut encoder = Encoder::new();
    row.encode(data, &mut encoder);
    encoder.finish().ok()
}
