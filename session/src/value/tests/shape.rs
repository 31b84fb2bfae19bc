//! Which types can read each other's bytes, and which changes a lock sees.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::*;

/// A type under another name.
type Amount = u64;

#[test]
fn types_with_the_same_bytes_have_one_shape() {
    assert_eq!(HashMap::<String, u8>::SHAPE, BTreeMap::<String, u8>::SHAPE);
    assert_eq!(HashSet::<u8>::SHAPE, BTreeSet::<u8>::SHAPE);
    assert_eq!(Vec::<u8>::SHAPE, VecDeque::<u8>::SHAPE);
    assert_eq!(Box::<Arc<str>>::SHAPE, String::SHAPE);
    assert_eq!(Vec::<Amount>::SHAPE, Vec::<u64>::SHAPE);
    assert_eq!(usize::SHAPE, u64::SHAPE);
}

#[test]
fn types_with_other_bytes_have_other_fingerprints() {
    let shapes = [
        u8::SHAPE,
        u16::SHAPE,
        i16::SHAPE,
        String::SHAPE,
        Option::<u8>::SHAPE,
        Vec::<u8>::SHAPE,
        BTreeSet::<u8>::SHAPE,
        <[u8; 2]>::SHAPE,
        <[u8; 3]>::SHAPE,
        <(u8, u8)>::SHAPE,
        <(u8, u8, u8)>::SHAPE,
        <((u8, u8), u8)>::SHAPE,
        BTreeMap::<u8, u8>::SHAPE,
        std::num::NonZeroU16::SHAPE,
        std::time::Duration::SHAPE,
        Item::SHAPE,
        Answer::SHAPE,
        List::SHAPE,
    ];
    for (index, one) in shapes.iter().enumerate() {
        for other in &shapes[index + 1..] {
            assert_ne!(one.wire(), other.wire(), "{one} and {other}");
            assert_ne!(one.pin(), other.pin(), "{one} and {other}");
        }
    }
}

#[test]
fn a_change_inside_a_tagged_struct_is_seen_by_the_lock_alone() {
    const BEFORE: Shape = Shape::Tagged(&[Part::new("a", &Shape::Scalar("u8"))]);
    const AFTER: Shape = Shape::Tagged(&[Part::new("a", &Shape::Scalar("u16"))]);
    for [before, after] in
        [[&BEFORE, &AFTER], [&Shape::Seq(&BEFORE), &Shape::Seq(&AFTER)], [&Shape::Enum(&[]), Answer::SHAPE]]
    {
        assert_eq!(before.wire(), after.wire());
        assert_ne!(before.pin(), after.pin());
    }
    let packed = [&BEFORE, &AFTER].map(|shape| match shape {
        Shape::Tagged(parts) => Shape::Packed(parts),
        other => *other,
    });
    assert_ne!(packed[0].wire(), packed[1].wire());
}

#[test]
fn a_shape_is_printed_as_one_line() {
    assert_eq!(List::SHAPE.to_string(), "Option<Self>");
    assert_eq!(Item::SHAPE.to_string(), "{name: str, count: u32}");
    assert_eq!(Answer::SHAPE.to_string(), "enum {No: (), Yes: (u64, bool)}");
    assert_eq!(
        <(Vec<bool>, BTreeMap<i8, [char; 4]>, HashSet<i32>)>::SHAPE.to_string(),
        "([bool], {i8 => [char; 4]}, {i32})"
    );
}

#[test]
fn a_type_inside_itself_is_a_marker() {
    assert_eq!(List::SHAPE, &Shape::Option(&Shape::Recur));
    assert_eq!(List::MAX, None);
    assert!(to_bytes(&Recur).is_err() && from_bytes::<Recur>(&[]).is_err());
}

#[test]
#[should_panic(expected = "two variants have one name on the wire")]
fn two_variants_of_one_name_are_refused() {
    const UNIT: Variant = Variant::new("Same", &Shape::Tuple(&[]));
    assert_variants(&[UNIT, Variant::new("Other", &Shape::Tuple(&[])), UNIT]);
}
