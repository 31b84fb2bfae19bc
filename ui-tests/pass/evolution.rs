//! Former names and types of every kind, without a warning.
#![deny(warnings, missing_docs, unused, clippy::pedantic, unused_qualifications)]

use std::collections::{BTreeMap, HashMap};

use session::{SessionData, SessionValue, Unknown};

/// The old item.
#[derive(SessionValue, Clone, Debug, Default)]
pub struct Old(u8);

/// The new one.
#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
pub struct New(u32);

impl From<Old> for New {
    fn from(old: Old) -> Self {
        Self(old.0.into())
    }
}

fn parse(text: String) -> Option<u64> {
    text.parse().ok()
}

fn show(number: u64) -> String {
    number.to_string()
}

/// An item.
#[derive(SessionValue, Clone, Debug, Default)]
pub struct Item {
    /// Renamed and retyped.
    #[session(alias = "count", was = u8)]
    pub quantity: u32,
    /// What others know.
    pub rest: Unknown,
}

/// A choice.
#[derive(SessionValue, Clone, Debug, Default)]
pub enum Choice {
    /// One.
    #[default]
    One,
    /// Another.
    Two(u8),
    /// Any other.
    #[session(other)]
    Other(Unknown),
}

/// A choice that forgets.
#[derive(SessionValue, Clone, Debug, Default)]
pub enum Forgetful {
    /// One.
    One(u8),
    /// Any other.
    #[default]
    #[session(other)]
    Other,
}

/// The struct before.
#[derive(SessionData, Clone, Debug, Default)]
#[session(version = 1)]
pub struct Before {
    views: u32,
}

/// The data.
#[derive(SessionData, Clone, Debug)]
#[session(version = 2, previous = Before, write_as = 1, on_failed_upgrade = keep_aside, retired("gone", since = 2))]
pub struct Data {
    #[session(was = Vec<Option<Box<Old>>>)]
    many: Vec<Option<Box<New>>>,
    #[session(was = HashMap<u8, [Old; 2]>)]
    hashed: HashMap<u8, [New; 2]>,
    #[session(was = BTreeMap<String, Old>, alias = "sorted")]
    tree: BTreeMap<String, New>,
    #[session(was = String, with = parse, back = show, was = u8)]
    number: u64,
    #[session(identity, was = Option<u32>, alias = "uid")]
    user_id: Option<u64>,
    item: Option<Item>,
    choice: (Choice, Forgetful),
}

impl From<Before> for Data {
    fn from(_: Before) -> Self {
        Self::empty()
    }
}

impl TryFrom<Data> for Before {
    type Error = ();

    fn try_from(_: Data) -> Result<Self, ()> {
        Ok(Self::default())
    }
}

fn main() {
    assert_eq!(Data::FIELDS.iter().map(|field| field.formers.len()).sum::<usize>(), 1 + 1 + 3 + 2 + 3);
}
