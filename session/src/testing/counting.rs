use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::SessionConfig;
use crate::error::Error;
use crate::record::{Nonce, Principal};
use crate::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Marks, Member, Page,
    Revoke, Scan, Store, Term, Touch, Touched, Write,
};
use crate::token::Handle;

/// A store that counts the calls to another one. Clones count together.
#[derive(Debug, Clone)]
pub struct Counting<S> {
    store: S,
    counters: Arc<Counters>,
}

/// How often each operation of a store was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the operation of its name, unless something else is said")]
pub struct Calls {
    pub load: u64,
    /// Batches of loads.
    pub load_many: u64,
    pub commit: u64,
    pub touch: u64,
    pub delete: u64,
    /// All that there is to do with [marks](Revoke).
    pub marks: u64,
    /// All that there is to do with [indexes](Index), besides what commits say to them.
    pub index: u64,
}

impl Calls {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.load + self.load_many + self.commit + self.touch + self.delete + self.marks + self.index
    }
}

#[derive(Debug, Default)]
struct Counters {
    load: AtomicU64,
    load_many: AtomicU64,
    commit: AtomicU64,
    touch: AtomicU64,
    delete: AtomicU64,
    marks: AtomicU64,
    index: AtomicU64,
}

impl<S> Counting<S> {
    /// Counts the calls to `store`.
    pub fn new(store: S) -> Self {
        Self { store, counters: Arc::default() }
    }

    /// The calls since the beginning or the last time that this was asked.
    pub fn take(&self) -> Calls {
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::SeqCst);
        let Counters { load, load_many, commit, touch, delete, marks, index } = &*self.counters;
        Calls {
            load: take(load),
            load_many: take(load_many),
            commit: take(commit),
            touch: take(touch),
            delete: take(delete),
            marks: take(marks),
            index: take(index),
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}

impl<S: Store> Store for Counting<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        count(&self.counters.load);
        self.store.load(at).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        count(&self.counters.load);
        self.store.load_within(at, freshness).await
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        count(&self.counters.load_many);
        self.store.load_many(handles).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        count(&self.counters.commit);
        self.store.commit(write).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        count(&self.counters.touch);
        self.store.touch(touch).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        count(&self.counters.delete);
        self.store.delete(handle).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        self.store.health().await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self { store, counters: Arc::clone(&self.counters) }))
    }
}

impl<S: Scan> Scan for Counting<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.store.scan(cursor, limit).await
    }

    async fn count(&self) -> Result<u64, Error> {
        self.store.count().await
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.store.clear().await
    }
}

impl<S: Index> Index for Counting<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        count(&self.counters.index);
        self.store.members(term).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        count(&self.counters.index);
        self.store.bar(term, except).await
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        count(&self.counters.index);
        self.store.end(handle).await
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        count(&self.counters.index);
        self.store.unlist(term, members).await
    }
}

impl<S: Revoke> Revoke for Counting<S> {
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        count(&self.counters.marks);
        self.store.marks(principal, lineage).await
    }

    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        count(&self.counters.marks);
        self.store.revoke_all(principal).await
    }

    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        count(&self.counters.marks);
        self.store.raise(lineage, to, by).await
    }

    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        count(&self.counters.marks);
        self.store.end(lineage).await
    }

    fn covers(&self) -> Duration {
        self.store.covers()
    }
}
