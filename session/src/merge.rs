//! Three-way merge of fields: base, mine, theirs. One rule for two places: two closures in one request, and two
//! requests at one record.

use crate::codec::{Decoder, Encoder};
use crate::data::{Field, MergeFn, SessionData};
use crate::value::{SessionValue, from_bytes, to_bytes};

/// Merges whole data: a field that only one side changed is that side's; one that both changed follows its policy.
///
/// A field that is not stored (`skip`) is mine. What cannot be encoded cannot be compared and counts as changed by me;
/// the commit will say so.
pub(crate) fn data<T: SessionData>(base: &T, mut mine: T, theirs: &T) -> T {
    let mut theirs_copy = None;
    for row in T::FIELDS {
        let [Some(before), Some(ours), Some(other)] = [base, &mine, theirs].map(|data| encoded(row, data))
        else {
            continue;
        };
        if ours == before {
            row.swap(&mut mine, theirs_copy.get_or_insert_with(|| theirs.clone()));
        } else if other != before
            && let Some(policy) = row.policy()
            && let Ok(merged) = policy(&before, &ours, &other)
        {
            // The policy just wrote these bytes for this type.
            let decoded = row.decode(&mut mine, &mut Decoder::new(&merged));
            debug_assert!(decoded.is_ok(), "a merge policy wrote what does not decode");
        }
    }
    mine
}

/// As [`data`], for one value.
pub(crate) fn value<V: SessionValue>(policy: Option<MergeFn>, base: &V, mine: V, theirs: &V) -> V {
    let (Ok(before), Ok(ours), Ok(other)) = (to_bytes(base), to_bytes(&mine), to_bytes(theirs)) else {
        return mine;
    };
    match policy {
        _ if ours == before => theirs.clone(),
        Some(policy) if other != before => {
            policy(&before, &ours, &other).ok().and_then(|merged| from_bytes(&merged).ok()).unwrap_or(mine)
        }
        _ => mine,
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
