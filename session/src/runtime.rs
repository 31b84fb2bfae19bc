use std::sync::Arc;

use crate::commit::Queue;
use crate::config::SessionConfig;
use crate::event::Events;
use crate::store::{DynStore, Store};

/// What all sessions of one layer share: the store and the configuration.
#[derive(Debug)]
pub struct Runtime {
    pub(crate) store: DynStore,
    pub(crate) config: SessionConfig,
    /// The configuration's.
    pub(crate) events: Events,
    pub(crate) queue: Queue,
}

impl Runtime {
    /// Sessions in `store`, as `config` says.
    pub fn new<S: Store>(store: S, config: SessionConfig) -> Arc<Self> {
        Self::from_dyn(DynStore::new(store), config)
    }

    /// As [`new`](Self::new), for a store chosen at run time.
    pub fn from_dyn(store: DynStore, config: SessionConfig) -> Arc<Self> {
        let events = config.events().clone();
        Arc::new(Self { store, config, events, queue: Queue::default() })
    }

    /// The configuration.
    pub fn config(&self) -> &SessionConfig {
        &self.config
    }

    /// The store.
    pub fn store(&self) -> &DynStore {
        &self.store
    }
}
