//! [`RedisStore`]: sessions in Redis or Valkey.
//!
//! An operation takes its turn (`gate`), goes to the server that has the session (`link`), as one `GET` or one script
//! (`script`, `lua/`), and comes back as an answer or as what is known of its effect (`failure`). Keys are built in
//! `keys` alone, and time is the server's (`clock`).

mod address;
mod batch;
mod builder;
mod calls;
mod clock;
mod event;
mod failure;
mod gate;
mod health;
mod index;
mod keys;
mod link;
mod scan;
mod script;
mod store;
#[cfg(feature = "redis-tls")]
mod tls;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionLike;
use session::Error;

pub(crate) use address::SCHEMES;
pub use builder::RedisStoreBuilder;
/// The driver, for its types in [`RedisStore::builder_of`] and [`RedisStore::builder_over`].
pub use redis as driver;

use calls::Calls;
use keys::Keys;
use script::Scripts;

/// Sessions in Redis or Valkey.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    keys: Keys,
    scripts: Scripts,
    tombstone_life: Duration,
    max_record: usize,
    calls: Calls,
}

impl RedisStore {
    /// The store at that address, with the defaults. Connects to nothing yet.
    ///
    /// # Errors
    /// `Config`: it is not an address.
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::builder(address).build()
    }

    /// The store at that address, to be set up.
    pub fn builder(address: &str) -> RedisStoreBuilder {
        RedisStoreBuilder::at(address)
    }

    /// The store where the app's own client is connected to, over connections of its own.
    pub fn builder_of(client: &redis::Client) -> RedisStoreBuilder {
        RedisStoreBuilder::of_client(client)
    }

    /// The store over connections that the app already has: a clone of one that is shared, or one of a pool.
    ///
    /// `take` is called for every command. Reconnecting, and the time that it takes, are the connection's own affair;
    /// the store's time for an operation is a bound all the same. A connection that sends commands again by itself does
    /// no harm: every script is idempotent. Sessions cannot be listed, because only the app knows which servers it is
    /// connected to.
    pub fn builder_over<F, Taking, C, E>(take: F) -> RedisStoreBuilder
    where
        F: Fn() -> Taking + Send + Sync + 'static,
        Taking: Future<Output = Result<C, E>> + Send + 'static,
        C: ConnectionLike + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        RedisStoreBuilder::over(take)
    }

    /// Ends the store: operations that begin from now on are refused, those under way are waited for, and the
    /// connections are closed. How many had not ended in that time; their outcome is unknown.
    pub async fn shutdown(&self, within: Duration) -> u32 {
        let left = self.0.calls.gate.close(within).await;
        self.0.calls.link.disconnect();
        left
    }
}

/// Shows the kind of deployment and how much is under way; no address, which may hold a password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("servers", &self.0.calls.link.kind())
            .field("keys", &self.0.keys)
            .field("in_flight", &self.0.calls.gate.inside())
            .finish_non_exhaustive()
    }
}
