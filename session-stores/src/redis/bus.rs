//! The invalidation bus over Pub/Sub: one subscription per master, over a connection of its own, to the server that commands
//! go to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redis::{PushInfo, PushKind, Value};
use session::{Error, ErrorKind};
use tokio::time::Instant;

use super::RedisStore;
use super::failure::{Failure, Unsent, WrongServer};
use super::link::{Ask, Link, Node, Subscribed, slot_of};
use super::script::Script;
use crate::cluster::{InvalidationBus, Layout, Receiver, Signal};

/// Proves the way of a write: it is one, to a key of that server, and what it publishes comes after everything that was
/// published before. Where writes are refused (a master that was cut off, one without its replicas, one that is full) this is,
/// too; a bare `PUBLISH` would not be.
const BEAT: &str = "redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
return redis.call('PUBLISH', ARGV[2], ARGV[3])";

/// How long the key of heartbeats stays: it is written again and again, and read by nobody.
const BEAT_LIFE: &str = "60000";

/// Pub/Sub of the servers of a [`RedisStore`], which publishes what it does.
///
/// In a Redis Cluster a `PUBLISH` reaches the subscribers of all its servers, over the cluster's own bus, which may lose
/// messages without a word. So a node subscribes to every master itself, and each master's lease goes by what came straight
/// from it.
pub struct RedisBus {
    store: RedisStore,
    channel: String,
    /// For this bus alone, so that N nodes do not hear N heartbeats each.
    own_channel: String,
    beat: Script,
    known: Mutex<Option<Arc<Known>>>,
}

/// The masters at one time.
struct Known {
    layout: Arc<Layout>,
    masters: Vec<Master>,
    /// By slot; empty where there is but one master.
    owners: Vec<Option<usize>>,
}

#[derive(Clone)]
struct Master {
    node: Arc<Node>,
    /// A key that it has.
    key: String,
}

/// A subscription to one master.
pub struct Subscription {
    master: Master,
    line: Subscribed,
}

impl RedisStore {
    /// The bus on which this store [announces](super::RedisStoreBuilder::announce) what it does, for a near cache around it.
    ///
    /// # Errors
    /// `Config`: it does not announce anything, or goes over connections of the app's own, which cannot be subscribed.
    pub fn bus(&self) -> Result<RedisBus, Error> {
        let refuse = |problem: &str| Err(Error::new(ErrorKind::Config(vec![problem.to_owned()])));
        let Some(channel) = self.0.channel.clone() else {
            return refuse(
                "the Redis store publishes nothing, so a near cache would never hear of a change: build it with `.announce()`",
            );
        };
        if matches!(self.0.calls.link, Link::Foreign(_)) {
            return refuse(
                "a near cache subscribes to the servers, and cannot over connections of the app's own: give the store \
                 their address",
            );
        }
        let own_channel = format!("{channel}:{:032x}", fastrand::u128(..));
        Ok(RedisBus {
            store: self.clone(),
            channel,
            own_channel,
            beat: Script::new(BEAT.to_owned()),
            known: Mutex::default(),
        })
    }

    /// What this node is called in what it publishes.
    pub(crate) fn node(&self) -> &str {
        self.0.calls.node.as_deref().unwrap_or_default()
    }
}

impl InvalidationBus for RedisBus {
    type Subscription = Subscription;

    async fn layout(&self) -> Result<Arc<Layout>, Error> {
        self.learn().await.map(|known| Arc::clone(&known.layout)).map_err(Failure::into_error)
    }

    async fn subscribe(&self, feed: usize, receiver: Receiver) -> Result<Subscription, Error> {
        let gone = || Failure::from(Unsent::NotConnected(WrongServer::Moved.into())).into_error();
        let known = self.known().clone().ok_or_else(gone)?;
        let master = known.masters.get(feed).cloned().ok_or_else(gone)?;
        let receive = move |push: PushInfo| receive(&*receiver, &push);
        let channels = [self.channel.as_str(), self.own_channel.as_str()];
        let line = master.node.subscribe(&channels, receive, self.deadline()).await;
        Ok(Subscription { master, line: line.map_err(Failure::into_error)? })
    }

    async fn beat(&self, subscription: &Subscription, payload: &[u8]) -> Result<bool, Error> {
        let Subscription { master: Master { node, key }, line } = subscription;
        let arguments = [BEAT_LIFE.as_bytes(), self.own_channel.as_bytes(), payload];
        let deadline = self.deadline();
        let by_hash = self.beat.by_hash(&[key], &arguments);
        let mut answer = node.call_at(&line.server, Ask::Plain(&by_hash), deadline).await;
        if answer.as_ref().is_err_and(|failure| failure.code() == Some("NOSCRIPT")) {
            let by_text = self.beat.by_text(&[key], &arguments);
            answer = node.call_at(&line.server, Ask::Plain(&by_text), deadline).await;
        }
        match answer {
            Ok(answer) => Ok(answer.is_some()),
            // The slot is elsewhere, or the server is no master any more.
            Err(failure) if matches!(failure.code(), Some("MOVED" | "ASK" | "READONLY")) => Ok(false),
            Err(failure) => Err(failure.into_error()),
        }
    }

    async fn publish(&self, payload: &[u8]) -> Result<(), Error> {
        let known = self.learn().await.map_err(Failure::into_error)?;
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(&self.channel).arg(payload);
        // One master tells all the others' subscribers.
        let Some(master) = known.masters.first() else { return Ok(()) };
        let published = master.node.call(Ask::Plain(&publish), self.deadline()).await;
        published.map(drop).map_err(Failure::into_error)
    }
}

impl RedisBus {
    /// Who the masters are by now; the same as before, if it is.
    async fn learn(&self) -> Result<Arc<Known>, Failure> {
        let one = |node: &Arc<Node>| Known {
            layout: Arc::new(Layout::single("redis")),
            masters: vec![Master { node: Arc::clone(node), key: self.store.0.keys.beat(0) }],
            owners: Vec::new(),
        };
        let found = match &self.store.0.calls.link {
            Link::Server(node) => one(node),
            Link::Named(named) => one(named.node()),
            Link::Foreign(_) => return Err(Unsent::NotConnected(WrongServer::NoSlots.into()).into()),
            Link::Cluster(cluster) => {
                let survey = cluster.survey(self.deadline()).await?;
                let masters = survey.masters.into_iter().enumerate();
                let master = |(number, node)| Master { node, key: self.key_of(number, &survey.owners) };
                let masters: Vec<Master> = masters.map(master).collect();
                let names = masters.iter().map(|master| master.node.name()).collect();
                let owners = survey.owners.clone();
                let feed_of = move |handle: &session::Handle| owners[slot_of(&handle.encode())];
                Known { layout: Arc::new(Layout::new(names, feed_of)), masters, owners: survey.owners }
            }
        };
        let mut known = self.known();
        if let Some(known) = known.as_ref().filter(|known| known.is_like(&found)) {
            return Ok(Arc::clone(known));
        }
        Ok(Arc::clone(known.insert(Arc::new(found))))
    }

    /// A key in a slot of that master.
    fn key_of(&self, master: usize, owners: &[Option<usize>]) -> String {
        let keys = &self.store.0.keys;
        // A master with one slot of all needs as many tries as there are slots, about.
        let mut tags = 0..16 * owners.len();
        let tag = tags.find(|tag| owners[slot_of(&format!("{{{tag}}}"))] == Some(master));
        // A key of another master's is refused as such, so there is no lease rather than a wrong one.
        keys.beat(tag.unwrap_or_default())
    }

    fn deadline(&self) -> Instant {
        let timeouts = self.store.0.calls.timeouts;
        Instant::now() + timeouts.connect + timeouts.response
    }

    fn known(&self) -> MutexGuard<'_, Option<Arc<Known>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_like(&self, other: &Self) -> bool {
        let nodes = self.masters.iter().zip(&other.masters);
        self.layout.feeds() == other.layout.feeds() && self.owners == other.owners && { nodes }
            .all(|(one, other)| Arc::ptr_eq(&one.node, &other.node))
    }
}

fn receive(receiver: &dyn Fn(Signal<'_>), push: &PushInfo) {
    match (&push.kind, &push.data[..]) {
        (PushKind::Message, [_channel, Value::BulkString(payload)]) => receiver(Signal::Payload(payload)),
        (PushKind::Subscribe, _) => {}
        // The connection has ended, or the server has taken the subscription away.
        _ => receiver(Signal::Lost),
    }
}

/// Shows no address, which may hold a password.
impl std::fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisBus").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").field("server", &self.line.server).finish_non_exhaustive()
    }
}
