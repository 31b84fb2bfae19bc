//! Marks that are counted and can be cut off.

use session::testing::{Counting, Fault, Faulty, Operation};

use super::*;
use crate::MemoryStore;

#[derive(Clone)]
pub(super) struct Watched {
    pub(super) marks: Counting<Faulty<MemoryStore>>,
    faults: Faulty<MemoryStore>,
}

impl Watched {
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        Self::covering(clock, Duration::from_secs(30 * 24 * 3600))
    }

    pub(super) fn covering(clock: Arc<ManualClock>, covers: Duration) -> Self {
        let faults = Faulty::new(MemoryStore::builder().clock(clock).marks_for(covers).build());
        Self { marks: Counting::new(faults.clone()), faults }
    }

    /// The calls since the last time.
    pub(super) fn calls(&self) -> u64 {
        self.marks.take().marks
    }

    pub(super) fn cut(&self, cut: bool) {
        self.faults.cut(cut);
    }

    /// The next answer does not arrive.
    pub(super) fn lose_an_answer(&self) {
        self.faults.next(Operation::Revoke, Fault::LoseAnswer);
    }
}
