use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{
    AnyKind, Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page,
    Scan, Store, Term, Touch, Touched, Write,
};
use crate::clock::Timestamp;
use crate::config::SessionConfig;
use crate::error::{Error, ErrorKind};
use crate::token::Handle;

/// A store whose type is forgotten, chosen at run time.
///
/// What an erased store cannot do (see [`scanning`](Self::scanning), [`indexing`](Self::indexing)) it answers with
/// `Unsupported`; with the store's own type in hand, the compiler says so.
#[derive(Clone)]
pub struct DynStore {
    store: Arc<dyn Erased>,
    scan: Option<Arc<dyn ErasedScan>>,
    index: Option<Arc<dyn ErasedIndex>>,
    /// With the same powers.
    configured: Configured,
}

type Configured = Arc<dyn Fn(&SessionConfig) -> Result<Option<DynStore>, Error> + Send + Sync>;

impl DynStore {
    /// Forgets the type of `store`.
    pub fn new<S: Store>(store: S) -> Self {
        let store = Arc::new(store);
        Self { store: store.clone(), scan: None, index: None, configured: again(store, Self::new) }
    }

    /// Forgets the type of `store`, but not that it can be scanned.
    pub fn scanning<S: Scan>(store: S) -> Self {
        let store = Arc::new(store);
        let (scan, index) = (Some(store.clone() as _), None);
        Self { store: store.clone(), scan, index, configured: again(store, Self::scanning) }
    }

    /// Forgets the type of `store`, but not that it finds sessions by the values of indexed fields.
    pub fn indexing<S: Index>(store: S) -> Self {
        let store = Arc::new(store);
        let (scan, index) = (None, Some(store.clone() as _));
        Self { store: store.clone(), scan, index, configured: again(store, Self::indexing) }
    }

    /// Forgets the type of `store`, but nothing that it can do.
    pub fn able<S: Scan + Index>(store: S) -> Self {
        let store = Arc::new(store);
        let (scan, index) = (Some(store.clone() as _), Some(store.clone() as _));
        Self { store: store.clone(), scan, index, configured: again(store, Self::able) }
    }

    fn scan_power(&self) -> Result<&dyn ErasedScan, Error> {
        self.scan.as_deref().ok_or_else(|| Error::new(ErrorKind::Unsupported { power: "list its sessions" }))
    }

    fn index_power(&self) -> Result<&dyn ErasedIndex, Error> {
        let power = "list the sessions of a value";
        self.index.as_deref().ok_or_else(|| Error::new(ErrorKind::Unsupported { power }))
    }
}

fn again<S: Store>(store: Arc<S>, erase: fn(S) -> DynStore) -> Configured {
    Arc::new(move |config| Ok(Store::configured(&*store, config)?.map(erase)))
}

impl fmt::Debug for DynStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynStore").field("capabilities", &Store::capabilities(self)).finish_non_exhaustive()
    }
}

type Answer<'a, V> = Pin<Box<dyn Future<Output = Result<V, Error>> + Send + 'a>>;

trait Erased: Send + Sync + 'static {
    fn load<'a>(&'a self, at: &'a Locator) -> Answer<'a, Load>;
    fn load_within<'a>(&'a self, at: &'a Locator, freshness: Freshness) -> Answer<'a, Load>;
    fn load_many<'a>(&'a self, handles: &'a [Handle]) -> Answer<'a, Loads>;
    fn commit<'a>(&'a self, write: &'a Write) -> Answer<'a, Commit>;
    fn touch<'a>(&'a self, touch: &'a Touch) -> Answer<'a, Touched>;
    fn delete<'a>(&'a self, handle: &'a Handle) -> Answer<'a, bool>;
    fn now(&self) -> Timestamp;
    fn past(&self) -> Timestamp;
    fn health(&self) -> Answer<'_, Health>;
    fn capabilities(&self) -> Capabilities;
}

trait ErasedScan: Send + Sync + 'static {
    fn scan<'a>(&'a self, cursor: Option<&'a Cursor>, limit: usize) -> Answer<'a, Page>;
    fn count(&self) -> Answer<'_, u64>;
    fn clear(&self) -> Answer<'_, u64>;
}

trait ErasedIndex: Send + Sync + 'static {
    fn members<'a>(&'a self, term: &'a Term) -> Answer<'a, Vec<Member>>;
    fn bar<'a>(&'a self, term: &'a Term, except: Option<&'a Handle>) -> Answer<'a, Vec<Member>>;
    fn end<'a>(&'a self, handle: &'a Handle) -> Answer<'a, bool>;
    fn unlist<'a>(&'a self, term: &'a Term, members: &'a [Member]) -> Answer<'a, ()>;
}

impl<S: Store> Erased for S {
    fn load<'a>(&'a self, at: &'a Locator) -> Answer<'a, Load> {
        Box::pin(Store::load(self, at))
    }

    fn load_within<'a>(&'a self, at: &'a Locator, freshness: Freshness) -> Answer<'a, Load> {
        Box::pin(Store::load_within(self, at, freshness))
    }

    fn load_many<'a>(&'a self, handles: &'a [Handle]) -> Answer<'a, Loads> {
        Box::pin(Store::load_many(self, handles))
    }

    fn commit<'a>(&'a self, write: &'a Write) -> Answer<'a, Commit> {
        Box::pin(Store::commit(self, write))
    }

    fn touch<'a>(&'a self, touch: &'a Touch) -> Answer<'a, Touched> {
        Box::pin(Store::touch(self, touch))
    }

    fn delete<'a>(&'a self, handle: &'a Handle) -> Answer<'a, bool> {
        Box::pin(Store::delete(self, handle))
    }

    fn now(&self) -> Timestamp {
        Store::now(self)
    }

    fn past(&self) -> Timestamp {
        Store::past(self)
    }

    fn health(&self) -> Answer<'_, Health> {
        Box::pin(Store::health(self))
    }

    fn capabilities(&self) -> Capabilities {
        Store::capabilities(self)
    }
}

impl<S: Scan> ErasedScan for S {
    fn scan<'a>(&'a self, cursor: Option<&'a Cursor>, limit: usize) -> Answer<'a, Page> {
        Box::pin(Scan::scan(self, cursor, limit))
    }

    fn count(&self) -> Answer<'_, u64> {
        Box::pin(Scan::count(self))
    }

    fn clear(&self) -> Answer<'_, u64> {
        Box::pin(Scan::clear(self))
    }
}

impl<S: Index> ErasedIndex for S {
    fn members<'a>(&'a self, term: &'a Term) -> Answer<'a, Vec<Member>> {
        Box::pin(Index::members(self, term))
    }

    fn bar<'a>(&'a self, term: &'a Term, except: Option<&'a Handle>) -> Answer<'a, Vec<Member>> {
        Box::pin(Index::bar(self, term, except))
    }

    fn end<'a>(&'a self, handle: &'a Handle) -> Answer<'a, bool> {
        Box::pin(Index::end(self, handle))
    }

    fn unlist<'a>(&'a self, term: &'a Term, members: &'a [Member]) -> Answer<'a, ()> {
        Box::pin(Index::unlist(self, term, members))
    }
}

impl Store for DynStore {
    type Kind = AnyKind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.store.load(at).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        self.store.load_within(at, freshness).await
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        self.store.load_many(handles).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.store.commit(write).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.store.touch(touch).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
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
        (self.configured)(config)
    }
}

impl Scan for DynStore {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.scan_power()?.scan(cursor, limit).await
    }

    async fn count(&self) -> Result<u64, Error> {
        self.scan_power()?.count().await
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.scan_power()?.clear().await
    }
}

impl Index for DynStore {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        self.index_power()?.members(term).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        self.index_power()?.bar(term, except).await
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        self.index_power()?.end(handle).await
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        self.index_power()?.unlist(term, members).await
    }
}
