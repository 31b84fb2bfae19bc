use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::{ConnectionInfo, Value};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::dial::{Timeouts, elsewhere};
use super::node::{Ask, Node};
use super::order::Order;
use crate::redis::event;
use crate::redis::failure::{Failure, WrongServer};

/// How often the Sentinels are asked whether the master is still the same, while the store is in use. A master that was
/// demoted takes writes, which will be lost, until it learns of it; that can take ten seconds.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The Sentinels that watch one master.
pub(in crate::redis) struct Sentinels {
    master: String,
    nodes: Vec<Arc<Node>>,
    /// How to connect to the servers that they name.
    servers: ConnectionInfo,
    timeouts: Timeouts,
}

impl Sentinels {
    pub(in crate::redis) const fn new(
        master: String,
        nodes: Vec<Arc<Node>>,
        servers: ConnectionInfo,
        timeouts: Timeouts,
    ) -> Self {
        Self { master, nodes, servers, timeouts }
    }

    /// What the master is called.
    pub(super) fn name(&self) -> &str {
        &self.master
    }

    /// How to connect to the master: as the first Sentinel says that answers. All are asked at once, so that one that
    /// is gone holds nobody up.
    ///
    /// # Errors
    /// None knows it.
    pub(super) fn master(&self) -> Asking<'_> {
        // Boxed, because a Sentinel is a node, too, and a node's connecting may end here.
        Box::pin(self.ask())
    }

    async fn ask(&self) -> Result<ConnectionInfo, Box<dyn StdError + Send + Sync>> {
        let deadline = Instant::now() + self.timeouts.connect;
        let mut asked = JoinSet::new();
        for node in &self.nodes {
            let (node, master) = (Arc::clone(node), self.master.clone());
            asked.spawn(async move {
                let mut question = redis::cmd("SENTINEL");
                question.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
                node.call(Ask::Plain(&question), deadline).await
            });
        }
        let mut last = None;
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok(Ok(value)) => {
                    if let Some((host, port)) = address_of(&value) {
                        return Ok(elsewhere(&self.servers, &host, port));
                    }
                }
                Ok(Err(failure)) => last = Some(failure),
                Err(_cancelled) => {}
            }
        }
        Err(last.map_or_else(|| WrongServer::NoMaster.into(), |failure| failure.into_error().into()))
    }
}

type Asking<'s> =
    Pin<Box<dyn Future<Output = Result<ConnectionInfo, Box<dyn StdError + Send + Sync>>> + Send + 's>>;

fn address_of(answer: &Value) -> Option<(String, u16)> {
    let Value::Array(parts) = answer else { return None };
    let [Value::BulkString(host), Value::BulkString(port)] = &parts[..] else { return None };
    let host = String::from_utf8(host.clone()).ok()?;
    Some((host, std::str::from_utf8(port).ok()?.parse().ok()?))
}

/// The master that Sentinel names, and a look now and then whether it still does.
pub(in crate::redis) struct Named {
    node: Arc<Node>,
    sentinels: Arc<Sentinels>,
    looked: Mutex<Instant>,
}

impl Named {
    pub(in crate::redis) fn new(node: Arc<Node>, sentinels: Arc<Sentinels>) -> Self {
        Self { node, sentinels, looked: Mutex::new(Instant::now()) }
    }

    /// The master, whoever that is.
    pub(in crate::redis) const fn node(&self) -> &Arc<Node> {
        &self.node
    }

    pub(super) async fn call(&self, order: Order<'_>, deadline: Instant) -> Result<Value, Failure> {
        self.looked_after().call(order.plainly(), deadline).await
    }

    /// The master, and a look whether it still is.
    pub(super) fn looked_after(&self) -> &Arc<Node> {
        self.look_again();
        &self.node
    }

    /// Asks the Sentinels beside the operation that came by, once in a while. Nothing runs while the store is not used.
    fn look_again(&self) {
        let now = Instant::now();
        {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            if now.saturating_duration_since(*looked) < LOOK_EVERY {
                return;
            }
            *looked = now;
        }
        let (node, sentinels) = (Arc::clone(&self.node), Arc::clone(&self.sentinels));
        tokio::spawn(async move {
            // That none answers is no reason to leave a master that does.
            let Ok(master) = sentinels.master().await else { return };
            let server = master.addr().to_string();
            if node.leave_unless_at(&server) {
                event::master_changed(&server);
            }
        });
    }
}
