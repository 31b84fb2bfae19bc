//! Marks that are counted, cut off, and by a clock of their own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use session::store::{Marks, Revoke};

use super::*;
use crate::MemoryStore;

#[derive(Clone)]
pub(super) struct Watched(Arc<Inner>);

struct Inner {
    marks: MemoryStore,
    calls: AtomicU64,
    cut: AtomicBool,
    answers_lost: AtomicBool,
    covers: Duration,
}

impl Watched {
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        Self::covering(clock, Duration::from_secs(30 * 24 * 3600))
    }

    pub(super) fn covering(clock: Arc<ManualClock>, covers: Duration) -> Self {
        let marks = MemoryStore::builder().clock(clock).marks_for(covers).build();
        let (calls, cut, answers_lost) = (AtomicU64::new(0), AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner { marks, calls, cut, answers_lost, covers }))
    }

    /// The calls since the last time.
    pub(super) fn calls(&self) -> u64 {
        self.0.calls.swap(0, SeqCst)
    }

    pub(super) fn cut(&self, cut: bool) {
        self.0.cut.store(cut, SeqCst);
    }

    /// The next answer does not arrive.
    pub(super) fn lose_an_answer(&self) {
        self.0.answers_lost.store(true, SeqCst);
    }

    async fn ask<V>(&self, call: impl Future<Output = Result<V, Error>>) -> Result<V, Error> {
        self.0.calls.fetch_add(1, SeqCst);
        if self.0.cut.load(SeqCst) {
            return Err(Error::unavailable(Applied::No, "cut off by the test"));
        }
        let answer = call.await;
        match self.0.answers_lost.swap(false, SeqCst) {
            true => Err(Error::unavailable(Applied::Unknown, "answer lost by the test")),
            false => answer,
        }
    }
}

impl Revoke for Watched {
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        self.ask(self.0.marks.marks(principal, lineage)).await
    }

    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        self.ask(Revoke::revoke_all(&self.0.marks, principal)).await
    }

    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        self.ask(self.0.marks.raise(lineage, to, by)).await
    }

    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        self.ask(self.0.marks.end(lineage)).await
    }

    fn covers(&self) -> Duration {
        self.0.covers
    }
}
