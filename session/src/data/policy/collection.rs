use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::{MergeError, decoded};
use crate::codec::EncodeError;
use crate::value::{SessionValue, to_bytes};

macro_rules! changes_of_a_set {
    () => {
        fn with_changes(mut self, base: &Self, mine: Self) -> Result<Self, EncodeError> {
            for member in base.difference(&mine) {
                self.remove(member);
            }
            self.extend(mine.into_iter().filter(|member| !base.contains(member)));
            Ok(self)
        }
    };
}

macro_rules! changes_of_a_map {
    () => {
        fn with_changes(mut self, base: &Self, mine: Self) -> Result<Self, EncodeError> {
            for key in base.keys().filter(|key| !mine.contains_key(*key)) {
                self.remove(key);
            }
            for (key, value) in mine {
                let as_before = match base.get(&key) {
                    // Values need not have an `Eq`, their bytes do.
                    Some(before) => to_bytes(before)? == to_bytes(&value)?,
                    None => false,
                };
                if !as_before {
                    self.insert(key, value);
                }
            }
            Ok(self)
        }
    };
}

/// A set, or a map by its keys.
#[diagnostic::on_unimplemented(
    message = "`merge = union` needs a set or a map, and `{Self}` is neither",
    label = "neither a set nor a map",
    note = "choose `BTreeSet`, `HashSet`, `BTreeMap` or `HashMap`; a list has `merge = append`"
)]
pub trait Union: SessionValue {
    /// `self` with what is in `mine` and was not in `base`, or not so, and without what was in `base` and is not in `mine`.
    ///
    /// # Errors
    /// A value that cannot be encoded cannot be compared.
    fn with_changes(self, base: &Self, mine: Self) -> Result<Self, EncodeError>;
}

// The impls are written out, so that a message that lists them shows types and no macro.

impl<V: SessionValue + Ord> Union for BTreeSet<V> {
    changes_of_a_set!();
}

impl<V, S> Union for HashSet<V, S>
where
    V: SessionValue + Eq + Hash,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    changes_of_a_set!();
}

impl<K: SessionValue + Ord, V: SessionValue> Union for BTreeMap<K, V> {
    changes_of_a_map!();
}

impl<K, V, S> Union for HashMap<K, V, S>
where
    K: SessionValue + Eq + Hash,
    V: SessionValue,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    changes_of_a_map!();
}

/// `merge = union`: both additions and both removals; an entry that both changed is as mine has it.
///
/// # Errors
/// Bytes that are not this type.
pub fn union<V: Union>(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let [base, mine, theirs] = decoded::<V>(base, mine, theirs)?;
    Ok(to_bytes(&theirs.with_changes(&base, mine)?)?)
}
