use std::collections::VecDeque;

use super::{MergeError, decoded};
use crate::codec::EncodeError;
use crate::value::{SessionValue, to_bytes};

macro_rules! suffix_of_a_list {
    () => {
        fn with_suffix(mut self, base: &Self, mine: Self) -> Result<Option<Self>, EncodeError> {
            if mine.len() < base.len() {
                return Ok(None);
            }
            for (before, after) in base.iter().zip(&mine) {
                // Values need not have an `Eq`, their bytes do.
                if to_bytes(before)? != to_bytes(after)? {
                    return Ok(None);
                }
            }
            self.extend(mine.into_iter().skip(base.len()));
            Ok(Some(self))
        }
    };
}

/// A list or a text, which grows at its end.
#[diagnostic::on_unimplemented(
    message = "`merge = append` needs a list or a text, and `{Self}` is neither",
    label = "has no end to append to",
    note = "choose `Vec`, `VecDeque` or `String`; a set or a map has `merge = union`"
)]
pub trait Append: SessionValue {
    /// `self` and what follows on `base` in `mine`; `None` if `mine` does not begin with `base`.
    ///
    /// # Errors
    /// A value that cannot be encoded cannot be compared.
    fn with_suffix(self, base: &Self, mine: Self) -> Result<Option<Self>, EncodeError>;
}

impl<V: SessionValue> Append for Vec<V> {
    suffix_of_a_list!();
}

impl<V: SessionValue> Append for VecDeque<V> {
    suffix_of_a_list!();
}

impl Append for String {
    fn with_suffix(mut self, base: &Self, mine: Self) -> Result<Option<Self>, EncodeError> {
        Ok(mine.strip_prefix(base.as_str()).map(|suffix| {
            self.push_str(suffix);
            self
        }))
    }
}

/// `merge = append`: theirs and what mine appended to base.
///
/// # Errors
/// Bytes that are not this type, and a mine that is not base and a suffix (unless both sides came to the same).
pub fn append<V: Append>(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let [before, ours, others] = decoded::<V>(base, mine, theirs)?;
    match others.with_suffix(&before, ours)? {
        Some(merged) => Ok(to_bytes(&merged)?),
        None if mine == theirs => Ok(mine.to_vec()),
        None => Err(MergeError::Refused),
    }
}
