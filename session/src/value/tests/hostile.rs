//! Any bytes give a value or an error; what is accepted is the value's one encoding.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

/// Bytes are refused, or are exactly what their value is written as.
pub(super) fn is_total<V: SessionValue>(bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut decoder = Decoder::new(bytes);
    if let Ok(value) = V::decode(&mut decoder) {
        let read = &bytes[..bytes.len() - decoder.remaining()];
        prop_assert_eq!(to_bytes(&value), Ok(read.to_vec()));
    }
    Ok(())
}

macro_rules! all_total {
    ($bytes:expr; $($type:ty,)*) => { $(is_total::<$type>($bytes)?;)* };
}

fn all_are_total(bytes: &[u8]) -> Result<(), TestCaseError> {
    all_total! { bytes;
        u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, f32, f64, NonZeroU16,
        String, Arc<str>, Option<u16>, Box<char>, Vec<u8>, Vec<(bool, i16)>, [u32; 3], [[bool; 2]; 2],
        (String, u8), HashMap<i32, bool>, BTreeMap<String, Vec<u16>>, HashSet<i16>, BTreeSet<(u8, i8)>,
        Duration, SystemTime, IpAddr, SocketAddr, Answer, List, Vec<List>, Option<Vec<HashMap<u8, [i8; 2]>>>,
    }
    // A reader drops entries that it does not know, so only totality is promised.
    let _ = from_bytes::<Item>(bytes);
    let _ = from_bytes::<Vec<Item>>(bytes);
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes in vec(any::<u8>(), 0..80)) {
        all_are_total(&bytes)?;
    }

    // Small numbers look like counts, tags and marks that fit the input.
    #[test]
    fn likely_bytes_are_a_value_or_an_error(
        bytes in vec(prop_oneof![0_u8..6, 248_u8..=255], 0..24),
    ) {
        all_are_total(&bytes)?;
    }

    #[test]
    fn a_flipped_bit_never_panics(
        map in btree_map(any::<i32>(), vec(any::<Option<String>>(), 0..3), 0..4),
        name: String,
        count: u32,
        number: u64,
        bit: prop::sample::Index,
    ) {
        type All = (BTreeMap<i32, Vec<Option<String>>>, [Item; 1], Answer);
        let value: All = (map, [Item { name, count }], Answer::Yes(number, true));
        let mut bytes = to_bytes(&value).unwrap();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let _ = from_bytes::<All>(&bytes);
        all_are_total(&bytes)?;
    }
}

#[test]
fn a_huge_count_is_refused_before_anything_is_reserved() {
    const HUGE: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3];
    let refused = DecodeError::TooLong(u32::MAX.into());
    assert_eq!(from_bytes::<Vec<u128>>(HUGE), Err(refused));
    assert_eq!(from_bytes::<String>(HUGE), Err(refused));
    assert_eq!(from_bytes::<HashMap<u8, u8>>(HUGE), Err(refused));
    assert_eq!(from_bytes::<BTreeSet<u8>>(HUGE), Err(refused));
    assert_eq!(from_bytes::<Vec<Item>>(HUGE), Err(refused));
}

#[test]
fn a_long_array_costs_nothing_where_it_cannot_be_there() {
    // 4 EiB, were it read.
    assert_eq!(from_bytes::<Vec<Box<[u8; 1 << 40]>>>(&[0]).map(|values| values.len()), Ok(0));
    assert!(from_bytes::<Vec<Vec<[u64; 1000]>>>(&[1, 1, 0]).is_err());
}

#[test]
fn room_is_reserved_for_what_the_input_can_hold() {
    let input = [0_u8; 1000];
    let room = reserve::<[u64; 64]>(1000, &Decoder::new(&input));
    assert!(room * size_of::<[u64; 64]>() <= input.len());
    // And the collection grows to what is there all the same.
    let boxes = vec![None::<[u64; 64]>; 1000];
    assert_eq!(from_bytes(&to_bytes(&boxes).unwrap()), Ok(boxes));
}

#[test]
fn nesting_without_end_is_refused() {
    assert_eq!(from_bytes::<List>(&vec![1; 100_000]), Err(DecodeError::TooDeep));
    assert_eq!(from_bytes::<List>(&[1; 65]), Err(DecodeError::TooDeep));
    let deepest = to_bytes(&List::of(64)).unwrap();
    assert_eq!(from_bytes::<List>(&deepest), Ok(List::of(64)));
    assert_eq!(to_bytes(&List::of(65)), Err(crate::codec::EncodeError::TooDeep));
}

#[test]
fn keys_out_of_order_or_repeated_are_refused() {
    assert_eq!(from_bytes::<BTreeMap<u8, u8>>(&[2, 1, 0, 2, 0]).map(|map| map.len()), Ok(2));
    assert_eq!(from_bytes::<BTreeMap<u8, u8>>(&[2, 2, 0, 1, 0]), Err(DecodeError::Unsorted));
    assert_eq!(from_bytes::<HashMap<u8, u8>>(&[2, 1, 0, 1, 0]), Err(DecodeError::Unsorted));
    assert_eq!(from_bytes::<HashSet<u8>>(&[2, 1, 1]), Err(DecodeError::Unsorted));
    // Zigzag writes -1 as 1 and 1 as 2, and the bytes decide.
    assert_eq!(to_bytes(&BTreeSet::from([-1_i32, 1, 0])), Ok(vec![3, 0, 1, 2]));
}

/// A key that breaks the laws: its values are not equal, their bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Alike(u8);

impl SessionValue for Alike {
    const SHAPE: &'static Shape = &Shape::Scalar("alike");
    const MIN: usize = 1;
    const MAX: Option<usize> = Some(1);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(0_u8);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.leaf().map(Self)
    }
}

#[test]
fn keys_that_could_not_be_read_back_are_not_written() {
    assert_eq!(to_bytes(&HashSet::from([Alike(1)])), Ok(vec![1, 0]));
    let refused = to_bytes(&HashSet::from([Alike(1), Alike(2)]));
    assert!(matches!(refused, Err(crate::codec::EncodeError::Invalid(_))), "{refused:?}");
}

#[test]
fn values_that_the_type_does_not_have_are_refused() {
    assert_eq!(from_bytes::<bool>(&[2]), Err(DecodeError::Invalid("bool")));
    assert_eq!(from_bytes::<Option<u8>>(&[2, 0]), Err(DecodeError::Invalid("bool")));
    assert_eq!(from_bytes::<String>(&[1, 0xff]), Err(DecodeError::NotUtf8));
    assert_eq!(from_bytes::<NonZeroU16>(&[0]), Err(DecodeError::Invalid("number other than zero")));
    assert_eq!(from_bytes::<IpAddr>(&[5, 0, 0, 0, 0]), Err(DecodeError::Invalid("IP address")));
    let too_many_nanos = to_bytes(&(0_u64, 1_000_000_000_u32)).unwrap();
    assert_eq!(from_bytes::<Duration>(&too_many_nanos), Err(DecodeError::Invalid("duration")));
    assert_eq!(from_bytes::<SystemTime>(&too_many_nanos), Err(DecodeError::Invalid("time")));
}
