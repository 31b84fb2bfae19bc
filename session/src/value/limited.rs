//! Values whose length can be bounded: `#[session(max_len = N)]`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use zeroize::Zeroize;

use super::{SessionValue, bound};
use crate::Secret;
use crate::codec::Encoder;

/// A value that has a length: text in bytes, everything else in elements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length that could be limited",
    label = "not text, and not a collection",
    note = "`max_len` is for text, lists, sets and maps, and for an `Option`, `Box` or `Secret` of one; remove it"
)]
pub trait Limited: SessionValue {
    /// The most bytes of one element.
    const EACH: Option<usize>;
    /// The most bytes besides the elements and their number.
    const BESIDE: usize = 0;

    /// How long it is.
    fn length(&self) -> usize;
}

/// The most bytes of a `V` of at most `limit` elements.
pub(crate) const fn limited_max<V: Limited>(limit: usize) -> Option<usize> {
    bound::add(Some(bound::prefix(limit) + V::BESIDE), bound::times(V::EACH, limit))
}

/// How long a `V` may be. What it says holds when a value is written: one that was stored before is read all the same.
#[derive(Debug)]
pub struct Limit<V> {
    most: usize,
    /// The most bytes that this makes.
    pub(crate) max: Option<usize>,
    length: fn(&V) -> usize,
}

/// At most `limit`.
pub const fn limit<V: Limited>(limit: usize) -> Limit<V> {
    Limit { most: limit, max: limited_max::<V>(limit), length: V::length }
}

impl<V> Limit<V> {
    /// Lets the encoding fail if `value`, which is about to be written, is longer.
    #[inline]
    pub(crate) fn check(&self, value: &V, encoder: &mut Encoder) {
        encoder.limit((self.length)(value), self.most);
    }
}

macro_rules! limited {
    ($([$($parameters:tt)*] $type:ty: $each:expr;)*) => {$(
        impl<$($parameters)*> Limited for $type {
            const EACH: Option<usize> = $each;

            #[inline]
            fn length(&self) -> usize {
                self.len()
            }
        }
    )*};
}

limited! {
    [] String: Some(1);
    [] Box<str>: Some(1);
    [] Arc<str>: Some(1);
    [V: SessionValue] Vec<V>: V::MAX;
    [V: SessionValue] VecDeque<V>: V::MAX;
    [V: SessionValue + Ord] BTreeSet<V>: V::MAX;
    [V: SessionValue + Eq + Hash, S: BuildHasher + Default + Clone + Send + Sync + 'static] HashSet<V, S>: V::MAX;
    [K: SessionValue + Ord, V: SessionValue] BTreeMap<K, V>: bound::add(K::MAX, V::MAX);
    [K: SessionValue + Eq + Hash, V: SessionValue, S: BuildHasher + Default + Clone + Send + Sync + 'static]
        HashMap<K, V, S>: bound::add(K::MAX, V::MAX);
}

impl<V: Limited> Limited for Option<V> {
    const EACH: Option<usize> = V::EACH;
    const BESIDE: usize = V::BESIDE + 1;

    fn length(&self) -> usize {
        self.as_ref().map_or(0, V::length)
    }
}

impl<V: Limited> Limited for Box<V> {
    const EACH: Option<usize> = V::EACH;
    const BESIDE: usize = V::BESIDE;

    fn length(&self) -> usize {
        V::length(self)
    }
}

impl<V: Limited + Zeroize> Limited for Secret<V> {
    const EACH: Option<usize> = V::EACH;
    const BESIDE: usize = V::BESIDE;

    fn length(&self) -> usize {
        self.expose().length()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::EncodeError;
    use crate::value::to_bytes;

    fn longest<V: Limited>(value: &V) {
        assert_eq!(Some(to_bytes(value).unwrap().len()), limited_max::<V>(value.length()));
    }

    #[test]
    fn the_bound_is_reached_and_not_passed() {
        for length in [0, 1, 127, 128, 300] {
            longest(&"x".repeat(length));
            longest(&Some("x".repeat(length)));
            longest(&Some(Box::new(Some(Secret::new("x".repeat(length))))));
            longest(&vec![u32::MAX; length]);
            longest(&VecDeque::from(vec![[u8::MAX; 3]; length]));
        }
        longest(&BTreeMap::from([(u32::MAX, u64::MAX), (u32::MAX - 1, u64::MAX)]));
        longest(&HashSet::<u64>::from([u64::MAX, u64::MAX - 1]));
        assert_eq!(limited_max::<Vec<String>>(3), None);
    }

    proptest! {
        #[test]
        fn no_value_within_its_limit_takes_more(values: Vec<Option<i32>>, text: String) {
            let max = limited_max::<Vec<Option<i32>>>(values.len()).unwrap();
            prop_assert!(to_bytes(&values).unwrap().len() <= max);
            let max = limited_max::<Option<String>>(text.len()).unwrap();
            prop_assert!(to_bytes(&Some(text)).unwrap().len() <= max);
        }
    }

    #[test]
    fn what_is_too_long_is_not_written_but_may_be_compared() {
        let written = |mut encoder: Encoder| {
            let value = String::from("four");
            limit::<String>(3).check(&value, &mut encoder);
            value.encode(&mut encoder);
            encoder.finish()
        };
        assert_eq!(written(Encoder::new()), Err(EncodeError::OverLimit { length: 4, limit: 3 }));
        assert_eq!(written(Encoder::lenient()), to_bytes(&String::from("four")));
    }
}
