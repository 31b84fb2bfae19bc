use session::clock::Timestamp;
use session::config::SessionConfig;
use session::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan, Store,
    Term, Touch, Touched, Write,
};
use session::{Applied, Error, ErrorKind, Handle};

use super::ClusteredStore;
use super::bus::InvalidationBus;
use super::cache::Cache;
use super::message::Message;
use super::shard::{Answer, Look};
use super::tickets::{Origin, Ticket};

/// Every law of a store holds as the store inside keeps it, but that a load may lag behind a write on another node, by the
/// lease at the most. Writes are the store's own, conditional on what is there, so a copy that lags loses no update.
impl<S: Store, B: InvalidationBus> Store for ClusteredStore<S, B> {
    type Kind = S::Kind;

    /// No store call if there is a copy whose lease lives; one otherwise, or that of somebody who asks for the same.
    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.load_within(at, Freshness::Promised).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        let (shared, cache) = (&*self.shared, &*self.shared.cache);
        let handle = match at {
            Locator::Handle(handle) if shared.is_on => handle,
            _ => return self.store.load_within(at, freshness).await,
        };
        if freshness == Freshness::AnyCopy {
            let copy = cache.copy(handle, self.store.now());
            return copy.map(Load::Found).ok_or_else(no_copy);
        }
        match cache.look(handle, freshness, self.store.now()) {
            Look::Found(record) => Ok(Load::Found(record)),
            Look::Absent => Ok(Load::Absent),
            Look::Ask(ticket) => self.ask(at, ticket).await,
            Look::Join(number) => {
                let joined = shared.flights.join(handle, number, shared.rhythm.heartbeat).await;
                if let Some(load) = joined.filter(|load| is_enough(load, freshness)) {
                    cache.joined(handle);
                    return Ok(load);
                }
                self.ask(at, cache.begin(handle, Origin::Load)).await
            }
        }
    }

    /// As the store inside: a batch passes by the cache, which is for requests.
    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        self.store.load_many(handles).await
    }

    /// One store call. What the store confirmed is kept.
    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        if !self.shared.is_on {
            return self.store.commit(write).await;
        }
        let pending = Pending::begin(&self.shared.cache, &write.handle, Origin::Write);
        let answer = self.store.commit(write).await;
        match &answer {
            Ok(Commit::Committed { record, .. }) => {
                self.publish_afterwards(|| Message::Changed {
                    handle: write.handle,
                    stamp: record.header.stamp(),
                })
                .await;
                pending.end(Answer::Found(record.clone()));
            }
            // What the store has instead is as good a copy.
            Ok(Commit::Conflict(record)) => pending.end(Answer::Found(record.clone())),
            Err(error) if is_surely_not_made(error) => pending.nothing_happened(),
            Ok(Commit::Gone(_) | Commit::OutcomeUnknown | Commit::Full(_)) | Err(_) => {}
        }
        answer
    }

    /// One store call.
    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let touched = self.store.touch(touch).await?;
        match &touched {
            Touched::Until { idle_deadline, .. } => self.shared.cache.touched(&touch.handle, *idle_deadline),
            Touched::Gone(_) => drop(self.shared.cache.forget(&touch.handle)),
        }
        Ok(touched)
    }

    /// One store call. The copy here goes whatever the outcome.
    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let cache = &self.shared.cache;
        let _pending = Pending::begin(cache, handle, Origin::Write);
        let ended = self.store.delete(handle).await?;
        self.publish_afterwards(|| Message::Ended { handle: *handle }).await;
        cache.ended(handle);
        Ok(ended)
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    /// The store's, with a warning for every feed that does not work.
    async fn health(&self) -> Result<Health, Error> {
        let mut health = self.store.health().await?;
        health.warnings.extend(self.shared.warnings());
        Ok(health)
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.store.capabilities();
        if self.shared.is_on {
            capabilities.lag = Some(self.shared.rhythm.lease);
        }
        capabilities
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self { store, shared: self.shared.clone() }))
    }
}

impl<S: Scan, B: InvalidationBus> Scan for ClusteredStore<S, B> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.store.scan(cursor, limit).await
    }

    async fn count(&self) -> Result<u64, Error> {
        self.store.count().await
    }

    /// As the store inside, which tells of each session that ends.
    async fn clear(&self) -> Result<u64, Error> {
        let ended = self.store.clear().await;
        // Some may have ended although it failed.
        self.shared.cache.hear(&Message::Cleared);
        ended
    }
}

impl<S: Index, B: InvalidationBus> Index for ClusteredStore<S, B> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        self.store.members(term).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        self.store.bar(term, except).await
    }

    /// One store call. The copy here goes whatever the outcome.
    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let cache = &self.shared.cache;
        let _pending = Pending::begin(cache, handle, Origin::Write);
        let ended = self.store.end(handle).await?;
        self.publish_afterwards(|| Message::Ended { handle: *handle }).await;
        cache.ended(handle);
        Ok(ended)
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        self.store.unlist(term, members).await
    }
}

#[cfg(feature = "resilience")]
impl<S: crate::wrap::Sharded, B: InvalidationBus> crate::wrap::Sharded for ClusteredStore<S, B> {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.store.shard_of(handle)
    }
}

impl<S: Store, B: InvalidationBus> ClusteredStore<S, B> {
    async fn ask(&self, at: &Locator, ticket: Ticket) -> Result<Load, Error> {
        self.listen();
        let pending = Pending { cache: &self.shared.cache, ticket: Some(ticket) };
        let flight = self.shared.flights.begin(&ticket);
        let load = self.store.load(at).await?;
        pending.end(match &load {
            Load::Found(record) => Answer::Found(record.clone()),
            Load::Absent => Answer::Absent,
        });
        flight.land(&load);
        Ok(load)
    }

    /// Only where a test has turned it off that the script does so.
    async fn publish_afterwards(&self, message: impl FnOnce() -> Message) {
        if !self.shared.publishes_inside {
            let _lost = self.publish(&message()).await;
        }
    }
}

/// A ticket that is given back however its operation ends.
struct Pending<'c> {
    cache: &'c Cache,
    ticket: Option<Ticket>,
}

impl<'c> Pending<'c> {
    fn begin(cache: &'c Cache, handle: &Handle, origin: Origin) -> Self {
        Self { cache, ticket: Some(cache.begin(handle, origin)) }
    }

    fn end(mut self, answer: Answer) {
        if let Some(ticket) = self.ticket.take() {
            self.cache.end(&ticket, answer);
        }
    }

    fn nothing_happened(mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.cache.nothing_happened(&ticket);
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = &self.ticket {
            self.cache.give_up(ticket);
        }
    }
}

/// Whether what somebody else has loaded will do for a client that has seen so much.
fn is_enough(load: &Load, wanted: Freshness) -> bool {
    match (load, wanted) {
        (Load::Found(record), Freshness::AtLeast(seen)) => record.header.revision >= seen,
        (Load::Absent, Freshness::AtLeast(_)) => false,
        _ => true,
    }
}

fn is_surely_not_made(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unavailable { applied: Applied::No, .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::Full { .. }
    )
}

fn no_copy() -> Error {
    Error::unavailable(Applied::No, "there is no copy of the session in this node's cache")
}
