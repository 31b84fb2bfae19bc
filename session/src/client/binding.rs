//! What a record remembers of the client that it is bound to, and whether a request comes from that client.
//!
//! Each property is a keyed hash of its own, for one application and one record, so that a copy of the store does not even
//! tell which sessions come from one place. The key's id stands beside the hashes: a change of keys breaks nothing.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Client;
use crate::config::{IpPrefix, SessionConfig};
use crate::crypto::{KeyId, KeyRing, MAC_LEAST, MacPurpose, SharedKeyRing};
use crate::record::Binding;

/// What a record of that lineage is bound to from now on. None if sessions are not bound.
pub(crate) fn of(config: &SessionConfig, client: &Client, lineage: &[u8; 16]) -> Option<Binding> {
    let policy = config.binding();
    let ring = config.keys().filter(|_| policy.is_on())?.current();
    let network =
        policy.ip.zip(client.address).map(|(prefix, address)| network(address, bits(prefix, address)));
    let agent = policy.user_agent.then_some(&client.user_agent[..]);
    Some(hashed(&ring, &Scope { config, lineage }, network.as_deref(), agent))
}

/// What does not fit, if the client is not the one that the record is bound to: `ip` or `user_agent`.
///
/// What is not bound any more, or not yet, fits.
pub(crate) fn mismatch(
    config: &SessionConfig,
    client: &Client,
    lineage: &[u8; 16],
    binding: Option<&Binding>,
) -> Option<&'static str> {
    let binding = binding.filter(|_| config.binding().is_on())?;
    let ring = config.keys()?.current();
    let known = Known { ring: &ring, scope: Scope { config, lineage }, binding };
    if known.binds_network() && known.network_of(client).is_none() {
        return Some("ip");
    }
    (known.binds_agent() && !known.has_agent(client)).then_some("user_agent")
}

/// The binding to keep with the next commit: the same one, hashed with the primary key if it was not and the client is the
/// one that is bound.
pub(crate) fn kept(
    config: &SessionConfig,
    client: Option<&Client>,
    lineage: &[u8; 16],
    binding: Option<Binding>,
) -> Option<Binding> {
    let (Some(client), Some(old)) = (client, binding) else { return binding };
    let Some(ring) = config.keys().filter(|_| config.binding().is_on()).map(SharedKeyRing::current) else {
        return binding;
    };
    if old.key == *ring.primary().as_bytes() || mismatch(config, client, lineage, Some(&old)).is_some() {
        return binding;
    }
    let known = Known { ring: &ring, scope: Scope { config, lineage }, binding: &old };
    let agent = known.binds_agent().then_some(&client.user_agent[..]);
    Some(hashed(&ring, &known.scope, known.network_of(client).as_deref(), agent))
}

/// For what a hash is valid.
struct Scope<'a> {
    config: &'a SessionConfig,
    lineage: &'a [u8; 16],
}

impl Scope<'_> {
    fn parts<'p>(&'p self, property: &'p [u8], value: &'p [u8]) -> [&'p [u8]; 4] {
        [self.config.application().as_bytes(), self.lineage, property, value]
    }
}

const IP: &[u8] = b"ip";
const USER_AGENT: &[u8] = b"user-agent";

fn hashed(ring: &KeyRing, scope: &Scope<'_>, network: Option<&[u8]>, agent: Option<&[u8]>) -> Binding {
    let hash = |property, value: Option<&[u8]>| {
        let mut short = [0; MAC_LEAST];
        if let Some(value) = value {
            let (_, mac) = ring.mac(MacPurpose::Binding, &scope.parts(property, value));
            short.copy_from_slice(&mac[..MAC_LEAST]);
        }
        short
    };
    Binding { key: *ring.primary().as_bytes(), address: hash(IP, network), agent: hash(USER_AGENT, agent) }
}

/// A binding, and what is needed to check it.
struct Known<'a> {
    ring: &'a KeyRing,
    scope: Scope<'a>,
    binding: &'a Binding,
}

impl Known<'_> {
    fn binds_network(&self) -> bool {
        self.scope.config.binding().ip.is_some() && self.binding.address != [0; MAC_LEAST]
    }

    fn binds_agent(&self) -> bool {
        self.scope.config.binding().user_agent && self.binding.agent != [0; MAC_LEAST]
    }

    /// The network that is bound, if the client is in it. The number of bits that is counted today is tried first; the
    /// session may be from before it was changed.
    fn network_of(&self, client: &Client) -> Option<Vec<u8>> {
        let (prefix, address) = self.scope.config.binding().ip.zip(client.address)?;
        let today = bits(prefix, address);
        let range = match address {
            IpAddr::V4(_) => IpPrefix::V4,
            IpAddr::V6(_) => IpPrefix::V6,
        };
        std::iter::once(today)
            .chain(range.filter(|bits| *bits != today))
            .map(|bits| network(address, bits))
            .find(|network| self.verifies(IP, network, &self.binding.address))
    }

    fn has_agent(&self, client: &Client) -> bool {
        self.verifies(USER_AGENT, &client.user_agent, &self.binding.agent)
    }

    fn verifies(&self, property: &[u8], value: &[u8], hash: &[u8]) -> bool {
        let key = KeyId::from_bytes(self.binding.key);
        self.ring.verify_mac(MacPurpose::Binding, key, &self.scope.parts(property, value), hash)
    }
}

fn bits(prefix: IpPrefix, address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => prefix.v4,
        IpAddr::V6(_) => prefix.v6,
    }
}

/// The network as bytes: its length in bits and its address, whose length tells the family.
fn network(address: IpAddr, bits: u8) -> Vec<u8> {
    let network = IpNet::new(address, bits).map_or(address, |network| network.network());
    let mut bytes = vec![bits];
    match network {
        IpAddr::V4(address) => bytes.extend(address.octets()),
        IpAddr::V6(address) => bytes.extend(address.octets()),
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BindingPolicy;
    use crate::crypto::tests::ring;

    const LINEAGE: [u8; 16] = [7; 16];

    fn config(ip: Option<IpPrefix>, user_agent: bool, keys: KeyRing) -> SessionConfig {
        let policy = BindingPolicy { ip, user_agent, ..BindingPolicy::default() };
        SessionConfig::builder().binding(policy).keys(keys).build().unwrap()
    }

    fn client(address: &str, agent: &str) -> Client {
        Client { address: Some(address.parse().unwrap()), scheme: None, user_agent: agent.into() }
    }

    #[test]
    fn a_client_is_known_by_its_network_and_its_agent() {
        let both = config(Some(IpPrefix::default()), true, ring("a", &[]));
        let bound = of(&both, &client("192.0.2.1", "Browser/1"), &LINEAGE).unwrap();
        for (address, agent, expected) in [
            ("192.0.2.1", "Browser/1", None),
            ("192.0.2.255", "Browser/1", None),
            ("192.0.3.1", "Browser/1", Some("ip")),
            ("2001:db8::1", "Browser/1", Some("ip")),
            ("192.0.2.1", "Browser/2", Some("user_agent")),
            ("192.0.2.1", "", Some("user_agent")),
        ] {
            let found = mismatch(&both, &client(address, agent), &LINEAGE, Some(&bound));
            assert_eq!(found, expected, "{address} {agent}");
        }
        let nowhere = Client { address: None, ..client("192.0.2.1", "Browser/1") };
        assert_eq!(mismatch(&both, &nowhere, &LINEAGE, Some(&bound)), Some("ip"));
    }

    #[test]
    fn an_ipv6_client_is_known_by_its_household() {
        let config = config(Some(IpPrefix::default()), false, ring("a", &[]));
        let bound = of(&config, &client("2001:db8:0:11::1", ""), &LINEAGE).unwrap();
        let fits = |address| mismatch(&config, &client(address, ""), &LINEAGE, Some(&bound)).is_none();
        assert!(fits("2001:db8:0:1f:ffff::2"));
        assert!(!fits("2001:db8:0:111::1"));
    }

    #[test]
    fn a_hash_is_of_one_record_and_one_application() {
        let config = config(Some(IpPrefix::default()), true, ring("a", &[]));
        let here = client("192.0.2.1", "Browser/1");
        let (one, two) = (of(&config, &here, &LINEAGE).unwrap(), of(&config, &here, &[8; 16]).unwrap());
        assert_ne!((one.address, one.agent), (two.address, two.agent));
        assert_ne!(one.address, one.agent);
        assert_eq!(mismatch(&config, &here, &[8; 16], Some(&one)), Some("ip"));
    }

    #[test]
    fn what_is_not_bound_fits_and_what_is_not_asked_for_is_not_bound() {
        let [ip, agent] = [(Some(IpPrefix::default()), false), (None, true)]
            .map(|(ip, agent)| config(ip, agent, ring("a", &[])));
        let (here, there) = (client("192.0.2.1", "Browser/1"), client("198.51.100.1", "Browser/2"));
        assert_eq!(mismatch(&ip, &there, &LINEAGE, None), None, "from before binding was switched on");
        let by_ip = of(&ip, &here, &LINEAGE).unwrap();
        assert_eq!(by_ip.agent, [0; 12]);
        assert_eq!(
            mismatch(&agent, &there, &LINEAGE, Some(&by_ip)),
            None,
            "bound to what is not asked any more"
        );
        let off = SessionConfig::default();
        assert_eq!(of(&off, &here, &LINEAGE), None);
        assert_eq!(mismatch(&off, &there, &LINEAGE, Some(&by_ip)), None);
        assert_eq!(
            kept(&off, Some(&here), &LINEAGE, Some(by_ip)),
            Some(by_ip),
            "another node may ask for it"
        );
    }

    #[test]
    fn another_number_of_bits_loses_nobody() {
        let keys = ring("a", &[]);
        let [wide, narrow] =
            [IpPrefix::default(), IpPrefix::STRICT].map(|ip| config(Some(ip), false, keys.clone()));
        for address in ["192.0.2.1", "2001:db8::1"] {
            let here = client(address, "");
            for (before, after) in [(&wide, &narrow), (&narrow, &wide)] {
                let bound = of(before, &here, &LINEAGE).unwrap();
                assert_eq!(mismatch(after, &here, &LINEAGE, Some(&bound)), None, "{address}");
            }
            let bound = of(&narrow, &here, &LINEAGE).unwrap();
            let neighbour = client(if address.contains(':') { "2001:db8:0:1::1" } else { "192.0.2.2" }, "");
            assert_eq!(mismatch(&wide, &neighbour, &LINEAGE, Some(&bound)), Some("ip"), "as bound as it was");
        }
    }

    #[test]
    fn a_change_of_keys_breaks_nothing_and_is_followed() {
        let config = |keys| config(Some(IpPrefix::default()), true, keys);
        let here = client("192.0.2.1", "Browser/1");
        let old = of(&config(ring("a", &[])), &here, &LINEAGE).unwrap();
        let changed = config(ring("b", &["a"]));
        assert_eq!(mismatch(&changed, &here, &LINEAGE, Some(&old)), None);

        let new = kept(&changed, Some(&here), &LINEAGE, Some(old)).unwrap();
        assert_eq!(new, of(&config(ring("b", &[])), &here, &LINEAGE).unwrap());
        assert_eq!(mismatch(&config(ring("b", &[])), &here, &LINEAGE, Some(&new)), None);
        assert_eq!(kept(&changed, Some(&here), &LINEAGE, Some(new)), Some(new));

        let there = client("198.51.100.1", "Browser/1");
        assert_eq!(
            kept(&changed, Some(&there), &LINEAGE, Some(old)),
            Some(old),
            "nobody else is bound in passing"
        );
        assert_eq!(kept(&changed, None, &LINEAGE, Some(old)), Some(old));
        assert_eq!(
            mismatch(&config(ring("b", &[])), &here, &LINEAGE, Some(&old)),
            Some("ip"),
            "its key is gone"
        );
    }
}
