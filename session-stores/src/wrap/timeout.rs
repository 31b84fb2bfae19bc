use std::time::Duration;

use session::clock::Timestamp;
use session::config::SessionConfig;
use session::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan, Store,
    Term, Touch, Touched, Write,
};
use session::{Applied, Error, Handle};
use tokio::time::timeout;

use super::check::Problems;
use super::refusal::TimedOut;
use super::sharded::Sharded;

/// How long the store may take for one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// For a load. Default: 250 ms.
    pub load: Duration,
    /// For a commit. Default: 300 ms.
    pub commit: Duration,
    /// For a touch. Default: 250 ms.
    pub touch: Duration,
    /// For a delete. Default: 300 ms. More where it waits for replicas.
    pub delete: Duration,
    /// For a health check. Default: 500 ms.
    pub health: Duration,
    /// For one page of a scan, and for a batch of loads. Default: 500 ms.
    pub scan: Duration,
    /// For going through the whole store: counting and clearing it. Default: 30 s.
    pub sweep: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            load: ms(250),
            commit: ms(300),
            touch: ms(250),
            delete: ms(300),
            health: ms(500),
            scan: ms(500),
            sweep: Duration::from_secs(30),
        }
    }
}

impl TimeLimits {
    /// Each with its name, in the order in which they are declared.
    const fn each(&self) -> [(&'static str, Duration); 7] {
        let Self { load, commit, touch, delete, health, scan, sweep } = *self;
        [
            ("limits.load", load),
            ("limits.commit", commit),
            ("limits.touch", touch),
            ("limits.delete", delete),
            ("limits.health", health),
            ("limits.scan", scan),
            ("limits.sweep", sweep),
        ]
    }

    /// Those of the operations that are tried again.
    pub(super) fn of_attempts(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        self.each().into_iter().filter(|(name, _)| !matches!(*name, "limits.health" | "limits.sweep"))
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        self.each().into_iter().for_each(|(name, limit)| problems.some_time(name, limit));
    }
}

/// A store that answers in time, or says that the one inside did not.
///
/// What takes longer than its limit is `Unavailable`, with a [`TimedOut`] as its source. The call is dropped, which a
/// store allows at any point; it may have been sent, so a commit, a touch or a delete has perhaps taken effect
/// ([`Applied::Unknown`]). An answer that is there when the time is over is still taken.
///
/// Needs a tokio runtime with timers. Costs a timer per call, no store call.
#[derive(Debug, Clone)]
pub struct Timeout<S> {
    store: S,
    limits: TimeLimits,
}

impl<S> Timeout<S> {
    /// Limits the time of every call to `store`.
    ///
    /// # Errors
    /// `Config`: a limit is zero.
    pub fn new(store: S, limits: TimeLimits) -> Result<Self, Error> {
        let mut problems = Problems::default();
        limits.check(&mut problems);
        problems.into_result()?;
        Ok(Self { store, limits })
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }
}

// The inner future is made inside the outer one in each of these, and not handed to a function that awaits it: that
// would keep room for it twice, and wrappers multiply.

impl<S: Store> Store for Timeout<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.load_within(at, Freshness::Promised).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        if freshness == Freshness::AnyCopy {
            // Nothing leaves this process for that.
            return self.store.load_within(at, freshness).await;
        }
        let limit = self.limits.load;
        timeout(limit, self.store.load_within(at, freshness))
            .await
            .unwrap_or_else(|_| late(limit, Applied::No))
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        let limit = self.limits.scan;
        timeout(limit, self.store.load_many(handles)).await.unwrap_or_else(|_| late(limit, Applied::No))
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let limit = self.limits.commit;
        timeout(limit, self.store.commit(write)).await.unwrap_or_else(|_| late(limit, Applied::Unknown))
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let limit = self.limits.touch;
        timeout(limit, self.store.touch(touch)).await.unwrap_or_else(|_| late(limit, Applied::Unknown))
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let limit = self.limits.delete;
        timeout(limit, self.store.delete(handle)).await.unwrap_or_else(|_| late(limit, Applied::Unknown))
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        let limit = self.limits.health;
        timeout(limit, self.store.health()).await.unwrap_or_else(|_| late(limit, Applied::No))
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self { store, limits: self.limits }))
    }
}

impl<S: Scan> Scan for Timeout<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let time = self.limits.scan;
        timeout(time, self.store.scan(cursor, limit)).await.unwrap_or_else(|_| late(time, Applied::No))
    }

    async fn count(&self) -> Result<u64, Error> {
        let limit = self.limits.sweep;
        timeout(limit, self.store.count()).await.unwrap_or_else(|_| late(limit, Applied::No))
    }

    async fn clear(&self) -> Result<u64, Error> {
        let limit = self.limits.sweep;
        timeout(limit, self.store.clear()).await.unwrap_or_else(|_| late(limit, Applied::Unknown))
    }
}

impl<S: Index> Index for Timeout<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        let limit = self.limits.scan;
        timeout(limit, self.store.members(term)).await.unwrap_or_else(|_| late(limit, Applied::No))
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        let limit = self.limits.delete;
        timeout(limit, self.store.bar(term, except)).await.unwrap_or_else(|_| late(limit, Applied::Unknown))
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let limit = self.limits.delete;
        timeout(limit, self.store.end(handle)).await.unwrap_or_else(|_| late(limit, Applied::Unknown))
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        let limit = self.limits.delete;
        timeout(limit, self.store.unlist(term, members))
            .await
            .unwrap_or_else(|_| late(limit, Applied::Unknown))
    }
}

impl<S: Sharded> Sharded for Timeout<S> {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.store.shard_of(handle)
    }
}

fn late<V>(limit: Duration, applied: Applied) -> Result<V, Error> {
    Err(TimedOut::after(limit, applied))
}
