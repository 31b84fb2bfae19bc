use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use session::clock::Timestamp;
use session::store::{Capabilities, Commit, Health, Load, Locator, ServerSide, Store, Touch, Touched, Write};
use session::testing::Counting;
use session::{Applied, Error, Handle};
use session_stores::MemoryStore;

/// A memory store behind a wire that can be cut. Clones share the wire.
#[derive(Debug, Clone)]
pub(super) struct Outage {
    store: Counting<MemoryStore>,
    cut: Arc<AtomicBool>,
}

impl Outage {
    pub(super) fn new(store: Counting<MemoryStore>) -> Self {
        Self { store, cut: Arc::default() }
    }

    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    pub(super) fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }

    fn reach(&self) -> Result<&Counting<MemoryStore>, Error> {
        if self.cut.load(Ordering::SeqCst) {
            return Err(Error::unavailable(Applied::No, "the wire to 10.0.0.7 is cut"));
        }
        Ok(&self.store)
    }
}

impl Store for Outage {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.reach()?.load(at).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.reach()?.commit(write).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.reach()?.touch(touch).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.reach()?.delete(handle).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        self.reach()?.health().await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
}
