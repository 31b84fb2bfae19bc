//! What is done, as far as it does not follow from what there is.

use proptest::prelude::*;
use proptest::sample::Index as Choice;

use super::{SESSIONS, TERMS};

#[derive(Debug, Clone)]
pub(super) enum Step {
    Commit(Box<Intent>),
    /// One of the writes so far once more, as a retry sends it, or the network.
    Again {
        which: Choice,
        attempt: u8,
        answer_lost: bool,
    },
    Bar {
        term: u8,
        except: Option<u8>,
    },
    Unlist {
        term: u8,
        seen: Vec<Seen>,
    },
    End {
        number: u8,
    },
    Pass(Pass),
}

/// A member, as it is or as it once was.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) which: Choice,
    pub(super) is_stale: bool,
}

/// How far the clock goes on.
#[derive(Debug, Clone)]
pub(super) enum Pass {
    Millis(u64),
    /// To the deadline of a member, or to just before it.
    ToDeadline {
        term: u8,
        which: Choice,
        before: bool,
    },
    /// To the last moment at which a bar is known by itself, or to the one after it.
    ToBar {
        term: u8,
        after: bool,
    },
}

/// A write, as far as it does not follow from what there is.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub(super) number: u8,
    pub(super) creates: bool,
    /// Which of the record's past states it is based on, newest first.
    pub(super) base: usize,
    /// It was sent before, as far as anybody knows, on a revision that nobody has made yet.
    pub(super) forged: bool,
    /// Of each term: it joins, or it leaves.
    pub(super) says: [Option<bool>; 2],
    pub(super) since: Since,
    pub(super) authenticates: bool,
    /// How many milliseconds from now the record's deadline is, where that stays.
    pub(super) deadline: Option<u64>,
    pub(super) idle: u64,
    pub(super) span: Option<u64>,
    pub(super) most: Option<u32>,
    pub(super) evicts: Vec<Seen>,
}

impl Intent {
    /// Session `number` is created, and says nothing to any term.
    pub(super) const fn create(number: u8) -> Self {
        Self {
            number,
            creates: true,
            base: 0,
            forged: false,
            says: [None; 2],
            since: Since::Ago(0),
            authenticates: false,
            deadline: None,
            idle: 100,
            span: None,
            most: None,
            evicts: Vec::new(),
        }
    }
}

/// When the request began.
#[derive(Debug, Clone)]
pub(super) enum Since {
    /// So many milliseconds ago.
    Ago(u64),
    /// So many milliseconds after the one before the bar.
    AtBar { term: u8, late: u64 },
    /// As long ago as a login may take, or longer.
    Old(u64),
}

fn seen() -> impl Strategy<Value = Seen> {
    (any::<Choice>(), prop::bool::weighted(0.4)).prop_map(|(which, is_stale)| Seen { which, is_stale })
}

fn intent() -> impl Strategy<Value = Intent> {
    let place = (
        SESSIONS,
        prop::bool::weighted(0.3),
        prop_oneof![4 => Just(0_usize), 1 => 0_usize..12],
        prop::bool::weighted(0.1),
    );
    let joins = || prop::option::weighted(0.6, prop::bool::weighted(0.75));
    let since = prop_oneof![
        6 => Just(Since::Ago(0)),
        2 => prop_oneof![Just(1_u64), 2_u64..60_000].prop_map(Since::Ago),
        3 => (TERMS, 0_u64..3).prop_map(|(term, late)| Since::AtBar { term, late }),
        1 => (0_u64..3).prop_map(Since::Old),
    ];
    let lives = prop_oneof![
        1 => 0_u64..3,
        4 => 1_000_u64..400_000,
        2 => 3_590_000_u64..3_610_000,
        2 => Just(7_200_000_u64)
    ];
    let times =
        (prop::bool::weighted(0.5), prop::option::of(lives), 0_u64..300, prop::option::of(1_u64..400));
    let most =
        prop::option::weighted(0.5, prop_oneof![1 => Just(0_u32), 4 => Just(1), 4 => Just(2), 2 => Just(3)]);
    let limit = (most, prop::collection::vec(seen(), 0..3));
    (place, [joins(), joins()], since, times, limit).prop_map(|(place, says, since, times, limit)| {
        let (number, creates, base, forged) = place;
        let (authenticates, deadline, idle, span) = times;
        let (most, evicts) = limit;
        Intent {
            number,
            creates,
            base,
            forged,
            says,
            since,
            authenticates,
            deadline,
            idle,
            span,
            most,
            evicts,
        }
    })
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pass = prop_oneof![
        8 => (1_u64..3).prop_map(Pass::Millis),
        2 => (0_u64..60_000).prop_map(Pass::Millis),
        3 => (TERMS, any::<Choice>(), any::<bool>())
            .prop_map(|(term, which, before)| Pass::ToDeadline { term, which, before }),
        2 => (TERMS, any::<bool>()).prop_map(|(term, after)| Pass::ToBar { term, after }),
    ];
    let step = prop_oneof![
        12 => intent().prop_map(|intent| Step::Commit(Box::new(intent))),
        3 => (any::<Choice>(), 0_u8..2, any::<bool>())
            .prop_map(|(which, attempt, answer_lost)| Step::Again { which, attempt, answer_lost }),
        // The last one is never anybody.
        3 => (TERMS, prop::option::of(1_u8..=5)).prop_map(|(term, except)| Step::Bar { term, except }),
        2 => (TERMS, prop::collection::vec(seen(), 0..3)).prop_map(|(term, seen)| Step::Unlist { term, seen }),
        1 => SESSIONS.prop_map(|number| Step::End { number }),
        8 => pass.prop_map(Step::Pass),
    ];
    prop::collection::vec(step, 1..60)
}
