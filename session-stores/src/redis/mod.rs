//! [`RedisStore`]: sessions in Redis or Valkey, on one server, behind Sentinel or in a Redis Cluster.
//!
//! # Address
//!
//! ```text
//! redis://[user[:password]@]host[:port][/database]               one server
//! rediss://…                                                     the same over TLS
//! unix:///path[?db=n&user=…&pass=…]                              one server, through a socket
//! redis+sentinel://[user[:password]@]host:port,…/master[/database][?sentinel_user=…&sentinel_password=…]
//! rediss+sentinel://…
//! redis+cluster://[user[:password]@]host:port,…                  some servers of a Redis Cluster
//! rediss+cluster://…
//! ```
//!
//! `valkey` may stand for `redis`. `?protocol=resp2` is for servers that do not speak RESP3. What has a meaning in a URL
//! is percent-encoded. An app that has a client, or connections of its own, gives those
//! ([`RedisStore::builder_of`], [`RedisStore::builder_over`]).
//!
//! # Servers
//!
//! Redis 6.2 is the oldest version whose commands are enough. The tests run on Redis 7.0.15 in every deployment; another
//! program, an older Redis or a Valkey, is tested by naming it in `REDIS_SERVER`. `maxmemory-policy` has to be
//! `noeviction`: a server that forgets keys forgets sessions, and also that others were ended.
//! [`health`](session::store::Store::health) warns of that, and of memory that is nearly full.
//!
//! # What the user must be allowed
//!
//! Nothing but this (`~session:*` after the store's prefix):
//!
//! ```text
//! ~session:* +get +eval +evalsha +time +role +set +del +getrange +setrange +pexpire +info +scan +select +zadd +zrem +zrange +zrangebyscore +zcard +hset +hget +hdel +hgetall
//! ```
//!
//! A user of a cluster needs `+cluster|slots` besides, and one with `replicas_ack` needs `+wait`.
//!
//! # Keys
//!
//! ```text
//! session     = prefix ":" application ":{" handle "}"
//! roll        = prefix ":" application ":roll:{" term "}"    ; sorted set: the sessions with one value in an indexed field
//! stamps      = prefix ":" application ":stamps:{" term "}"  ; hash, in the same slot
//! revoked     = prefix ":" application ":revoked:{" name "}" ; a mark on the sessions in cookies of one principal
//! retired     = prefix ":" application ":retired:{" name "}" ; a mark on one session in a cookie
//! prefix      = 1*64( ALPHA / DIGIT / "-" / "_" / "." )     ; "session" unless chosen otherwise
//! application = 1*64( ALPHA / DIGIT / "-" / "_" / "." )     ; "default" unless chosen otherwise
//! handle      = 22( ALPHA / DIGIT / "-" / "_" )             ; 128 bits as base64url (RFC 4648 §5)
//! term        = 22( ALPHA / DIGIT / "-" / "_" )             ; 128 bits of a hash as base64url
//! name        = 22( ALPHA / DIGIT / "-" / "_" )             ; the digest of the principal, or the session's lineage
//! ```
//!
//! Roll and stamps go with the last deadline of their members, and an hour after the last `revoke_all`; marks
//! ([`Revoke`](session::store::Revoke)) an hour after the time that
//! [`marks_for`](RedisStoreBuilder::marks_for) says. The value of a
//! session's key is the record as `session::record` has it, or nine bytes that say that the session was ended. Each key
//! goes by itself when its session's time is over, by the server's clock.
//!
//! # What a failover can lose
//!
//! Redis replicates after it has answered. When a master is lost and a replica takes over, what the master acknowledged
//! last may not have come across: usually milliseconds of writes, and in a partition as much as clients wrote to a master
//! that was already replaced. Where every node is on one side of the partition, `cluster-node-timeout`, or Sentinel's
//! `down-after-milliseconds`, bound that, and `min-replicas-to-write` on the server narrows it. **A node that reaches both
//! sides goes by the first Sentinel, or the first server of a cluster, that answers**, and may stay with the old master until
//! the partition heals; put a node and the majority of the Sentinels on the same side of what can break. Then the newest changes of some sessions are gone, and a session
//! that was ended a moment before may live again, until it expires. Nothing older is touched, and no two states are
//! mixed, because every write is conditional on the state that it was made to.
//!
//! For what must not come back there is [`replicas_ack`](RedisStoreBuilder::replicas_ack): a logout, or a strict rotation,
//! then counts only when so many replicas have it. It makes them survive a failover to one of those replicas; it is no
//! consensus, and a replica without them can still be promoted by force. A single server with `appendonly yes` and
//! `appendfsync always` loses nothing that it acknowledged.
//!
//! # While slots move
//!
//! What concerns one session has one key, and follows its slot wherever that goes. What a value in an indexed field is found
//! by has two keys: while the slot of these is moved, a login or a revocation of that value may be refused (`Unavailable`,
//! surely not applied) until it has moved.
//!
//! # From here on inwards
//!
//! An operation takes its turn (`gate`), goes to the server that has the session (`link`), as one `GET` or one script
//! (`script`, `lua/`), and comes back as an answer or as what is known of its effect (`failure`). Keys are built in
//! `keys` alone, and time is the server's (`clock`).

mod address;
mod batch;
mod builder;
#[cfg(feature = "cluster")]
mod bus;
mod calls;
mod clock;
mod event;
mod failure;
mod gate;
mod health;
mod index;
mod keys;
mod link;
mod marks;
pub(crate) mod message;
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
use session::{Error, Handle};

pub(crate) use address::SCHEMES;
pub use builder::RedisStoreBuilder;
#[cfg(feature = "cluster")]
pub use bus::RedisBus;
pub use failure::NotReplicated;
/// The driver, for its types in [`RedisStore::builder_of`] and [`RedisStore::builder_over`].
pub use redis as driver;

use calls::Calls;
use keys::Keys;
use link::Replicas;
use script::Scripts;

/// Sessions in Redis or Valkey.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    keys: Keys,
    scripts: Scripts,
    tombstone_life: Duration,
    marks_for: Duration,
    replicas: Option<Replicas>,
    max_record: usize,
    /// Where writes are told of, by the scripts or (in tests) by somebody else.
    #[cfg(feature = "cluster")]
    channel: Option<String>,
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

    /// Which master has that session: a small number, the same as long as the master is one; 0 where there is one master,
    /// or where it is not known yet. For metrics, and for wrappers that judge each master by itself. No store call.
    pub fn shard_of(&self, handle: &Handle) -> usize {
        self.0.calls.link.shard_of(&handle.encode())
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
