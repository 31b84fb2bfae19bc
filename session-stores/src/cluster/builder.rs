use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use session::{Error, ErrorKind};

use super::bus::InvalidationBus;
use super::cache::Cache;
use super::flights::Flights;
use super::listen::Rhythm;
use super::shard::Limits;
use super::switches::Switches;
use super::{ClusteredStore, Shared};
use crate::RedisStore;
use crate::redis::{RedisBus, RedisStoreBuilder};

/// Sets up a [`ClusteredStore`].
#[must_use = "a builder builds nothing until `build()`"]
pub struct ClusteredStoreBuilder<S = RedisStore, B = RedisBus> {
    inside: Inside<S, B>,
    enabled: bool,
    node: Option<String>,
    channel: Option<String>,
    limits: Limits,
    heartbeat: Option<Duration>,
    subscribe_timeout: Duration,
    switches: Switches,
}

/// A store, its bus, and the name of the node.
type Made<S, B> = Result<(S, B, String), Error>;

type Make<S, B> = Box<dyn FnOnce(Naming) -> Made<S, B> + Send>;

enum Inside<S, B> {
    /// Not made yet.
    Redis(Box<RedisStoreBuilder>, fn(RedisStoreBuilder, Naming) -> Made<S, B>),
    Made(Make<S, B>),
}

/// What is said of the channel, for a store that is not made yet.
struct Naming {
    node: Option<String>,
    channel: Option<String>,
    publishes_inside: bool,
}

impl ClusteredStoreBuilder {
    pub(super) fn at(address: &str) -> Self {
        Self::new(Inside::Redis(Box::new(RedisStore::builder(address)), |redis, naming| {
            let node = naming.node.unwrap_or_else(random_name);
            let redis = match naming.channel {
                Some(channel) => redis.channel(&channel),
                None => redis.announce(),
            };
            let redis = redis.node(&node);
            let store = if naming.publishes_inside { redis } else { redis.in_silence() }.build()?;
            let bus = store.bus()?;
            Ok((store, bus, node))
        }))
    }

    pub(super) fn over(store: RedisStore) -> Self {
        Self::new(Inside::Made(Box::new(move |naming| {
            if naming.channel.is_some() || naming.node.is_some() {
                let problem = "the channel and the node are the Redis store's, which is made already: name them in its \
                    own builder";
                return Err(Error::new(ErrorKind::Config(vec![problem.to_owned()])));
            }
            let bus = store.bus()?;
            let node = store.node().to_owned();
            Ok((store, bus, node))
        })))
    }

    /// Sets up the Redis store inside: its prefix, its timeouts, TLS. Of a store that is made already nothing can be set up:
    /// then this does nothing.
    pub fn redis(mut self, set_up: impl FnOnce(RedisStoreBuilder) -> RedisStoreBuilder) -> Self {
        if let Inside::Redis(redis, _) = &mut self.inside {
            **redis = set_up(std::mem::replace(&mut **redis, RedisStore::builder("")));
        }
        self
    }

    /// The Pub/Sub channel of the changes. Default: `prefix:application@changes`, by the Redis store's names. All nodes that
    /// share sessions need the same; visible ASCII without quotes and backslashes, 128 at the most. Heartbeats have
    /// channels of the same name with something after it.
    pub fn channel(mut self, channel: &str) -> Self {
        self.channel = Some(channel.to_owned());
        self
    }
}

impl<S, B: InvalidationBus> ClusteredStoreBuilder<S, B> {
    pub(super) fn with_bus(store: S, bus: B) -> Self
    where
        S: Send + 'static,
    {
        Self::new(Inside::Made(Box::new(move |naming| {
            Ok((store, bus, naming.node.unwrap_or_else(random_name)))
        })))
    }

    fn new(inside: Inside<S, B>) -> Self {
        Self {
            inside,
            enabled: true,
            node: None,
            channel: None,
            limits: Limits {
                entries: 10_000,
                bytes: 64 << 20,
                negatives: 1_000,
                ttl: Duration::from_secs(30),
                negative_ttl: Duration::from_secs(1),
                unverified_ttl: Duration::from_secs(300),
                lease: Duration::from_secs(2),
            },
            heartbeat: None,
            subscribe_timeout: Duration::from_secs(5),
            switches: Switches::default(),
        }
    }

    /// Whether there is a cache; by default there is. Without one nothing is kept and nothing listened to; what this node
    /// writes is published all the same, for the caches of others.
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// What this node is called in its messages, for whoever watches them: 1 to 64 letters, digits, `-`, `_` and `.`.
    /// Default: random. Nothing goes by it, so two nodes of one name do no harm.
    pub fn node(mut self, node: &str) -> Self {
        self.node = Some(node.to_owned());
        self
    }

    /// How many sessions are kept; 10,000 by default. Those that were not used for the longest time make room.
    pub const fn max_entries(mut self, entries: usize) -> Self {
        self.limits.entries = entries;
        self
    }

    /// How many bytes they may take, about; 64 MiB by default.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// How long a copy is kept, with up to a tenth less by chance; 30 s by default. Never past the session's own deadlines.
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.limits.ttl = ttl;
        self
    }

    /// How many ids are kept of which the store said that there is no such session; 1,000 by default, in a region of their
    /// own. 0 turns that off.
    pub const fn max_negatives(mut self, negatives: usize) -> Self {
        self.limits.negatives = negatives;
        self
    }

    /// How long such an answer is kept; 1 s by default.
    pub const fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.limits.negative_ttl = ttl;
        self
    }

    /// How old a copy may be that is shown, in an outage, to routes that asked for that; 5 minutes by default.
    pub const fn unverified_ttl(mut self, ttl: Duration) -> Self {
        self.limits.unverified_ttl = ttl;
        self
    }

    /// How far a copy may lag behind: a session that was revoked anywhere is refused here after that time at the latest;
    /// 2 s by default. The time for a heartbeat to come back is part of it.
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.limits.lease = lease;
        self
    }

    /// How often a heartbeat is sent to every master; a quarter of the lease by default. Each is a write of a few bytes.
    pub const fn heartbeat(mut self, every: Duration) -> Self {
        self.heartbeat = Some(every);
        self
    }

    /// How long subscribing may take before it is tried anew; 5 s by default.
    pub const fn subscribe_timeout(mut self, timeout: Duration) -> Self {
        self.subscribe_timeout = timeout;
        self
    }

    /// For tests: turns rules off.
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    pub const fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// The store. Connects to nothing yet; the first load does.
    ///
    /// # Errors
    /// `Config`, with every problem.
    pub fn build(self) -> Result<ClusteredStore<S, B>, Error> {
        let mut problems = self.problems();
        let Self { inside, enabled, node, channel, limits, subscribe_timeout, switches, .. } = self;
        let naming = Naming { node, channel, publishes_inside: switches.publish_in_script };
        let made = match inside {
            Inside::Redis(redis, make) => make(*redis, naming),
            Inside::Made(make) => make(naming),
        };
        let made = made.map_err(|error| match error.kind() {
            ErrorKind::Config(more) => problems.extend(more.iter().cloned()),
            _ => problems.push(error.to_string()),
        });
        let (Ok((store, bus, node)), []) = (made, &problems[..]) else {
            return Err(Error::new(ErrorKind::Config(problems)));
        };
        let heartbeat = self.heartbeat.unwrap_or(limits.lease / 4);
        Ok(ClusteredStore {
            store,
            shared: Arc::new(Shared {
                is_on: enabled,
                publishes_inside: switches.publish_in_script,
                node,
                rhythm: Rhythm { heartbeat, lease: limits.lease, subscribe_timeout },
                cache: Arc::new(Cache::new(limits, switches)),
                flights: Flights::default(),
                bus: Arc::new(bus),
                is_stopped: AtomicBool::new(false),
                listener: Mutex::default(),
            }),
        })
    }

    fn problems(&self) -> Vec<String> {
        let Limits { entries, bytes, ttl, lease, .. } = self.limits;
        let mut problems = Vec::new();
        let mut refuse = |wrong: bool, problem: &str| problems.extend(wrong.then(|| problem.to_owned()));
        refuse(
            self.enabled && (entries == 0 || bytes == 0 || ttl.is_zero()),
            "the near cache could keep nothing: give it entries, bytes and a TTL, or turn it off by `enabled(false)`",
        );
        refuse(
            lease < Duration::from_millis(50),
            "`lease` is less than 50 ms: no heartbeat would be back in time; 2 s are usual",
        );
        refuse(
            self.heartbeat.is_some_and(|every| every.is_zero() || every > lease / 2),
            "`heartbeat` must be at most half of the lease, and not zero: one that is late must not end the lease",
        );
        refuse(self.subscribe_timeout.is_zero(), "`subscribe_timeout` is zero: subscribing takes some time");
        problems
    }
}

/// A name that no other process has.
fn random_name() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// Shows no address, which may hold a password.
impl<S, B> fmt::Debug for ClusteredStoreBuilder<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusteredStoreBuilder")
            .field("enabled", &self.enabled)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
