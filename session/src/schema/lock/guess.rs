//! What a fingerprint probably stands for.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use crate::FlashBag;
use crate::value::{SessionValue, Shape};

macro_rules! shapes {
    ($($type:ty),* $(,)?) => { &[$((<$type as SessionValue>::SHAPE.wire(), <$type as SessionValue>::SHAPE)),*] };
}

/// Structs and enums whose parts carry their own names all look alike from outside.
const STRUCT: &Shape = &Shape::Tagged(&[]);
const ENUM: &Shape = &Shape::Enum(&[]);

/// The types that session fields mostly have.
const COMMON: &[(u32, &Shape)] = shapes![
    bool,
    char,
    u8,
    u16,
    u32,
    u64,
    u128,
    i8,
    i16,
    i32,
    i64,
    i128,
    f32,
    f64,
    String,
    Duration,
    SystemTime,
    Option<bool>,
    Option<u8>,
    Option<u16>,
    Option<u32>,
    Option<u64>,
    Option<u128>,
    Option<i8>,
    Option<i16>,
    Option<i32>,
    Option<i64>,
    Option<i128>,
    Option<f32>,
    Option<f64>,
    Option<String>,
    Option<SystemTime>,
    Option<IpAddr>,
    IpAddr,
    [u8; 16],
    [u8; 32],
    Vec<u8>,
    Vec<u32>,
    Vec<u64>,
    Vec<i32>,
    Vec<i64>,
    Vec<String>,
    Option<FlashBag>,
];

const NESTED: &[&Shape] = &[
    STRUCT,
    &Shape::Option(STRUCT),
    &Shape::Seq(STRUCT),
    &Shape::Option(&Shape::Seq(STRUCT)),
    &Shape::Map(String::SHAPE, STRUCT),
    ENUM,
    &Shape::Option(ENUM),
    &Shape::Seq(ENUM),
    // The payload of a variant without one.
    &Shape::Tuple(&[]),
    &Shape::Tuple(&[String::SHAPE]),
];

/// The common shape that has this fingerprint.
pub(super) const fn guess(wire: u32) -> Option<&'static Shape> {
    let mut index = 0;
    while index < COMMON.len() {
        if COMMON[index].0 == wire {
            return Some(COMMON[index].1);
        }
        index += 1;
    }
    let mut index = 0;
    while index < NESTED.len() {
        if NESTED[index].wire() == wire {
            return Some(NESTED[index]);
        }
        index += 1;
    }
    None
}
