use std::ops::Deref;

use super::{MergeError, decoded};
use crate::data::Lens;
use crate::value::to_bytes;

/// A function that merges values of type `V`.
///
/// Of references to the type, or to what it dereferences to: `&str` for a `String`, a slice for a `Vec`. `By` says which
/// and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`merge` needs a function that makes one `{V}` of three, and `{Self}` is not one",
    label = "not a `fn(&{V}, &{V}, &{V}) -> {V}`",
    note = "write it as `fn merge(base: &{V}, mine: &{V}, theirs: &{V}) -> {V}`; it cannot refuse, which is what `merge = conflict` is for"
)]
pub trait Merges<V, By> {
    /// What base, mine and theirs become.
    fn merge(&self, base: &V, mine: &V, theirs: &V) -> V;
}

/// [`Merges`] by references to the type.
#[derive(Debug)]
pub enum ByType {}

/// [`Merges`] by references to what the type dereferences to.
#[derive(Debug)]
pub enum ByTarget {}

impl<V, F: Fn(&V, &V, &V) -> V> Merges<V, ByType> for F {
    fn merge(&self, base: &V, mine: &V, theirs: &V) -> V {
        self(base, mine, theirs)
    }
}

impl<V: Deref, F: Fn(&V::Target, &V::Target, &V::Target) -> V> Merges<V, ByTarget> for F {
    fn merge(&self, base: &V, mine: &V, theirs: &V) -> V {
        self(base, mine, theirs)
    }
}

/// `merge = path::to::function`: what the function makes of the three.
///
/// By lens and not by type, so that a field of a foreign type is one error, at that type.
///
/// # Errors
/// Bytes that are not this type, and a result that cannot be stored.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a function takes no room, and an error points at its path"
)]
pub fn merge_with<S, L: Lens<S>, By>(
    function: impl Merges<L::Value, By>,
    base: &[u8],
    mine: &[u8],
    theirs: &[u8],
) -> Result<Vec<u8>, MergeError> {
    let [base, mine, theirs] = decoded(base, mine, theirs)?;
    Ok(to_bytes(&function.merge(&base, &mine, &theirs))?)
}
