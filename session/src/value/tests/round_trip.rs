//! What is written comes back, within the type's bounds, and equal values have equal bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::num::{NonZeroI128, NonZeroU8, NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::collection::{btree_map, btree_set, hash_map, vec};
use proptest::prelude::*;

use super::*;

pub(super) fn comes_back<V: SessionValue + PartialEq + Debug>(value: &V) -> Result<(), TestCaseError> {
    let bytes = to_bytes(value).unwrap();
    prop_assert!(bytes.len() >= V::MIN, "{} bytes, at least {}", bytes.len(), V::MIN);
    prop_assert!(V::MAX.is_none_or(|max| bytes.len() <= max), "{} bytes, at most {:?}", bytes.len(), V::MAX);
    prop_assert_eq!(from_bytes::<V>(&bytes), Ok(value.clone()));
    Ok(())
}

macro_rules! round_trips {
    ($($name:ident: $($type:ty),+;)*) => {
        proptest! {$(
            #[test]
            fn $name(values in ($(any::<$type>(),)+)) {
                round_trips!(@ values, $($type),+);
            }
        )*}
    };
    (@ $values:ident, $a:ty) => { comes_back::<$a>(&$values.0)? };
    (@ $values:ident, $a:ty, $b:ty) => { comes_back::<$a>(&$values.0)?; comes_back::<$b>(&$values.1)? };
    (@ $values:ident, $a:ty, $b:ty, $c:ty) => {
        round_trips!(@ $values, $a, $b);
        comes_back::<$c>(&$values.2)?
    };
    (@ $values:ident, $a:ty, $b:ty, $c:ty, $d:ty) => {
        round_trips!(@ $values, $a, $b, $c);
        comes_back::<$d>(&$values.3)?
    };
}

round_trips! {
    unsigned: u8, u16, u32, u64;
    signed: i8, i16, i32, i64;
    wide: u128, i128, usize, isize;
    other_scalars: bool, char, f32, f64;
    non_zero: NonZeroU8, NonZeroU32, NonZeroUsize, NonZeroI128;
    text: String, Box<str>, Arc<str>;
    wrappers: Option<u64>, Box<i16>, Arc<String>, Option<Option<bool>>;
    sequences: Vec<u8>, Vec<char>, VecDeque<i32>;
    arrays: [u8; 32], [String; 3], [u64; 0], [[i8; 2]; 2];
    short_tuples: (u8,), (u64, String), (bool, i8, char), (u8, u16, u32, u64);
    long_tuples: (u8, u8, u8, u8, u8, u8, u8, u8, u8, i64);
    maps: HashMap<i32, char>, BTreeMap<i32, f32>, HashSet<i64>, BTreeSet<char>;
    times: Duration;
    addresses: IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr;
}

proptest! {
    #[test]
    fn nested(
        list in vec(any::<Option<(String, [u16; 2])>>(), 0..8),
        map in hash_map(any::<String>(), vec(btree_set(any::<u8>(), 0..4), 0..4), 0..4),
        ordered in btree_map(any::<(i8, i8)>(), vec(any::<bool>(), 0..4).prop_map(Box::new), 0..8),
    ) {
        comes_back(&list)?;
        comes_back(&map)?;
        comes_back(&(map, Some(ordered)))?;
    }

    #[test]
    fn twelve_values(a: u8, b: u64, c: String) {
        comes_back(&(a, b, a, b, a, b, a, b, a, b, a, c))?;
    }

    #[test]
    fn derived(name: String, count: u32, number: u64, sure: bool, length in 0_usize..60) {
        comes_back(&Item { name: name.clone(), count })?;
        comes_back(&Vec::from([Item { name, count }, Item::default()]))?;
        comes_back(&[Answer::No, Answer::Yes(number, sure)])?;
        comes_back(&List::of(length))?;
    }

    #[test]
    fn times_before_1970_come_back(seconds in 0_u64..1 << 40, nanos in 0_u32..1_000_000_000) {
        let span = Duration::new(seconds, nanos);
        comes_back(&(UNIX_EPOCH + span))?;
        comes_back(&(UNIX_EPOCH - span))?;
    }

    #[test]
    fn sockets_keep_flow_and_scope(ip: Ipv6Addr, port: u16, flow: u32, scope: u32) {
        comes_back(&SocketAddr::V6(SocketAddrV6::new(ip, port, flow, scope)))?;
    }

    #[test]
    fn floats_come_back_bit_by_bit(bits: u64) {
        let bytes = to_bytes(&f64::from_bits(bits)).unwrap();
        prop_assert_eq!(from_bytes::<f64>(&bytes).map(f64::to_bits), Ok(bits));
    }

    #[test]
    fn equal_maps_have_equal_bytes(entries in vec(any::<(i64, String)>(), 0..12)) {
        let forwards: HashMap<_, _> = entries.iter().cloned().collect();
        // The first of a repeated key wins here, so take the winners from `forwards`.
        let backwards: HashMap<_, _> = entries.iter().rev().map(|(key, _)| (*key, forwards[key].clone())).collect();
        let ordered: BTreeMap<_, _> = forwards.clone().into_iter().collect();
        let bytes = to_bytes(&forwards).unwrap();
        prop_assert_eq!(&bytes, &to_bytes(&backwards).unwrap());
        prop_assert_eq!(&bytes, &to_bytes(&ordered).unwrap());
        prop_assert_eq!(from_bytes::<BTreeMap<i64, String>>(&bytes), Ok(ordered));
    }

    #[test]
    fn equal_sets_have_equal_bytes(members in vec(any::<String>(), 0..12)) {
        let forwards: HashSet<_> = members.iter().cloned().collect();
        let backwards: HashSet<_> = members.iter().rev().cloned().collect();
        let ordered: BTreeSet<_> = members.iter().cloned().collect();
        let bytes = to_bytes(&forwards).unwrap();
        prop_assert_eq!(&bytes, &to_bytes(&backwards).unwrap());
        prop_assert_eq!(&bytes, &to_bytes(&ordered).unwrap());
        prop_assert_eq!(from_bytes::<HashSet<String>>(&bytes), Ok(forwards));
    }
}

#[test]
fn bounds_are_reached() {
    fn reaches<V: SessionValue>(value: &V) {
        assert_eq!(Some(to_bytes(value).unwrap().len()), V::MAX);
    }
    reaches(&u16::MAX);
    reaches(&i32::MIN);
    reaches(&u64::MAX);
    reaches(&i128::MIN);
    reaches(&char::MAX);
    reaches(&Some([(u32::MAX, true); 3]));
    reaches(&Duration::MAX);
    reaches(&Answer::Yes(u64::MAX, true));
    let address = SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, u16::MAX, u32::MAX, u32::MAX);
    reaches(&SocketAddr::V6(address));
}

#[test]
fn a_size_is_written_alike_on_every_machine() {
    assert_eq!(to_bytes(&300_usize), to_bytes(&300_u64));
    assert_eq!(to_bytes(&-300_isize), to_bytes(&-300_i64));
    assert_eq!(usize::SHAPE, u64::SHAPE);
}

#[test]
fn the_ends_of_time_are_stored_or_refused() {
    let mut encoder = Encoder::new();
    encoder.leaf(i64::MIN);
    encoder.leaf(0_u32);
    let first = encoder.finish().unwrap();
    if let Ok(time) = from_bytes::<SystemTime>(&first) {
        assert_eq!(to_bytes(&time), Ok(first));
    }
}
