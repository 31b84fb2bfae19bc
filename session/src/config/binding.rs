use std::ops::RangeInclusive;

/// What of a client its sessions are bound to. Default: nothing.
///
/// What a client is at its login (before that, when the session is created) is kept in the record as keyed hashes and
/// compared with every request. It limits where a stolen cookie is of use. It also meets honest clients: addresses change
/// with every train ride and between IPv4 and IPv6, user agents with every update. A session from before binding was
/// switched on is bound with its next login.
///
/// Needs [keys](super::SessionConfigBuilder::keys), and an address for every request if `ip` is set: from the connection
/// or from [trusted proxies](super::SessionConfigBuilder::trusted_proxies). A request without one is a mistake of the
/// configuration, and an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BindingPolicy {
    /// The network that its address is in.
    pub ip: Option<IpPrefix>,
    /// Its `User-Agent` header, as it is sent.
    pub user_agent: bool,
    /// What a request gets that comes from elsewhere.
    pub mismatch: OnMismatch,
}

impl BindingPolicy {
    /// Whether sessions are bound to anything.
    pub const fn is_on(&self) -> bool {
        self.ip.is_some() || self.user_agent
    }
}

/// How many leading bits of an address a session is bound to. Default: 24 and 56: 256 neighbouring IPv4
/// addresses, and what an access provider gives to one customer (RFC 6177).
///
/// A session stays bound by as many bits as were counted when it was bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IpPrefix {
    /// Of an IPv4 address: 24 to 32. An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is one of these.
    pub v4: u8,
    /// Of an IPv6 address: 56 to 128.
    pub v6: u8,
}

impl IpPrefix {
    /// How many bits can be chosen of an IPv4 address.
    pub const V4: RangeInclusive<u8> = 24..=32;
    /// How many bits can be chosen of an IPv6 address.
    pub const V6: RangeInclusive<u8> = 56..=128;
    /// The whole address of an IPv4 client, and the network of an IPv6 one, which changes the rest of its address by
    /// itself (RFC 8981).
    pub const STRICT: Self = Self { v4: 32, v6: 64 };
}

impl Default for IpPrefix {
    fn default() -> Self {
        Self { v4: 24, v6: 56 }
    }
}

/// What a request gets whose session is bound to another client. In any case there is an event, and the cookie stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnMismatch {
    /// No session, as if it had been revoked. The record stays: its own client goes on using it.
    #[default]
    Refuse,
    /// No session, and the record is deleted: whoever uses the cookie elsewhere ends the session for everybody.
    Revoke,
    /// An empty session until the principal signs in again, which gives the session back under another id and binds it
    /// anew. Until then nothing is stored: a request that is not safe and changes the session fails with
    /// [`ErrorKind::Binding`](crate::ErrorKind::Binding) (401). If somebody else signs in the session ends. One in which
    /// nobody is signed in is refused.
    Reauthenticate,
    /// The session. For finding out how often it happens.
    Report,
}
