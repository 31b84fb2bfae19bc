use std::sync::Arc;
use std::time::Duration;

use session::clock::Timestamp;
use session::config::SessionConfig;
use session::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan, Store,
    Term, Touch, Touched, Write,
};
use session::{Error, Handle};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::check::Problems;
use super::refusal::Saturated;
use super::sharded::{ShardOf, Sharded, Shards, one_shard, shard_at};

/// How many calls may be under way, and how many may wait for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkheadConfig {
    /// Calls under way at once, per shard. Default: 512.
    pub max_in_flight: usize,
    /// Calls that wait for their turn, per shard. Default: 512.
    pub max_waiting: usize,
    /// How long one waits at the most. Default: 100 ms.
    pub max_wait: Duration,
}

impl Default for BulkheadConfig {
    fn default() -> Self {
        Self { max_in_flight: 512, max_waiting: 512, max_wait: Duration::from_millis(100) }
    }
}

impl BulkheadConfig {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.at_least_one("bulkhead.max_in_flight", self.max_in_flight);
        for (name, number) in [("max_in_flight", self.max_in_flight), ("max_waiting", self.max_waiting)] {
            problems.expect(number <= Semaphore::MAX_PERMITS, || {
                format!("bulkhead.{name} is {number}: use at most {}", Semaphore::MAX_PERMITS)
            });
        }
    }
}

/// A store that is asked only so much at once: a store that is slow makes nobody queue without end, and fills no memory.
///
/// A call that finds no place waits in a line, first come, first served; where the line is full, or its time over, it
/// is refused: `Unavailable`, surely not applied, with [`Saturated`] as its source. A call that is dropped gives its
/// place back. Over a store that is [`Sharded`], each shard has places and a line of its own, so that one master that
/// hangs takes none from the others. Health checks, scans and batches of loads, which are the operator's and go to all
/// of them, have a set of their own, too.
///
/// Needs a tokio runtime with timers, where somebody waits. No store call.
#[derive(Debug, Clone)]
pub struct Bulkhead<S> {
    store: S,
    shard_of: ShardOf<S>,
    config: BulkheadConfig,
    places: Arc<Places>,
}

#[derive(Debug)]
struct Places {
    shards: Shards<Lane>,
    /// For what goes to no shard alone.
    whole: Lane,
}

#[derive(Debug)]
struct Lane {
    /// The calls that may be under way.
    slots: Arc<Semaphore>,
    /// Those that may wait.
    line: Semaphore,
}

impl Lane {
    fn new(config: &BulkheadConfig) -> Self {
        let slots = Arc::new(Semaphore::new(config.max_in_flight));
        Self { slots, line: Semaphore::new(config.max_waiting) }
    }

    async fn enter(&self, config: &BulkheadConfig) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(slot);
        }
        if let Ok(_waiting) = self.line.try_acquire()
            && let Ok(Ok(slot)) = timeout(config.max_wait, Arc::clone(&self.slots).acquire_owned()).await
        {
            return Ok(slot);
        }
        Err(Saturated { in_flight: config.max_in_flight }.into())
    }
}

impl<S> Bulkhead<S> {
    /// Limits the calls to `store`.
    ///
    /// # Errors
    /// `Config`: no call at all may be under way, or more than can be counted.
    pub fn new(store: S, config: BulkheadConfig) -> Result<Self, Error> {
        Self::with_shards(store, config, one_shard)
    }

    /// Limits the calls to each shard of `store`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn sharded(store: S, config: BulkheadConfig) -> Result<Self, Error>
    where
        S: Sharded,
    {
        Self::with_shards(store, config, S::shard_of)
    }

    pub(super) fn with_shards(store: S, config: BulkheadConfig, shard_of: ShardOf<S>) -> Result<Self, Error> {
        let mut problems = Problems::default();
        config.check(&mut problems);
        problems.into_result()?;
        let places = Places { shards: Shards::default(), whole: Lane::new(&config) };
        Ok(Self { store, shard_of, config, places: Arc::new(places) })
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }

    async fn enter(&self, shard: usize) -> Result<OwnedSemaphorePermit, Error> {
        let lane = self.places.shards.at(shard, |_| Lane::new(&self.config));
        lane.enter(&self.config).await
    }

    async fn enter_at(&self, handle: &Handle) -> Result<OwnedSemaphorePermit, Error> {
        self.enter((self.shard_of)(&self.store, handle)).await
    }
}

impl<S: Store> Store for Bulkhead<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.load_within(at, Freshness::Promised).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        if freshness == Freshness::AnyCopy {
            // Nothing leaves this process for that.
            return self.store.load_within(at, freshness).await;
        }
        let _slot = self.enter(shard_at(self.shard_of, &self.store, at)).await?;
        self.store.load_within(at, freshness).await
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        let _slot = self.places.whole.enter(&self.config).await?;
        self.store.load_many(handles).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let _slot = self.enter_at(&write.handle).await?;
        self.store.commit(write).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let _slot = self.enter_at(&touch.handle).await?;
        self.store.touch(touch).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let _slot = self.enter_at(handle).await?;
        self.store.delete(handle).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        let _slot = self.places.whole.enter(&self.config).await?;
        self.store.health().await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self {
            store,
            shard_of: self.shard_of,
            config: self.config,
            places: Arc::clone(&self.places),
        }))
    }
}

impl<S: Scan> Scan for Bulkhead<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let _slot = self.places.whole.enter(&self.config).await?;
        self.store.scan(cursor, limit).await
    }

    async fn count(&self) -> Result<u64, Error> {
        let _slot = self.places.whole.enter(&self.config).await?;
        self.store.count().await
    }

    async fn clear(&self) -> Result<u64, Error> {
        let _slot = self.places.whole.enter(&self.config).await?;
        self.store.clear().await
    }
}

impl<S: Index> Index for Bulkhead<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        let _slot = self.enter_at(&Handle::from_bytes(*term.as_bytes())).await?;
        self.store.members(term).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        let _slot = self.enter_at(&Handle::from_bytes(*term.as_bytes())).await?;
        self.store.bar(term, except).await
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let _slot = self.enter_at(handle).await?;
        self.store.end(handle).await
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        let _slot = self.enter_at(&Handle::from_bytes(*term.as_bytes())).await?;
        self.store.unlist(term, members).await
    }
}

impl<S: Sharded> Sharded for Bulkhead<S> {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.store.shard_of(handle)
    }
}
