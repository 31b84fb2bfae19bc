use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::{MergeError, decoded};
use crate::codec::EncodeError;
use crate::value::{SessionValue, to_bytes};

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

macro_rules! set {
    ([$($bounds:tt)*] $set:ty) => {
        impl<$($bounds)*> Union for $set {
            fn with_changes(mut self, base: &Self, mine: Self) -> Result<Self, EncodeError> {
                for member in base.difference(&mine) {
                    self.remove(member);
                }
                self.extend(mine.into_iter().filter(|member| !base.contains(member)));
                Ok(self)
            }
        }
    };
}

macro_rules! map {
    ([$($bounds:tt)*] $map:ty) => {
        impl<$($bounds)*> Union for $map {
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
        }
    };
}

set!([V: SessionValue + Ord] BTreeSet<V>);
set!([V: SessionValue + Eq + Hash, S: BuildHasher + Default + Clone + Send + Sync + 'static] HashSet<V, S>);
map!([K: SessionValue + Ord, V: SessionValue] BTreeMap<K, V>);
map!([
    K: SessionValue + Eq + Hash,
    V: SessionValue,
    S: BuildHasher + Default + Clone + Send + Sync + 'static
] HashMap<K, V, S>);

/// `merge = union`: both additions and both removals; an entry that both changed is as mine has it.
///
/// # Errors
/// Bytes that are not this type.
pub fn union<V: Union>(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let [base, mine, theirs] = decoded::<V>(base, mine, theirs)?;
    Ok(to_bytes(&theirs.with_changes(&base, mine)?)?)
}
