//! The way to the servers: one command to whichever of them has a key, whatever the deployment.
//!
//! The driver's own reconnecting, Sentinel and cluster connections are not used: they wait for a server that is down
//! longer than a request can, send a command again although it may have been executed, stay with a master that Sentinel
//! has demoted, and never leave one that is frozen. Its protocol, its TLS and its multiplexed connection are. What is
//! built of them here knows of each command whether it left, never sends one twice, and gives a connection up as soon as
//! it is of no use.
//!
//! Nothing here knows what a session is.

mod cluster;
mod dial;
mod foreign;
mod node;
mod order;
mod sentinel;
mod shards;
mod slots;
mod together;

use std::sync::Arc;

use redis::Value;
use tokio::time::Instant;

pub(super) use cluster::Cluster;
pub(super) use dial::{Dial, Timeouts, tcp_settings};
pub(super) use foreign::Foreign;
#[cfg(feature = "cluster")]
pub(super) use node::Subscribed;
pub(super) use node::{Ask, Node};
pub(super) use order::{Order, Replicas};
pub(super) use sentinel::{Named, Sentinels};
#[cfg(feature = "cluster")]
pub(super) use slots::slot_of;

use super::failure::Failure;

/// Who is asked.
pub(super) enum Link {
    /// One server.
    Server(Arc<Node>),
    /// The server that Sentinel says is the master.
    Named(Arc<Named>),
    /// The master that has the key's slot.
    Cluster(Arc<Cluster>),
    /// Whoever is behind the app's own connections.
    Foreign(Foreign),
}

impl Link {
    /// One command to the server that has `key`.
    ///
    /// # Errors
    /// Everything that a command has no useful answer for.
    pub(super) async fn call(
        &self,
        key: &str,
        order: Order<'_>,
        deadline: Instant,
    ) -> Result<Value, Failure> {
        match self {
            Self::Server(node) => node.call(order.plainly(), deadline).await,
            Self::Named(named) => named.call(order, deadline).await,
            Self::Cluster(cluster) => cluster.call(key, order, deadline).await,
            // The builder lets nobody wait for replicas over connections that are not the store's own.
            Self::Foreign(foreign) => foreign.call(order.command, deadline).await,
        }
    }

    /// Which master has the key with that hash tag, by number; 0 where there is one, or where it is not known.
    pub(super) fn shard_of(&self, tag: &str) -> usize {
        match self {
            Self::Cluster(cluster) => cluster.shard_of(tag),
            Self::Server(_) | Self::Named(_) | Self::Foreign(_) => 0,
        }
    }

    /// Connects to the server that has `key`, if that was not done yet: its time is known afterwards.
    ///
    /// # Errors
    /// There is no connection.
    pub(super) async fn connect(&self, key: &str, deadline: Instant) -> Result<(), Failure> {
        match self {
            Self::Server(node) => node.connect(deadline).await,
            Self::Named(named) => named.node().connect(deadline).await,
            Self::Cluster(cluster) => cluster.owner(key, deadline).await?.connect(deadline).await,
            Self::Foreign(foreign) => foreign.connect(deadline).await,
        }
    }

    /// Every server that has sessions; nothing if that cannot be known.
    ///
    /// # Errors
    /// No server of the cluster answers.
    pub(super) async fn masters(&self, deadline: Instant) -> Result<Option<Vec<Arc<Node>>>, Failure> {
        match self {
            Self::Server(node) => Ok(Some(vec![Arc::clone(node)])),
            Self::Named(named) => Ok(Some(vec![Arc::clone(named.node())])),
            Self::Cluster(cluster) => cluster.masters(deadline).await.map(Some),
            Self::Foreign(_) => Ok(None),
        }
    }

    /// Closes every connection.
    pub(super) fn disconnect(&self) {
        match self {
            Self::Server(node) => node.disconnect("the store was shut down"),
            Self::Named(named) => named.node().disconnect("the store was shut down"),
            Self::Cluster(cluster) => cluster.disconnect(),
            Self::Foreign(_) => {}
        }
    }

    /// Whether all keys are on one server, so that a script can have several of them.
    pub(super) const fn is_one_server(&self) -> bool {
        matches!(self, Self::Server(_) | Self::Named(_))
    }

    /// What kind of deployment it is.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Server(_) => "server",
            Self::Named(_) => "sentinel",
            Self::Cluster(_) => "cluster",
            Self::Foreign(_) => "own connections",
        }
    }
}
