//! [`ClusteredStore`]: a near cache in every node, over Redis or whatever else offers the bus.
//!
//! A node answers a load from its own cache as long as it knows that it would have heard of a change. What that takes:
//!
//! * **Write and message are one step.** The script that commits or deletes is the one that publishes.
//! * **The lease.** Every node sends heartbeats the way that writes go, to a channel of its own on every master, and serves a
//!   copy only while one that was *sent* less than [`lease`](ClusteredStoreBuilder::lease) ago has come back. Messages of
//!   one master come in order, so everything that was written before that heartbeat has been heard of: **a copy lags
//!   behind by less than the lease, even if every message is lost.** A node that is stopped, cut off, or hears late serves
//!   nothing from its cache; it reads from the store as if it had none.
//! * **The fence.** What was read while a message about it came is not kept.
//! * **Generations.** A connection that broke, a heartbeat that did not come back, or a message that cannot be read is a gap:
//!   what is being read then is not kept, and what is kept is erased before anything is served again.
//! * **Writes go by the store.** They are conditional there, so a copy that lags can lose no update and revive no session.
//!
//! | `lease` | heartbeat | a revoked session is refused on every node |
//! |---|---|---|
//! | 2 s, the default | every 500 ms | as soon as the message arrives, usually within milliseconds; after 2 s at the latest |
//!
//! The bound counts from when the master has executed the write. Two things are outside of it. *Fencing time*: a master that
//! was cut off from the others and has not noticed yet takes writes, heartbeats among them, while another one has its place;
//! add `cluster-node-timeout` in a Redis Cluster, `min-replicas-max-lag` with `min-replicas-to-write` under Sentinel. And
//! *a machine that is suspended*: its clock stands still, so the lease does.
//! While a slot is being moved in a Redis Cluster, messages about its sessions come over the cluster's own bus until the
//! node has seen the new layout, one heartbeat later; all copies are erased then.
//!
//! # Setting it up
//!
//! ```no_run
//! # #[derive(session::SessionData, Clone)] #[session(version = 1)] struct UserSession { views: u32 }
//! use session::SessionLayer;
//! use session_stores::ClusteredStore;
//!
//! let store = ClusteredStore::builder("redis://127.0.0.1/").build()?;
//! let layer = SessionLayer::<UserSession>::new(store.clone());
//! // … and when the server stops:
//! # async fn stop(store: ClusteredStore) {
//! store.stop().await;
//! # }
//! # Ok::<(), session::Error>(())
//! ```
//!
//! All programs that write the same sessions must publish what they write. One that wants no cache itself is a
//! [`RedisStore`] with [`announce`](crate::redis::RedisStoreBuilder::announce), or a `ClusteredStore` that
//! is not [`enabled`](ClusteredStoreBuilder::enabled).
//!
//! # With wrappers
//!
//! What is kept is what the store inside gives. `Compressed<Encrypted<ClusteredStore>>` keeps sealed records, opened with
//! every load. `Timeout`, `Retry` and `CircuitBreaker` belong inside, so that hits pass no breaker and an open one does not
//! hide them: [`with_bus`](ClusteredStore::with_bus) around `resilient(store)` and the store's
//! [`bus`](crate::redis::RedisStore::bus).
//!
//! # A client reads its own writes
//!
//! on every node, if it sends one request after the other: a response that wrote carries a second cookie, for as long as
//! the lease, with the revision in clear. A node whose copy is older fetches the record, once. See
//! [`Freshness::AtLeast`](session::store::Freshness).
//!
//! # In an outage
//!
//! loads that need the store fail, as without a cache. A route that is content with a copy that may lag, for reading only,
//! asks for it: `session::axum::ReadOnly`, or [`Exchange::open_read_only`](session::http::Exchange::open_read_only).

mod builder;
mod bus;
mod cache;
mod event;
mod feed;
mod flights;
mod layout;
mod listen;
pub(crate) mod message;
mod pulse;
mod shard;
mod stats;
mod store;
mod switches;
mod tickets;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use session::{Error, Handle};
use tokio::task::JoinHandle;

pub use builder::ClusteredStoreBuilder;
pub use bus::{InvalidationBus, Receiver, Signal};
pub use layout::Layout;
pub use message::Message;
pub use stats::{CacheStats, Staleness};
#[cfg(feature = "testing")]
#[doc(hidden)]
pub use switches::Switches;

use crate::RedisStore;
use crate::redis::RedisBus;
use cache::Cache;
use flights::Flights;
use listen::Rhythm;

/// Since the cache was made, by a clock that nobody sets.
type Moment = Duration;

/// A store with a near cache. Clones share it.
pub struct ClusteredStore<S = RedisStore, B: InvalidationBus = RedisBus> {
    store: S,
    shared: Arc<Shared<B>>,
}

struct Shared<B> {
    is_on: bool,
    publishes_inside: bool,
    node: String,
    rhythm: Rhythm,
    cache: Arc<Cache>,
    flights: Flights,
    bus: Arc<B>,
    /// Whether it was told not to listen.
    is_stopped: AtomicBool,
    listener: Mutex<Option<JoinHandle<()>>>,
}

impl ClusteredStore {
    /// Over the Redis store at that address, to be set up.
    pub fn builder(address: &str) -> ClusteredStoreBuilder {
        ClusteredStoreBuilder::at(address)
    }

    /// Over a Redis store that [announces](crate::redis::RedisStoreBuilder::announce) what it does.
    pub fn over(store: RedisStore) -> ClusteredStoreBuilder {
        ClusteredStoreBuilder::over(store)
    }
}

impl<S, B: InvalidationBus> ClusteredStore<S, B> {
    /// Over any store that publishes on that bus in the step that writes: see [`InvalidationBus`].
    pub fn with_bus(store: S, bus: B) -> ClusteredStoreBuilder<S, B>
    where
        S: Send + 'static,
        B: Send + 'static,
    {
        ClusteredStoreBuilder::with_bus(store, bus)
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }

    /// The name of this node in the messages that it publishes.
    pub fn node(&self) -> &str {
        &self.shared.node
    }

    /// How far a copy may lag behind at most.
    pub fn lease(&self) -> Duration {
        self.shared.rhythm.lease
    }

    /// What the cache has done, and what it holds. O(1).
    pub fn stats(&self) -> CacheStats {
        self.shared.cache.stats()
    }

    /// Counts from zero again; what is held stays.
    pub fn reset_stats(&self) {
        self.shared.cache.reset_stats();
    }

    /// Drops this node's copy of a session; whether there was one.
    pub fn evict(&self, handle: &Handle) -> bool {
        self.shared.cache.forget(handle)
    }

    /// Drops all of this node's copies. To end the sessions themselves: [`Scan::clear`](session::store::Scan::clear).
    pub fn evict_all(&self) {
        self.shared.cache.clear();
    }

    /// Tells every node, this one included, of something that was not done through a store that publishes. What the store
    /// itself does needs no telling.
    ///
    /// # Errors
    /// `Unavailable`. Nodes that did not hear of it go on with what they have, until its TTL.
    pub async fn publish(&self, message: &Message) -> Result<(), Error> {
        self.shared.bus.publish(&message.encode(&self.shared.node)).await
    }

    /// Listens from now on. The first load that asks the store does so by itself, unless the store was
    /// [stopped](Self::stop). Nothing outside of a tokio runtime.
    pub fn start(&self) {
        self.shared.is_stopped.store(false, Ordering::Relaxed);
        self.listen();
    }

    /// Stops listening, until it is [started](Self::start) again. What is kept is erased; the store goes on without a cache.
    pub async fn stop(&self) {
        self.shared.is_stopped.store(true, Ordering::Relaxed);
        let listener = self.shared.listener().take();
        if let Some(listener) = listener {
            listener.abort();
            // It was cancelled, or has ended with its runtime.
            let _ended = listener.await;
        }
        self.shared.cache.lay_out(&Arc::new(Layout::none()));
    }

    /// Whether it listens: not that anything is heard, which is in its [health](session::store::Store::health).
    pub fn is_running(&self) -> bool {
        self.shared.listener().as_ref().is_some_and(|listener| !listener.is_finished())
    }

    /// Whether every feed is known to work at this moment, so that copies are served.
    pub fn is_live(&self) -> bool {
        self.shared.is_on && self.shared.cache.silent_feeds().is_some_and(|silent| silent.is_empty())
    }

    /// Sees to it that somebody listens. Again if the runtime of who did so is gone.
    fn listen(&self) {
        let shared = &*self.shared;
        if !shared.is_on || shared.is_stopped.load(Ordering::Relaxed) {
            return;
        }
        let mut listener = shared.listener();
        if listener.as_ref().is_some_and(|listener| !listener.is_finished()) {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let listen = listen::listen(Arc::clone(&shared.cache), Arc::clone(&shared.bus), shared.rhythm);
        *listener = Some(runtime.spawn(listen));
    }
}

impl<B> Shared<B> {
    fn listener(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What somebody should look at.
    fn warnings(&self) -> Vec<String> {
        if !self.is_on {
            return Vec::new();
        }
        let Some(silent) = self.cache.silent_feeds() else {
            return vec![
                "the near cache does not listen, so every session is read from the store".to_owned(),
            ];
        };
        let warn = |feed: String| {
            format!(
                "{feed}: the near cache hears nothing from there, so its sessions are read from the store"
            )
        };
        silent.into_iter().map(warn).collect()
    }
}

impl<B> Drop for Shared<B> {
    fn drop(&mut self) {
        if let Some(listener) = self.listener().take() {
            listener.abort();
        }
    }
}

// Not derived: the bus is shared and need not be cloned.
impl<S: Clone, B: InvalidationBus> Clone for ClusteredStore<S, B> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S: fmt::Debug, B: InvalidationBus> fmt::Debug for ClusteredStore<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusteredStore")
            .field("store", &self.store)
            .field("node", &self.shared.node)
            .field("lease", &self.lease())
            .field("running", &self.is_running())
            .finish_non_exhaustive()
    }
}
