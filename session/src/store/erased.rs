use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{
    AnyKind, Capabilities, Commit, Cursor, Freshness, Health, Load, Loads, Locator, Page, Scan, Store, Touch,
    Touched, Write,
};
use crate::clock::Timestamp;
use crate::config::SessionConfig;
use crate::error::{Error, ErrorKind};
use crate::token::Handle;

/// A store whose type is forgotten, chosen at run time.
///
/// What an erased store cannot do (see [`scanning`](Self::scanning)) it answers with `Unsupported`; with the store's own
/// type in hand, the compiler says so.
#[derive(Clone)]
pub struct DynStore {
    store: Arc<dyn Erased>,
    scan: Option<Arc<dyn ErasedScan>>,
}

impl DynStore {
    /// Forgets the type of `store`.
    pub fn new<S: Store>(store: S) -> Self {
        Self { store: Arc::new(store), scan: None }
    }

    /// Forgets the type of `store`, but not that it can be scanned.
    pub fn scanning<S: Scan>(store: S) -> Self {
        let store = Arc::new(store);
        Self { store: store.clone(), scan: Some(store) }
    }

    fn scan_power(&self) -> Result<&dyn ErasedScan, Error> {
        self.scan.as_deref().ok_or_else(|| Error::new(ErrorKind::Unsupported { power: "list its sessions" }))
    }
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
    fn health(&self) -> Answer<'_, Health>;
    fn capabilities(&self) -> Capabilities;
    fn configured(&self, config: &SessionConfig) -> Result<Option<DynStore>, Error>;
}

trait ErasedScan: Send + Sync + 'static {
    fn scan<'a>(&'a self, cursor: Option<&'a Cursor>, limit: usize) -> Answer<'a, Page>;
    fn count(&self) -> Answer<'_, u64>;
    fn clear(&self) -> Answer<'_, u64>;
    fn configured(&self, config: &SessionConfig) -> Result<Option<DynStore>, Error>;
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

    fn health(&self) -> Answer<'_, Health> {
        Box::pin(Store::health(self))
    }

    fn capabilities(&self) -> Capabilities {
        Store::capabilities(self)
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<DynStore>, Error> {
        Ok(Store::configured(self, config)?.map(DynStore::new))
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

    fn configured(&self, config: &SessionConfig) -> Result<Option<DynStore>, Error> {
        Ok(Store::configured(self, config)?.map(DynStore::scanning))
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

    async fn health(&self) -> Result<Health, Error> {
        self.store.health().await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        match &self.scan {
            Some(scan) => scan.configured(config),
            None => self.store.configured(config),
        }
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
