//! The session data of the simulated app, and of a newer version of it.

use std::collections::BTreeSet;

use session::{SessionData, SessionValue};

/// How many clients there are; each has a mark of its own.
pub(super) const CLIENTS: usize = 4;

/// What the clients do changes numbers, and every number is new: who wrote what can be told from the value alone.
#[derive(SessionData, Clone, Debug)]
#[session(version = 1)]
pub(super) struct Room {
    #[session(identity)]
    pub(super) user: Option<i64>,
    #[session(privilege)]
    pub(super) level: u64,
    /// One more with each number in `seen`, in the same commit: so they agree in every record at every instant.
    #[session(merge = add)]
    pub(super) count: u64,
    /// Only ever added to: a number that is gone is a lost write.
    #[session(merge = union)]
    pub(super) seen: BTreeSet<u64>,
    /// Written by one client each: disjoint fields.
    pub(super) mark_a: u64,
    pub(super) mark_b: u64,
    pub(super) mark_c: u64,
    pub(super) mark_d: u64,
    #[session(keep)]
    pub(super) theme: u64,
    #[session(flash)]
    pub(super) notice: Option<u64>,
}

impl Room {
    pub(super) fn marks(&self) -> [u64; CLIENTS] {
        [self.mark_a, self.mark_b, self.mark_c, self.mark_d]
    }

    pub(super) fn mark_mut(&mut self, client: usize) -> &mut u64 {
        match client {
            0 => &mut self.mark_a,
            1 => &mut self.mark_b,
            2 => &mut self.mark_c,
            _ => &mut self.mark_d,
        }
    }
}

/// What a program of the next version knows: a field that [`Room`] does not, and none of the others.
#[derive(SessionData, Clone, Debug)]
#[session(version = 2)]
pub(super) struct Newer {
    #[session(identity)]
    pub(super) user: Option<i64>,
    pub(super) extra: Extra,
}

/// Not a number, so that its bytes could not be mistaken for another field's.
#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
pub(super) struct Extra {
    pub(super) tag: u64,
    pub(super) twice: Vec<u64>,
}
