//! What two concurrent changes of one field become. Works on encoded bytes, so that a store conflict needs no struct.

use thiserror::Error;

use crate::codec::{DecodeError, EncodeError};
use crate::value::{SessionValue, from_bytes, to_bytes};

/// Merges one field: the bytes both started from, mine and theirs, all present (absent is the default's encoding).
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
}

/// An integer to which concurrent changes add up.
#[diagnostic::on_unimplemented(
    message = "`merge = add` needs an integer, and `{Self}` is none",
    label = "does not add up",
    note = "leave `merge` out (the later write wins), or choose an integer type"
)]
pub trait Additive: SessionValue + Copy {
    /// As a wide integer; values beyond `i128` saturate.
    fn widen(self) -> i128;
    /// Back, saturating at the type's bounds.
    fn narrow(wide: i128) -> Self;
}

macro_rules! additive {
    ($($integer:ty)*) => {$(
        impl Additive for $integer {
            fn widen(self) -> i128 {
                i128::try_from(self).unwrap_or(i128::MAX)
            }

            fn narrow(wide: i128) -> Self {
                Self::try_from(wide).unwrap_or(if wide < 0 { Self::MIN } else { Self::MAX })
            }
        }
    )*};
}

additive!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// `merge = add`: theirs + (mine − base), in `i128`, saturating at the bounds of the type.
///
/// # Errors
/// Bytes that are not this integer.
pub fn add<V: Additive>(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let [base, mine, theirs] = [base, mine, theirs].map(from_bytes::<V>);
    let change = mine?.widen().saturating_sub(base?.widen());
    Ok(to_bytes(&V::narrow(theirs?.widen().saturating_add(change)))?)
}
