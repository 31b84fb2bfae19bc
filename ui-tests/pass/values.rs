//! Every form of value.
#![deny(missing_docs, unused, unreachable_pub, unused_qualifications, private_interfaces, private_bounds)]

use std::collections::BTreeMap;
use session::SessionValue;
use session::value::{from_bytes, to_bytes};

/// Tagged, recursive.
#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
pub struct Node {
    name: String,
    kids: Vec<Self>,
    next: Option<Box<Node>>,
    #[session(default = 3)]
    /// A keyword.
    pub r#type: u8,
}
/// Generic.
#[derive(SessionValue, Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// Items.
    pub items: Vec<T>,
    /// The first.
    pub first: Option<T>,
    #[session(default = BTreeMap::new())]
    by_name: BTreeMap<String, T>,
}
/// Generic and recursive.
#[derive(SessionValue, Clone, Debug, PartialEq)]
#[session(packed)]
pub struct Tree<T> where T: PartialEq {
    value: T,
    kids: Vec<Tree<T>>,
}
/// Transparent.
#[derive(SessionValue, Clone, Copy, Debug, PartialEq)]
pub struct Id(pub u64);
/// Transparent, recursive.
#[derive(SessionValue, Clone, Debug, PartialEq)]
pub struct Chain(Option<Box<Chain>>);
/// Tuple.
#[derive(SessionValue, Clone, Debug, PartialEq)]
pub struct Pair(u8, String);
/// Unit.
#[derive(SessionValue, Clone, Debug, PartialEq)]
pub struct Unit;
/// Packed.
#[derive(SessionValue, Clone, Debug, PartialEq)]
#[session(packed)]
pub struct Point {
    x: i32,
    #[session(rename = "y")]
    why: i32,
}
/// An enum.
#[derive(SessionValue, Clone, Debug, PartialEq)]
pub enum Event<T> {
    /// Nothing.
    Idle,
    /// Nothing, in braces.
    Braces {},
    #[session(rename = "click")]
    /// Position.
    Click(i32, i32),
    /// Text.
    Key {
        #[session(rename = "c")]
        /// Which.
        code: String,
        /// More.
        then: Option<Box<Event<T>>>,
    },
    /// Other.
    Other(T),
}
/// Only units.
#[derive(SessionValue, Clone, Copy, Debug, PartialEq)]
pub enum Theme {
    /// Dark.
    Dark,
    /// Light.
    Light,
}

fn round_trip<V: SessionValue + PartialEq + std::fmt::Debug>(value: &V) {
    let bytes = to_bytes(value).unwrap();
    assert!(bytes.len() >= V::MIN && V::MAX.is_none_or(|max| bytes.len() <= max), "{value:?}");
    assert_eq!(from_bytes::<V>(&bytes).as_ref(), Ok(value));
}

fn main() {
    let node = Node { name: "a".into(), ..Node::default() };
    round_trip(&Node { kids: vec![node.clone(), node.clone()], next: Some(Box::new(node.clone())), ..node });
    round_trip(&Page { items: vec![1_u8], first: Some(2), by_name: BTreeMap::from([("x".into(), 3)]) });
    round_trip(&Tree { value: 1_u8, kids: vec![Tree { value: 2, kids: vec![] }] });
    round_trip(&Id(7));
    round_trip(&Chain(Some(Box::new(Chain(None)))));
    round_trip(&Pair(1, "x".into()));
    round_trip(&Unit);
    round_trip(&Point { x: 1, why: -2 });
    for event in [Event::Idle, Event::Braces {}, Event::Click(1, 2), Event::Other(Id(2))] {
        round_trip(&Event::Key { code: "c".into(), then: Some(Box::new(event.clone())) });
        round_trip(&event);
    }
    round_trip(&Theme::Dark);
    assert_eq!(Theme::MAX, Some(9));
    assert_eq!(Point::MAX, Some(10));
    assert_eq!(Node::SHAPE.to_string(), "{name: str, kids: [Self], next: Option<Self>, type: u8}");
    assert_eq!(Point::SHAPE.to_string(), "packed {x: i32, y: i32}");
    assert_eq!(
        Event::<u8>::SHAPE.to_string(),
        "enum {Idle: (), Braces: packed {}, click: (i32, i32), Key: packed {c: str, then: Option<Self>}, Other: (u8)}"
    );
    // Hostile depth is refused.
    assert!(from_bytes::<Chain>(&[1; 10_000]).is_err());
}
