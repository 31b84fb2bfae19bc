use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use redis::io::tcp::{TcpSettings, socket2};
use redis::{Client, ConnectionAddr, ConnectionInfo};

use super::sentinel::Sentinels;

/// How long what may take.
#[derive(Debug, Clone, Copy)]
pub(in crate::redis) struct Timeouts {
    /// A new connection, with its greeting.
    pub(in crate::redis) connect: Duration,
    /// One answer.
    pub(in crate::redis) response: Duration,
    /// One operation of the store, with everything that it waits for.
    pub(in crate::redis) operation: Duration,
}

/// Whom a [`Node`](super::Node) calls.
#[derive(Clone)]
pub(in crate::redis) enum Dial {
    /// A server by its address, which has to be a master.
    Master(Box<ConnectionInfo>),
    /// The server that Sentinel names.
    Named(Arc<Sentinels>),
    /// A server of a cluster: what it must not do it sends on.
    Member(Box<ConnectionInfo>),
    /// A Sentinel.
    Sentinel(Box<ConnectionInfo>),
}

impl Dial {
    /// Where to, by now, and its name.
    pub(super) async fn resolve(&self) -> Result<(Client, String), Box<dyn StdError + Send + Sync>> {
        let info = match self {
            Self::Master(info) | Self::Member(info) | Self::Sentinel(info) => (**info).clone(),
            Self::Named(sentinels) => sentinels.master().await?,
        };
        let name = info.addr().to_string();
        Ok((Client::open(info)?, name))
    }

    /// The name for the time before anything was resolved.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Master(info) | Self::Member(info) | Self::Sentinel(info) => info.addr().to_string(),
            Self::Named(sentinels) => sentinels.name().to_owned(),
        }
    }

    /// The host of a server whose address is known.
    pub(super) fn host(&self) -> &str {
        match self {
            Self::Master(info) | Self::Member(info) | Self::Sentinel(info) => match info.addr() {
                ConnectionAddr::Tcp(host, _) | ConnectionAddr::TcpTls { host, .. } => host,
                _ => "",
            },
            Self::Named(_) => "",
        }
    }

    /// Whether a replica is of no use.
    pub(super) const fn needs_master(&self) -> bool {
        matches!(self, Self::Master(_) | Self::Named(_))
    }

    /// Whether there are sessions, and a time that they go by.
    pub(super) const fn has_sessions(&self) -> bool {
        !matches!(self, Self::Sentinel(_))
    }
}

/// The same way of connecting, to another server.
pub(super) fn elsewhere(info: &ConnectionInfo, host: &str, port: u16) -> ConnectionInfo {
    let addr = match info.addr() {
        ConnectionAddr::TcpTls { insecure, tls_params, .. } => ConnectionAddr::TcpTls {
            host: host.to_owned(),
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => ConnectionAddr::Tcp(host.to_owned(), port),
    };
    info.clone().set_addr(addr)
}

/// Small packets leave at once, and a peer that is gone for good is noticed on an idle connection, too.
pub(in crate::redis) fn tcp_settings() -> TcpSettings {
    let keepalive = socket2::TcpKeepalive::new()
        .with_time(Duration::from_secs(30))
        .with_interval(Duration::from_secs(10))
        .with_retries(3);
    TcpSettings::default().set_nodelay(true).set_keepalive(keepalive)
}
