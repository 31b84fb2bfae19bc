use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionLike;
use redis::{Client, ConnectionInfo};
use session::clock::{Clock, SystemClock};
use session::store::MARGIN;
use session::{Error, ErrorKind};

use super::address::Address;
use super::calls::Calls;
use super::clock::ServerClock;
use super::gate::Gate;
use super::keys::{Keys, is_name};
use super::link::{Cluster, Dial, Foreign, Link, Named, Node, Replicas, Sentinels, Timeouts};
use super::script::{Scripts, Settings};
use super::{Inner, RedisStore};

/// Sets up a [`RedisStore`].
#[must_use = "a builder builds nothing until `build()`"]
pub struct RedisStoreBuilder {
    servers: Servers,
    prefix: String,
    application: String,
    timeouts: Timeouts,
    max_in_flight: u32,
    max_waiting: u32,
    max_record: usize,
    tombstone_life: Duration,
    marks_for: Duration,
    replicas: Option<Replicas>,
    clock: Arc<dyn Clock>,
    told: Option<Arc<dyn Clock>>,
    announcing: Announcing,
    is_silent: bool,
    node: String,
    #[cfg(feature = "redis-tls")]
    tls: super::tls::Tls,
}

/// Whether writes are published, and where.
#[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "only near caches are told of writes"))]
enum Announcing {
    Nowhere,
    OnDefault,
    On(String),
}

type MakeForeign = Box<dyn FnOnce(Arc<ServerClock>) -> Foreign + Send>;

enum Servers {
    At(Address),
    Foreign(MakeForeign),
    /// The address could not be read.
    Nowhere(String),
}

impl RedisStoreBuilder {
    fn new(servers: Servers) -> Self {
        Self {
            servers,
            prefix: "session".to_owned(),
            application: "default".to_owned(),
            timeouts: Timeouts {
                connect: Duration::from_millis(250),
                response: Duration::from_millis(250),
                operation: Duration::from_millis(400),
            },
            max_in_flight: 512,
            max_waiting: 1024,
            max_record: 1 << 20,
            tombstone_life: Duration::from_secs(60),
            marks_for: Duration::from_secs(30 * 24 * 60 * 60),
            replicas: None,
            clock: Arc::new(SystemClock),
            told: None,
            announcing: Announcing::Nowhere,
            is_silent: false,
            node: "unnamed".to_owned(),
            #[cfg(feature = "redis-tls")]
            tls: super::tls::Tls::default(),
        }
    }

    pub(super) fn at(address: &str) -> Self {
        Self::new(Address::parse(address).map_or_else(Servers::Nowhere, Servers::At))
    }

    pub(super) fn of_client(client: &Client) -> Self {
        Self::new(Servers::At(Address::of_client(client)))
    }

    pub(super) fn over<F, Taking, C, E>(take: F) -> Self
    where
        F: Fn() -> Taking + Send + Sync + 'static,
        Taking: Future<Output = Result<C, E>> + Send + 'static,
        C: ConnectionLike + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self::new(Servers::Foreign(Box::new(|clock| Foreign::new(take, clock))))
    }

    /// What every key begins with; `session` by default. Letters, digits, `-`, `_` and `.`, 64 of them at most.
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// The name of the application, the second part of every key; `default` by default. Two applications that share a
    /// Redis database need different ones: then neither sees, counts or clears sessions of the other. The same
    /// characters as in [`prefix`](Self::prefix).
    pub fn application(mut self, application: &str) -> Self {
        application.clone_into(&mut self.application);
        self
    }

    /// How long a new connection may take, with TLS and log-in; 250 ms by default.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long the server may take to answer one command; 250 ms by default. When no answer to anybody came for so long,
    /// the connection is given up.
    pub const fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// How long one operation of the store may take, with everything that it waits for: its turn, a connection, being
    /// sent on in a cluster; 400 ms by default, so that a request that loads and commits is answered within a second
    /// whatever the server does. A commit that changes what a session is found by asks each of these values as an operation
    /// of its own, unless it is one and on the same server: bound such a commit by `wrap::Timeout`.
    pub const fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.operation = timeout;
        self
    }

    /// How many operations are under way at once; 512 by default. They share one connection to each server.
    pub const fn max_in_flight(mut self, operations: u32) -> Self {
        self.max_in_flight = operations;
        self
    }

    /// How many more may wait for their turn, in the time for an operation; 1024 by default. The next one is refused at
    /// once.
    pub const fn max_waiting(mut self, operations: u32) -> Self {
        self.max_waiting = operations;
        self
    }

    /// The largest record, in bytes with its header, of about 200; 1 MiB by default.
    pub const fn max_record(mut self, bytes: usize) -> Self {
        self.max_record = bytes;
        self
    }

    /// How long an ended session is remembered, so that a late create does not bring it back; 60 s by default.
    ///
    /// Give it twice the longest time that a create is allowed to take (`SessionConfig::create_window`, 30 s by default)
    /// at least. After that nothing can bring a session back, because updates never create.
    pub const fn tombstone_life(mut self, life: Duration) -> Self {
        self.tombstone_life = life;
        self
    }

    /// How long sessions live at most that clients hold themselves, so that [marks](session::store::Revoke) on them are
    /// kept for longer; 30 days by default, as the longest lifetime of a default configuration. Every node says the same.
    pub const fn marks_for(mut self, longest: Duration) -> Self {
        self.marks_for = longest;
        self
    }

    /// A logout, and whatever else ends a session or a secret (a delete, a strict rotation, a revocation), counts only
    /// when so many replicas have it, so that a failover to one of them does not bring it back; by default it counts when
    /// the master has it. `within` is how long that may take, shorter than the response timeout: 100 ms, say.
    ///
    /// If fewer have it in time, the answer is `Unavailable` with
    /// [`Applied::Unknown`](session::Applied::Unknown) and [`NotReplicated`](super::NotReplicated) as its source: the
    /// master has made the write, and it may be made again. Wait for fewer replicas than there are, or one that is gone
    /// makes every logout fail. Costs no round trip more (`WAIT` travels with the write, over eight connections per master
    /// that do nothing else), and the time to the replica and back. Each of these writes has a connection to itself for that
    /// time, so there are no more than eight in it; one whose turn does not come within the operation timeout is not sent.
    pub const fn replicas_ack(mut self, replicas: u32, within: Duration) -> Self {
        self.replicas = Some(Replicas { count: replicas, within });
        self
    }

    /// This machine's clock, which is asked only until the server's time is known; the system's by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// For tests: sessions go by this clock instead of the server's, which is told it with every call. Keys are kept two
    /// minutes longer than sessions live, because the server's own time goes on while this clock stands still.
    #[cfg(feature = "testing")]
    pub fn server_clock(mut self, clock: impl Clock) -> Self {
        self.told = Some(Arc::new(clock));
        self
    }

    /// Trusts this certificate, in PEM, and no others: the root of a private authority. Otherwise those of the system
    /// are trusted.
    #[cfg(feature = "redis-tls")]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.root = Some(pem.into());
        self
    }

    /// Shows this certificate to the server, with the key to it, both in PEM.
    #[cfg(feature = "redis-tls")]
    pub fn client_certificate(mut self, certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls.client = Some((certificate.into(), key.into()));
        self
    }

    /// Publishes every change of a session, in the script that makes it, for near caches
    /// ([`ClusteredStore`](crate::ClusteredStore)); by default nothing is published. The channel is
    /// `prefix:application@changes`. A Redis user needs `+publish` and, for this channel, `&session:*`.
    #[cfg(feature = "cluster")]
    pub fn announce(mut self) -> Self {
        if matches!(self.announcing, Announcing::Nowhere) {
            self.announcing = Announcing::OnDefault;
        }
        self
    }

    /// As [`announce`](Self::announce), on that channel: 1 to 128 letters, digits, `-`, `_`, `.`, `:` and `@`.
    #[cfg(feature = "cluster")]
    pub fn channel(mut self, channel: &str) -> Self {
        self.announcing = Announcing::On(channel.to_owned());
        self
    }

    /// What this node is called in what it publishes: 1 to 64 letters, digits, `-`, `_` and `.`; `unnamed` by default.
    #[cfg(feature = "cluster")]
    pub fn node(mut self, node: &str) -> Self {
        node.clone_into(&mut self.node);
        self
    }

    /// For tests: knows the channel, and its scripts publish nothing.
    #[cfg(feature = "cluster")]
    pub(crate) fn in_silence(mut self) -> Self {
        self.is_silent = true;
        self
    }

    /// The store. Connects to nothing yet; the first operation does.
    ///
    /// # Errors
    /// `Config`, with every problem.
    pub fn build(self) -> Result<RedisStore, Error> {
        let mut problems = self.problems();
        let keys = Keys::new(&self.prefix, &self.application).map_err(|wrong| problems.extend(wrong));
        let slack = match &self.told {
            Some(_) => Duration::from_secs(120),
            None => Duration::ZERO,
        };
        let channel = match self.announcing {
            Announcing::Nowhere => None,
            Announcing::OnDefault => Some(format!("{}:{}@changes", self.prefix, self.application)),
            Announcing::On(channel) => Some(channel),
        };
        let settings = Settings {
            tombstone_life: self.tombstone_life,
            mark_life: self.marks_for.saturating_add(MARGIN),
            slack,
            time_is_told: self.told.is_some(),
            channel: channel.clone().filter(|_| !self.is_silent),
        };
        let clock = Arc::new(ServerClock::new(self.clock, self.told));
        let link = match self.servers {
            Servers::Nowhere(problem) => Err(problem),
            Servers::Foreign(make) => Ok(Link::Foreign(make(Arc::clone(&clock)))),
            #[cfg(feature = "redis-tls")]
            Servers::At(address) => {
                self.tls.apply(address).and_then(|address| link(address, self.timeouts, &clock))
            }
            #[cfg(not(feature = "redis-tls"))]
            Servers::At(address) => link(address, self.timeouts, &clock),
        };
        let link = link.map_err(|problem| problems.push(problem));
        let (Ok(keys), Ok(link), []) = (keys, link, &problems[..]) else {
            return Err(Error::new(ErrorKind::Config(problems)));
        };
        Ok(RedisStore(Arc::new(Inner {
            keys,
            scripts: Scripts::new(&settings),
            tombstone_life: self.tombstone_life,
            marks_for: self.marks_for,
            replicas: self.replicas,
            max_record: self.max_record,
            #[cfg(feature = "cluster")]
            channel,
            calls: Calls {
                gate: Gate::new(self.max_in_flight, self.max_waiting),
                link,
                clock,
                timeouts: self.timeouts,
                node: settings.channel.is_some().then_some(self.node),
            },
        })))
    }

    fn problems(&self) -> Vec<String> {
        let Timeouts { connect, response, operation } = self.timeouts;
        let mut problems = Vec::new();
        let mut refuse = |wrong: bool, problem: &str| problems.extend(wrong.then(|| problem.to_owned()));
        refuse(
            connect.is_zero() || response.is_zero() || operation.is_zero(),
            "a timeout of no time lets nothing through",
        );
        refuse(self.max_in_flight == 0, "`max_in_flight` is 0: no operation could ever be made");
        refuse(
            self.tombstone_life < Duration::from_secs(1),
            "`tombstone_life` is less than a second: a create on its way would bring an ended session back",
        );
        refuse(
            matches!(&self.announcing, Announcing::On(channel) if !is_channel(channel)),
            "the channel may have 1 to 128 letters, digits, `-`, `_`, `.`, `:` and `@`",
        );
        refuse(!is_name(&self.node), "a node's name may have 1 to 64 letters, digits, `-`, `_` and `.`");
        if let Some(Replicas { count, within }) = self.replicas {
            refuse(count == 0, "`replicas_ack` waits for 0 replicas: leave it out");
            refuse(
                within.is_zero() || within >= response,
                "`replicas_ack` has no time to wait, or as much as the server has for an answer: give it some, and \
                 less than `response_timeout`",
            );
            refuse(
                matches!(self.servers, Servers::Foreign(_)),
                "`replicas_ack` needs connections of its own, and the app's may be shared: build the store with an \
                 address or a client",
            );
        }
        problems
    }
}

fn is_channel(channel: &str) -> bool {
    (1..=128).contains(&channel.len())
        && channel.split([':', '@']).all(|part| part.is_empty() || is_name(part))
}

fn link(address: Address, timeouts: Timeouts, clock: &Arc<ServerClock>) -> Result<Link, String> {
    let node = |dial: Dial| Arc::new(Node::new(dial, timeouts, Arc::clone(clock)));
    Ok(match address {
        Address::Server(info) => Link::Server(node(Dial::Master(info))),
        Address::Cluster { seeds } => {
            let cluster = Cluster::new(&seeds, timeouts, clock).ok_or("the address names no server")?;
            Link::Cluster(Arc::new(cluster))
        }
        Address::Sentinel { master, sentinels, servers } => {
            let sentinel = |info: ConnectionInfo| node(Dial::Sentinel(Box::new(info)));
            let sentinels = sentinels.into_iter().map(sentinel).collect();
            let sentinels = Arc::new(Sentinels::new(master, sentinels, *servers, timeouts));
            let named = node(Dial::Named(Arc::clone(&sentinels)));
            Link::Named(Arc::new(Named::new(named, sentinels)))
        }
    })
}

/// Shows neither an address nor a certificate.
impl std::fmt::Debug for RedisStoreBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("prefix", &self.prefix)
            .field("application", &self.application)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}
