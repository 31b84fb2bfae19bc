//! Merge policies: what two concurrent changes of one field become.
//!
//! A merge knows three values: *base*, which both changes started from, *mine*, which is about to be written, and
//! *theirs*, which was written meanwhile. A policy decides **only where both changed** the field; where one did, its
//! change stands, whatever the policy. A field that is not stored counts as its default. The same rule holds for two
//! requests that change one stored session and for two closures that change one session in one request.
//!
//! | `merge = …` | for | both changed the field | on the way |
//! |---|---|---|---|
//! | `lww` (the default) | any type | mine: the later write wins | |
//! | `first` | any type | theirs: the first to be written stays | |
//! | `max`, `min` | what is [`Ord`]; `f32`, `f64` and an `Option` of them by `total_cmp` | the larger, the smaller one of the two | base has no say: two requests that lower a `max` field from 10 to 5 and to 7 leave 7. A single request may set any value |
//! | `add` | integers | theirs + (mine − base) | exact, then held at the bounds of the type; nothing wraps |
//! | `union` | sets, and maps by key | both additions and both removals | a key whose value both set, or that one removed and the other one set, is as mine has it |
//! | `append` | `Vec`, `VecDeque`, `String` | mine is base + suffix: theirs + suffix | mine is anything else: a conflict, unless both are equal |
//! | `conflict` | any type | an error of kind [`Conflict`](crate::ErrorKind::Conflict) | equal values are no conflict |
//! | `path::to::function` | any type | `function(&base, &mine, &theirs)` | a `fn(&V, &V, &V) -> V`, also of `&str` for a `String` and of slices for a `Vec`; must be deterministic |
//!
//! * **Equal changes.** Two requests that add 1, or append the same line, meant two: `add` counts both and `append` keeps
//!   both. A function is asked, too. With every other policy two equal values are that value.
//! * **A reset under `add`** is a change like any other: `set_views(0)` where 10 was read takes 10 away, and a view that
//!   was counted meanwhile stays: the result is 1. Two concurrent resets take 10 away twice, which ends at 0 for an
//!   unsigned type and at −10 for a signed one.
//! * **Saturation.** As long as the sums stay within the type, the order of commits does not matter. A sum that does not
//!   is held at the bound, and what went beyond it is lost.
//! * **Order.** `add`, `max`, `min` and, for sets, `union` give the same value in whatever order concurrent requests are
//!   committed; so does `union` for maps whose keys are not given two values at once. `append` keeps every suffix, in
//!   the order of the commits.
//! * **A list that is shortened as it grows** (the last 20 pages) is not base + suffix; give it a function.
//! * **A conflict** fails the commit and writes nothing. Between two closures in one request it fails that request's
//!   commit, unless the field is set again before.
//!
//! A function is a path of at least two parts (`self::newest`), so that a policy that a later version adds never takes
//! the name of one. It cannot refuse to merge; where there is no good value, `conflict` is the policy.
//!
//! Identities and flash values are never merged, and privileges never by a policy of their own.

mod collection;
mod function;
mod number;
mod order;
mod sequence;
#[cfg(test)]
mod tests;

pub use collection::{Union, union};
pub use function::{ByTarget, ByType, Merges, merge_with};
pub use number::{Additive, add};
pub use order::{ByOrd, ByTotalOrder, Ordered, TotalOrder, max, min};
pub use sequence::{Append, append};
use thiserror::Error;

use crate::codec::{DecodeError, EncodeError};
use crate::value::{SessionValue, from_bytes};

/// Merges one field that both sides changed: the bytes both started from, mine and theirs, all present (absent is the
/// default's encoding).
pub type MergeFn = fn(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError>;

/// Why a field could not be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// One of the three is not readable.
    #[error("a side of the merge could not be read")]
    Decode(#[from] DecodeError),
    /// The result cannot be stored.
    #[error("the merged value could not be written")]
    Encode(#[from] EncodeError),
    /// The policy does not combine these changes.
    #[error("the merge policy does not combine these changes")]
    Refused,
}

/// `merge = first`: theirs.
///
/// # Errors
/// None; the signature is every policy's.
pub fn first(_base: &[u8], _mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    Ok(theirs.to_vec())
}

/// `merge = conflict`: nothing but what both agree on.
///
/// # Errors
/// Two different values.
pub fn conflict(_base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    if mine == theirs { Ok(mine.to_vec()) } else { Err(MergeError::Refused) }
}

fn decoded<V: SessionValue>(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<[V; 3], DecodeError> {
    Ok([from_bytes(base)?, from_bytes(mine)?, from_bytes(theirs)?])
}
