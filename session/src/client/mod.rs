//! Where a request comes from, as far as anybody says so who is to be believed, and whether a session is bound to that.
//!
//! An adapter tells what the connection and the request are ([`Arrival`]); what is made of it is decided here. Nothing
//! that a client can write counts, except its `User-Agent`. Nothing here asks a store.

pub(crate) mod binding;
mod forwarded;
mod proxied;

use std::fmt;
use std::net::IpAddr;

use crate::config::SessionConfig;

/// What an adapter knows of where a request comes from.
#[derive(Clone, Copy)]
pub struct Arrival<'a> {
    /// The other end of the connection.
    pub peer: Option<IpAddr>,
    /// The scheme of the request's target, where it has one: with HTTP/2 and HTTP/3 always, with HTTP/1.1 rarely.
    pub scheme: Option<Scheme>,
    /// The request's headers.
    pub headers: &'a dyn Headers,
}

/// A request's headers, whatever the framework.
pub trait Headers: Sync {
    /// Every value of the header of that lower-case name, in order.
    fn lines(&self, name: &'static str) -> Vec<&[u8]>;
}

/// How a request travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Readable by everybody on the way.
    Http,
    /// Over TLS.
    Https,
}

/// Who sends a request. What is not known is missing, never guessed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// Its address.
    pub address: Option<IpAddr>,
    /// How its request travelled, at least on the way that it can choose.
    pub scheme: Option<Scheme>,
    /// Its `User-Agent`; empty if it sent none.
    pub user_agent: Vec<u8>,
}

impl Client {
    /// The client of a request: the peer of the connection, unless that is a trusted proxy. Then it is whom the proxies
    /// name, and nobody if they name none.
    pub fn of(config: &SessionConfig, arrival: &Arrival<'_>) -> Self {
        let peer = arrival.peer.map(|peer| peer.to_canonical());
        let (address, scheme) = match peer {
            Some(peer) if config.proxies().trusts(peer) => proxied::client(config.proxies(), arrival.headers),
            _ => (peer, arrival.scheme),
        };
        let user_agent = match config.binding().user_agent {
            true => arrival.headers.lines("user-agent").first().copied().unwrap_or_default().to_vec(),
            false => Vec::new(),
        };
        Self { address, scheme, user_agent }
    }

    /// Whether it would be wrong to trust that request with a cookie, or to believe the one that it brings: cookies with
    /// `Secure` are for TLS alone.
    pub(crate) fn is_exposed(&self, config: &SessionConfig) -> bool {
        config.cookie().secure() && self.scheme == Some(Scheme::Http)
    }
}

/// Shows what is known, not what it is: an address is personal.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address.map(|_| format_args!("..")))
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Arrival<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}
