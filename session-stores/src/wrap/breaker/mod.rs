//! [`CircuitBreaker`]: a store that does not answer is left alone for a while.
//!
//! [`machine`] is one circuit as data, [`window`] what it counts, [`circuit`] all circuits of a store with their locks,
//! [`monitor`] what an operator sees. Nothing here waits.

mod circuit;
mod config;
mod machine;
mod monitor;
mod window;

use std::sync::Arc;

use session::clock::{Clock, Timestamp};
use session::config::SessionConfig;
use session::event::Events;
use session::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan, Store,
    Term, Touch, Touched, Write,
};
use session::{Error, Handle};

pub use circuit::{Circuit, Traffic};
pub use config::BreakerConfig;
pub use monitor::{BreakerMonitor, CircuitView};
pub use session::event::Breaker;

use super::check::Problems;
use super::clock::Monotonic;
use super::reporter::Reporter;
use super::sharded::{ShardOf, Sharded, one_shard, shard_at};
use circuit::{Board, Permit};

/// A store that is not asked while it does not answer, so that nobody waits for nothing and the store can recover.
///
/// Calls that could not be asked (`Unavailable`) count as failures, everything else as an answer; a call that was dropped
/// counts as neither. Where too many failed (see [`BreakerConfig`]), the circuit opens: calls are refused at once,
/// `Unavailable` and surely not applied, with [`CircuitOpen`](super::CircuitOpen) as their source and the time until the
/// next attempt as `retry_after`, which becomes the response's `Retry-After`. After a while a few calls are let through,
/// and their answers close the circuit. A call that began before a change says nothing after it.
///
/// Reads, writes and scans (batches of loads among them) have circuits of their own, and so does every shard of a store
/// that is [`Sharded`]. A health check is never refused and never counts; it warns of circuits that are not closed.
///
/// A store that hangs must be made to fail: put a [`Timeout`](super::Timeout) inside. Costs two short locks per call, no
/// store call.
///
/// ```
/// use session::event::{Events, SessionEvent, from_fn};
/// use session_stores::MemoryStore;
/// use session_stores::wrap::{Breaker, BreakerConfig, CircuitBreaker};
///
/// let alarm = from_fn(|event| {
///     if let SessionEvent::BreakerChanged { store, to: Breaker::Open, .. } = event {
///         // page somebody
///     }
/// });
/// let store = CircuitBreaker::new(MemoryStore::new(), BreakerConfig::default())?;
/// let store = store.with_events(Events::default().with(alarm), "redis");
/// assert!(store.monitor().circuits().iter().all(|view| view.state == Breaker::Closed));
/// # Ok::<(), session::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CircuitBreaker<S> {
    store: S,
    shard_of: ShardOf<S>,
    board: Arc<Board>,
}

impl<S> CircuitBreaker<S> {
    /// Guards `store`. By a clock that never goes back.
    ///
    /// # Errors
    /// `Config`: a setting that would never open a circuit, or never close it.
    pub fn new(store: S, config: BreakerConfig) -> Result<Self, Error> {
        Self::with_shards(store, config, one_shard)
    }

    /// Guards each shard of `store` by itself.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn sharded(store: S, config: BreakerConfig) -> Result<Self, Error>
    where
        S: Sharded,
    {
        Self::with_shards(store, config, S::shard_of)
    }

    pub(super) fn with_shards(store: S, config: BreakerConfig, shard_of: ShardOf<S>) -> Result<Self, Error> {
        let mut problems = Problems::default();
        config.check(&mut problems);
        problems.into_result()?;
        let board = Board::new(config, Arc::new(Monotonic::new()), Reporter::default());
        Ok(Self { store, shard_of, board })
    }

    /// The same on another clock, with circuits that have seen nothing yet.
    #[must_use]
    pub fn on_clock(self, clock: impl Clock) -> Self {
        Self { board: self.board.on_clock(Arc::new(clock)), ..self }
    }

    /// The same, telling other sinks than the log of what becomes of its circuits, which have seen nothing yet. `store` is
    /// what the events call the store.
    #[must_use]
    pub fn with_events(self, events: impl Into<Events>, store: &'static str) -> Self {
        Self { board: self.board.with_reporter(Reporter::new(events.into(), store)), ..self }
    }

    /// Its circuits: to look at, and to reset.
    pub fn monitor(&self) -> BreakerMonitor {
        BreakerMonitor(Arc::clone(&self.board))
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }

    fn writes_to(&self, handle: &Handle) -> Result<Permit<'_>, Error> {
        let shard = (self.shard_of)(&self.store, handle);
        self.board.admit(Circuit { traffic: Traffic::Writes, shard })
    }

    /// A term is a shard's, as a handle of its bytes is.
    fn at_term(&self, traffic: Traffic, term: &Term) -> Result<Permit<'_>, Error> {
        let shard = (self.shard_of)(&self.store, &Handle::from_bytes(*term.as_bytes()));
        self.board.admit(Circuit { traffic, shard })
    }

    fn scans(&self) -> Result<Permit<'_>, Error> {
        self.board.admit(Circuit { traffic: Traffic::Scans, shard: 0 })
    }
}

impl<S: Store> Store for CircuitBreaker<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.load_within(at, Freshness::Promised).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        if freshness == Freshness::AnyCopy {
            // Nothing leaves this process for that.
            return self.store.load_within(at, freshness).await;
        }
        let shard = shard_at(self.shard_of, &self.store, at);
        let permit = self.board.admit(Circuit { traffic: Traffic::Reads, shard })?;
        let answer = self.store.load_within(at, freshness).await;
        permit.settle(&answer);
        answer
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        let permit = self.scans()?;
        let answer = self.store.load_many(handles).await;
        permit.settle(&answer);
        answer
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let permit = self.writes_to(&write.handle)?;
        let answer = self.store.commit(write).await;
        permit.settle(&answer);
        answer
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let permit = self.writes_to(&touch.handle)?;
        let answer = self.store.touch(touch).await;
        permit.settle(&answer);
        answer
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let permit = self.writes_to(handle)?;
        let answer = self.store.delete(handle).await;
        permit.settle(&answer);
        answer
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        let mut health = self.store.health().await?;
        health.warnings.extend(self.monitor().warnings());
        Ok(health)
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self { store, shard_of: self.shard_of, board: Arc::clone(&self.board) }))
    }
}

impl<S: Scan> Scan for CircuitBreaker<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let permit = self.scans()?;
        let answer = self.store.scan(cursor, limit).await;
        permit.settle(&answer);
        answer
    }

    async fn count(&self) -> Result<u64, Error> {
        let permit = self.scans()?;
        let answer = self.store.count().await;
        permit.settle(&answer);
        answer
    }

    async fn clear(&self) -> Result<u64, Error> {
        let permit = self.scans()?;
        let answer = self.store.clear().await;
        permit.settle(&answer);
        answer
    }
}

impl<S: Index> Index for CircuitBreaker<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        let permit = self.at_term(Traffic::Reads, term)?;
        let answer = self.store.members(term).await;
        permit.settle(&answer);
        answer
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        let permit = self.at_term(Traffic::Writes, term)?;
        let answer = self.store.bar(term, except).await;
        permit.settle(&answer);
        answer
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let permit = self.writes_to(handle)?;
        let answer = self.store.end(handle).await;
        permit.settle(&answer);
        answer
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        let permit = self.at_term(Traffic::Writes, term)?;
        let answer = self.store.unlist(term, members).await;
        permit.settle(&answer);
        answer
    }
}

impl<S: Sharded> Sharded for CircuitBreaker<S> {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.store.shard_of(handle)
    }
}
