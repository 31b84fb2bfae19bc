use std::sync::Arc;

use crate::commit::Queue;
use crate::config::SessionConfig;
use crate::error::Error;
use crate::event::{self, Events};
use crate::sealing::Sealing;
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
    ///
    /// # Panics
    /// If the store cannot be used with this configuration; what is wrong and what to do is in the message.
    /// [`build`](Self::build) says it as an error.
    pub fn new<S: Store>(store: S, config: SessionConfig) -> Arc<Self> {
        Self::from_dyn(DynStore::new(store), config)
    }

    /// As [`new`](Self::new), for a store chosen at run time.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn from_dyn(store: DynStore, config: SessionConfig) -> Arc<Self> {
        Self::build(store, config).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Sessions in `store`, if it can be used as `config` says. No store call.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) with a sentence for every problem, each with its cure.
    pub fn build(store: DynStore, config: SessionConfig) -> Result<Arc<Self>, Error> {
        let store = store.configured(&config)?.unwrap_or(store);
        let events = config.events().clone();
        if let Some(assurance) = config.assurance() {
            event::assurance(&events, assurance);
        }
        Ok(Arc::new(Self { store, config, events, queue: Queue::default() }))
    }

    /// How secret fields are sealed here.
    pub(crate) fn sealing(&self) -> Sealing<'_> {
        Sealing::of(&self.config)
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
