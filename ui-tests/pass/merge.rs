//! Every merge policy on every kind of type that it is for, and functions by every kind of path.
#![deny(warnings, unused_qualifications)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, SystemTime};

use session::{Secret, SessionData, SessionValue};

/// Not in std's order.
#[derive(SessionValue, Clone, Default, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The least.
    #[default]
    Low,
    /// The largest.
    High,
}

/// Without an order and without `Eq`.
#[derive(SessionValue, Clone, Default, Debug)]
pub struct Line {
    price: f64,
}

type Score = f64;

/// Every policy.
#[derive(SessionData, Clone, Debug)]
pub struct Merged {
    #[session(merge = lww)]
    line: Line,
    #[session(merge = first)]
    campaign: Option<Line>,
    #[session(merge = max)]
    level: Level,
    #[session(merge = max)]
    score: Score,
    #[session(merge = min)]
    best: Option<f32>,
    #[session(merge = max, default = SystemTime::UNIX_EPOCH)]
    seen: SystemTime,
    #[session(merge = min)]
    wait: Option<Duration>,
    #[session(merge = max)]
    name: String,
    #[session(merge = max)]
    several: (u8, Vec<u8>),
    #[session(merge = add)]
    views: u128,
    #[session(merge = add, keep)]
    balance: i64,
    #[session(merge = union)]
    tags: BTreeSet<String>,
    #[session(merge = union)]
    seats: HashSet<(u8, u8)>,
    #[session(merge = union)]
    cart: BTreeMap<u64, Line>,
    #[session(merge = union)]
    votes: HashMap<String, Vec<Line>>,
    #[session(merge = append)]
    log: Vec<Line>,
    #[session(merge = append)]
    queue: VecDeque<u8>,
    #[session(merge = append)]
    text: String,
    #[session(merge = conflict)]
    draft: Vec<Line>,
    #[session(secret, merge = conflict)]
    token: Secret<String>,
    #[session(merge = self::longer)]
    title: String,
    #[session(merge = Self::last_ten)]
    pages: Vec<u32>,
    #[session(merge = functions::generic)]
    generic: Score,
    #[session(merge = self::functions::generic)]
    again: Option<Line>,
}

impl Merged {
    fn last_ten(_base: &[u32], mine: &[u32], theirs: &[u32]) -> Vec<u32> {
        let all: Vec<_> = theirs.iter().chain(mine).copied().collect();
        all[all.len().saturating_sub(10)..].to_vec()
    }
}

fn longer(_base: &str, mine: &str, theirs: &str) -> String {
    String::from(if mine.len() > theirs.len() { mine } else { theirs })
}

mod functions {
    pub(crate) fn generic<V: Clone>(_base: &V, mine: &V, _theirs: &V) -> V {
        mine.clone()
    }
}

fn main() {
    assert_eq!(Merged::FIELDS.len(), 24);
}
