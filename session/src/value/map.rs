//! Maps and sets, hashed or ordered: one shape, one encoding.
//!
//! Entries stand in the order of their keys' bytes. That is not the order of a `BTreeMap` (-1 is written after 1), so
//! both kinds are sorted here, and readers refuse any other order: equal maps have equal bytes, and no key comes twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::{SessionValue, Shape, reserve};
use crate::codec::{DecodeError, Decoder, Encoder};

const fn map_of<K: SessionValue, V: SessionValue>() -> Shape {
    assert!(K::MIN > 0, "the keys of a map must take bytes");
    Shape::Map(K::SHAPE, V::SHAPE)
}

const fn set_of<V: SessionValue>() -> Shape {
    assert!(V::MIN > 0, "the members of a set must take bytes");
    Shape::Set(V::SHAPE)
}

fn encode_map<'a, K: SessionValue, V: SessionValue>(
    entries: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    encoder: &mut Encoder,
) {
    encode_entries(
        entries,
        encoder,
        |(key, _), encoder| key.encode(encoder),
        |(_, value), encoder| value.encode(encoder),
    );
}

fn encode_set<'a, V: SessionValue>(members: impl ExactSizeIterator<Item = &'a V>, encoder: &mut Encoder) {
    encode_entries(members, encoder, V::encode, |_, _| {});
}

fn encode_entries<E: Copy>(
    entries: impl ExactSizeIterator<Item = E>,
    encoder: &mut Encoder,
    key: impl Fn(E, &mut Encoder),
    value: impl Fn(E, &mut Encoder),
) {
    encoder.count(entries.len());
    encoder.nested(|encoder| {
        let mut spans = Vec::with_capacity(entries.len());
        for entry in entries {
            let start = encoder.len();
            key(entry, encoder);
            spans.push((start, encoder.len()));
            value(entry, encoder);
        }
        encoder.sort_entries(&mut spans);
    });
}

/// Reads entries that take at least `min` bytes into `all`, which says through `insert` whether the key was new.
fn decode_entries<C, K: SessionValue, V>(
    decoder: &mut Decoder<'_>,
    min: usize,
    with_capacity: impl FnOnce(usize) -> C,
    value: impl Fn(&mut Decoder<'_>) -> Result<V, DecodeError>,
    insert: impl Fn(&mut C, K, V) -> bool,
) -> Result<C, DecodeError> {
    let count = decoder.count(min)?;
    let mut all = with_capacity(reserve::<(K, V)>(count, decoder));
    decoder.nested(|decoder| {
        let mut previous: Option<&[u8]> = None;
        for _ in 0..count {
            let before = decoder.here();
            let key = K::decode(decoder)?;
            let bytes = decoder.consumed(before);
            if previous.is_some_and(|previous| previous >= bytes) {
                return Err(DecodeError::Unsorted);
            }
            previous = Some(bytes);
            // Keys of different bytes may still be equal, for a hand-written `Eq`.
            let value = value(decoder)?;
            if !insert(&mut all, key, value) {
                return Err(DecodeError::Unsorted);
            }
        }
        Ok(all)
    })
}

impl<K, V, S> SessionValue for HashMap<K, V, S>
where
    K: SessionValue + Eq + Hash,
    V: SessionValue,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    const SHAPE: &'static Shape = &map_of::<K, V>();
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encode_map(self.iter(), encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decode_entries(
            decoder,
            K::MIN.saturating_add(V::MIN),
            |room| Self::with_capacity_and_hasher(room, S::default()),
            V::decode,
            |map, key, value| map.insert(key, value).is_none(),
        )
    }
}

impl<K: SessionValue + Ord, V: SessionValue> SessionValue for BTreeMap<K, V> {
    const SHAPE: &'static Shape = &map_of::<K, V>();
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encode_map(self.iter(), encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decode_entries(
            decoder,
            K::MIN.saturating_add(V::MIN),
            |_| Self::new(),
            V::decode,
            |map, key, value| map.insert(key, value).is_none(),
        )
    }
}

impl<V, S> SessionValue for HashSet<V, S>
where
    V: SessionValue + Eq + Hash,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    const SHAPE: &'static Shape = &set_of::<V>();
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encode_set(self.iter(), encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decode_entries(
            decoder,
            V::MIN,
            |room| Self::with_capacity_and_hasher(room, S::default()),
            |_| Ok(()),
            |set, member, ()| set.insert(member),
        )
    }
}

impl<V: SessionValue + Ord> SessionValue for BTreeSet<V> {
    const SHAPE: &'static Shape = &set_of::<V>();
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encode_set(self.iter(), encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decode_entries(decoder, V::MIN, |_| Self::new(), |_| Ok(()), |set, member, ()| set.insert(member))
    }
}
