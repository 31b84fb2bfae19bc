use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{ConnectionInfo, Value};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::dial::{Dial, Timeouts, elsewhere};
use super::node::{Ask, Node};
use super::order::Order;
use super::shards::{self, Shards};
use super::slots::{self, Range, SLOTS, slot_of};
use crate::redis::clock::ServerClock;
use crate::redis::event;
use crate::redis::failure::{Failure, Unsent, WrongServer};

/// How often a command is sent on before the servers are taken to be at odds.
const HOPS: usize = 5;

/// How long a command waits that a server cannot take while it gives a slot away.
const TRY_AGAIN: Duration = Duration::from_millis(10);

/// How long the servers are not asked for their slots again, however often a command goes astray.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// A cluster: each command goes to the master of its key's slot. Of several masters one can be frozen or gone, and the
/// sessions of the others are as quick as ever.
pub(in crate::redis) struct Cluster {
    /// How to connect to a server, wherever it is.
    servers: ConnectionInfo,
    timeouts: Timeouts,
    clock: Arc<ServerClock>,
    seeds: Vec<Arc<Node>>,
    map: Mutex<Option<Arc<Map>>>,
    /// Every server that commands went to, by address, so that each has one connection.
    nodes: Mutex<HashMap<String, Arc<Node>>>,
    asking: tokio::sync::Mutex<()>,
    asked: Mutex<Option<Instant>>,
}

/// Who has which slots, at one time.
struct Map {
    /// By address.
    masters: Vec<Arc<Node>>,
    /// By slot; none where nobody has it.
    owners: Vec<Option<Owner>>,
    shards: Shards,
}

/// Who has a slot.
#[derive(Clone)]
struct Owner {
    node: Arc<Node>,
    shard: usize,
}

/// The masters at one time, and which of them has which slot.
#[cfg(feature = "cluster")]
pub(in crate::redis) struct Survey {
    pub(in crate::redis) masters: Vec<Arc<Node>>,
    pub(in crate::redis) owners: Vec<Option<usize>>,
}

impl Cluster {
    pub(in crate::redis) fn new(
        seeds: &[ConnectionInfo],
        timeouts: Timeouts,
        clock: &Arc<ServerClock>,
    ) -> Option<Self> {
        let node = |info: &ConnectionInfo| {
            Arc::new(Node::new(Dial::Member(Box::new(info.clone())), timeouts, Arc::clone(clock)))
        };
        Some(Self {
            servers: seeds.first()?.clone(),
            timeouts,
            clock: Arc::clone(clock),
            seeds: seeds.iter().map(node).collect(),
            map: Mutex::default(),
            nodes: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
        })
    }

    pub(super) async fn call(
        self: &Arc<Self>,
        key: &str,
        order: Order<'_>,
        deadline: Instant,
    ) -> Result<Value, Failure> {
        let mut node = self.owner(key, deadline).await?;
        let mut ask = order.plainly();
        for _ in 0..HOPS {
            let failure = match node.call(ask, deadline).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            // None of these did anything, so the command may be sent once more.
            match (failure.code(), redirect(&failure, &node)) {
                (Some("MOVED"), Some((host, port))) => {
                    self.ask_soon(None);
                    (node, ask) = (self.node_at(&host, port), order.plainly());
                }
                (Some("ASK"), Some((host, port))) => {
                    (node, ask) = (self.node_at(&host, port), order.asking());
                }
                (Some("TRYAGAIN"), _) => sleep_until(deadline.min(Instant::now() + TRY_AGAIN)).await,
                (Some("CLUSTERDOWN" | "MASTERDOWN" | "READONLY") | None, _) => {
                    self.ask_soon(Some(node.name()));
                    return Err(failure);
                }
                (Some(_), _) => return Err(failure),
            }
        }
        self.ask_soon(None);
        Err(Unsent::NotConnected(WrongServer::SentOn.into()).into())
    }

    /// The master that has the slot of `key`.
    ///
    /// # Errors
    /// Nobody has it, or nobody says.
    pub(super) async fn owner(self: &Arc<Self>, key: &str, deadline: Instant) -> Result<Arc<Node>, Failure> {
        let map = self.map(deadline).await?;
        map.owners[slot_of(key)].as_ref().map(|owner| Arc::clone(&owner.node)).ok_or_else(|| {
            self.ask_soon(None);
            Unsent::NotConnected(WrongServer::NoOwner.into()).into()
        })
    }

    /// The number of the master that has the keys with that hash tag, as far as it is known.
    pub(super) fn shard_of(&self, tag: &str) -> usize {
        let known = lock(&self.map);
        let owner = known.as_ref().and_then(|map| map.owners[slot_of(tag)].as_ref());
        owner.map_or(0, |owner| owner.shard)
    }

    /// Every master that has slots.
    pub(super) async fn masters(&self, deadline: Instant) -> Result<Vec<Arc<Node>>, Failure> {
        Ok(self.map(deadline).await?.masters.clone())
    }

    /// Asks anew who has which slots: the masters, and by slot the number of its own.
    ///
    /// # Errors
    /// Nobody says.
    #[cfg(feature = "cluster")]
    pub(in crate::redis) async fn survey(&self, deadline: Instant) -> Result<Survey, Failure> {
        let turn = timeout_at(deadline, self.asking.lock()).await;
        let _turn = turn.map_err(|_| Unsent::OutOfTime)?;
        let map = self.learn(None, deadline).await?;
        let number_of = |owner: &Option<Owner>| {
            map.masters
                .iter()
                .position(|master| owner.as_ref().is_some_and(|owner| Arc::ptr_eq(&owner.node, master)))
        };
        let owners = map.owners.iter().map(number_of).collect();
        Ok(Survey { masters: map.masters.clone(), owners })
    }

    pub(super) fn disconnect(&self) {
        *lock(&self.map) = None;
        let nodes = std::mem::take(&mut *lock(&self.nodes));
        for node in nodes.values().chain(&self.seeds) {
            node.disconnect("the store was shut down");
        }
    }

    /// Who has which slots, asked for if it is not known at all.
    async fn map(&self, deadline: Instant) -> Result<Arc<Map>, Failure> {
        if let Some(map) = self.known() {
            return Ok(map);
        }
        let turn = timeout_at(deadline, self.asking.lock()).await;
        let _turn = turn.map_err(|_| Unsent::OutOfTime)?;
        if let Some(map) = self.known() {
            return Ok(map);
        }
        self.learn(None, deadline).await
    }

    /// Asks the servers beside the operation that went astray. Not the one that it went astray with, if there are others:
    /// one that is cut off from the rest believes for ever what was true when it was.
    fn ask_soon(self: &Arc<Self>, except: Option<String>) {
        let now = Instant::now();
        {
            let mut asked = lock(&self.asked);
            if asked.is_some_and(|asked| now.saturating_duration_since(asked) < ASK_EVERY) {
                return;
            }
            *asked = Some(now);
        }
        let cluster = Arc::clone(self);
        tokio::spawn(async move {
            let Ok(_turn) = cluster.asking.try_lock() else { return };
            let deadline = Instant::now() + cluster.timeouts.connect + cluster.timeouts.response;
            if let Err(failure) = cluster.learn(except, deadline).await {
                event::slots_unknown(&failure);
            }
        });
    }

    /// Asks all servers at once, and goes by the first answer.
    async fn learn(&self, except: Option<String>, deadline: Instant) -> Result<Arc<Map>, Failure> {
        let known = self.known().map(|map| map.masters.clone()).unwrap_or_default();
        let mut candidates: Vec<&Arc<Node>> = known.iter().chain(&self.seeds).collect();
        candidates.sort_by_key(|node| node.name());
        candidates.dedup_by_key(|node| node.name());
        if candidates.len() > 1 {
            candidates.retain(|node| except.as_ref() != Some(&node.name()));
        }
        let mut asked = JoinSet::new();
        for node in candidates {
            let node = Arc::clone(node);
            asked.spawn(async move {
                let mut question = redis::cmd("CLUSTER");
                question.arg("SLOTS");
                let answer = node.call(Ask::Plain(&question), deadline).await;
                (node, answer)
            });
        }
        let mut last = None;
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok((node, Ok(value))) => {
                    let ranges = slots::read(&value, &node.host()).filter(|ranges| !ranges.is_empty());
                    if let Some(ranges) = ranges {
                        return Ok(self.install(&ranges));
                    }
                }
                Ok((_, Err(failure))) => last = Some(failure),
                Err(_cancelled) => {}
            }
        }
        // That nobody says leaves what is known as it is.
        Err(last.unwrap_or_else(|| Unsent::NotConnected(WrongServer::NoSlots.into()).into()))
    }

    fn install(&self, ranges: &[Range]) -> Arc<Map> {
        let mut masters = BTreeMap::new();
        let mut owners = vec![None; SLOTS];
        for Range { host, port, .. } in ranges {
            let node = self.node_at(host, *port);
            masters.insert(node.name(), node);
        }
        let before = self.known().map(|map| map.shards.clone()).unwrap_or_default();
        let shards = shards::number(masters.keys(), &before);
        for Range { first, last, host, port } in ranges {
            let node = self.node_at(host, *port);
            let shard = shards.get(&node.name()).copied().unwrap_or_default();
            owners[*first..=*last.max(first)].fill(Some(Owner { node, shard }));
        }
        let names: Vec<String> = masters.keys().cloned().collect();
        lock(&self.nodes).retain(|name, _| masters.contains_key(name));
        let map = Arc::new(Map { masters: masters.into_values().collect(), owners, shards });
        let before = lock(&self.map).replace(Arc::clone(&map));
        if before.is_none_or(|before| before.masters.iter().map(|node| node.name()).ne(names.iter().cloned()))
        {
            event::slots_changed(&names);
        }
        map
    }

    /// The server there, and one connection to it, whoever asks.
    fn node_at(&self, host: &str, port: u16) -> Arc<Node> {
        let info = elsewhere(&self.servers, host, port);
        let mut nodes = lock(&self.nodes);
        let node = nodes.entry(info.addr().to_string()).or_insert_with(|| {
            Arc::new(Node::new(Dial::Member(Box::new(info)), self.timeouts, Arc::clone(&self.clock)))
        });
        Arc::clone(node)
    }

    fn known(&self) -> Option<Arc<Map>> {
        lock(&self.map).clone()
    }
}

/// Nothing foreign runs under these locks, so nothing is half done if a thread panicked that held one.
fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn redirect(failure: &Failure, node: &Node) -> Option<(String, u16)> {
    match failure {
        Failure::Refused(error) => slots::read_redirect(error.details()?, &node.host()),
        _ => None,
    }
}
