use super::Operation;
use crate::testing::Gate;

/// What happens to one call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing: the call goes through.
    None,
    /// It never leaves: `Unavailable`, surely not applied.
    FailBefore,
    /// It is lost on the way: `Unavailable`, perhaps applied, and in fact not.
    LoseRequest,
    /// It is done and the answer is lost: `Unavailable`, perhaps applied, and in fact applied.
    LoseAnswer,
    /// It is lost on the way, and nobody says so: no answer ever comes.
    Hang,
    /// It is sent twice, as drivers do after a reconnect; the second answer is the one that comes back.
    Resend,
    /// It gives way to other tasks that many times before it is sent.
    Delay(u32),
    /// It is held back until another commit has passed, or until it has given way that many times.
    Overtaken {
        /// How often it gives way.
        patience: u32,
    },
    /// It waits at the gate before it is sent.
    PauseBefore(Gate),
    /// It waits at the gate after it was done, before the answer comes back.
    PauseAfter(Gate),
}

/// How often each fault happens by itself, in calls of a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the fault of its name")]
pub struct Chances {
    pub fail_before: u16,
    pub lose_request: u16,
    pub lose_answer: u16,
    pub resend: u16,
    pub delay: u16,
    pub overtaken: u16,
}

/// Decides by a seed: the same seed and the same order of calls give the same faults.
#[derive(Debug)]
pub(super) struct Dice {
    state: u64,
    chances: Chances,
}

/// How often a call gives way that was held back by chance. Any number will do: it only bounds a test in which nobody
/// else comes.
const PATIENCE: u32 = 16;

impl Dice {
    pub(super) const fn new(seed: u64, chances: Chances) -> Self {
        Self { state: seed, chances }
    }

    pub(super) fn throw(&mut self, operation: Operation) -> Fault {
        let Chances { fail_before, lose_request, lose_answer, resend, delay, overtaken } = self.chances;
        let overtaken = if operation == Operation::Commit { overtaken } else { 0 };
        let mut left = self.below(1000);
        let times = u32::try_from(self.below(4)).unwrap_or(0) + 1;
        for (chance, fault) in [
            (fail_before, Fault::FailBefore),
            (lose_request, Fault::LoseRequest),
            (lose_answer, Fault::LoseAnswer),
            (resend, Fault::Resend),
            (delay, Fault::Delay(times)),
            (overtaken, Fault::Overtaken { patience: PATIENCE }),
        ] {
            let Some(rest) = left.checked_sub(u64::from(chance)) else { return fault };
            left = rest;
        }
        Fault::None
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// `SplitMix64` (Steele, Lea, Flood 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
