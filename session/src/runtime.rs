use std::sync::Arc;

use crate::commit::Queue;
use crate::config::SessionConfig;
use crate::data::{Flags, SessionData, identity_of, is_indexed};
use crate::error::{Error, ErrorKind};
use crate::event::{self, Events};
use crate::sealing::Sealing;
use crate::store::{Capabilities, DynStore, Store};

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

    /// Whether sessions of `T` can live here: an adapter asks once, before it takes requests.
    ///
    /// # Errors
    /// `Config`: the session data needs what the configuration or the store does not have.
    pub fn fits<T: SessionData>(&self) -> Result<(), Error> {
        self.sealing().check::<T>()?;
        let Capabilities { index, client_side, .. } = self.store.capabilities();
        if is_indexed::<T>() && !index && !client_side {
            return Err(Error::new(ErrorKind::Config(vec![format!(
                "`{}` has an indexed field, and the store keeps no index: use one that does, or remove `index`",
                T::NAME
            )])));
        }
        self.counts::<T>()
    }

    /// Whether the sessions of a principal can be counted, where there is a limit to them.
    ///
    /// # Errors
    /// `Config`.
    pub(crate) fn counts<T: SessionData>(&self) -> Result<(), Error> {
        let is_counted = identity_of::<T>().is_some_and(|(_, row)| row.flags.has(Flags::INDEX));
        if self.config.limit().most.is_none() || (is_counted && self.store.capabilities().index) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Config(vec![format!(
            "limit.most bounds the sessions of a principal, and those of `{}` cannot be counted: mark its identity field \
             with `index` and use a store that keeps one, or leave the limit away",
            T::NAME
        )])))
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
