use std::net::IpAddr;

use ipnet::IpNet;

/// Whose word on a client's address and scheme is taken. Default: nobody's; then forwarding headers are ignored, since any
/// client can write them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies {
    /// As they were written.
    pub(super) given: Vec<String>,
    pub(super) networks: Vec<IpNet>,
    pub(super) header: ForwardingHeader,
}

impl TrustedProxies {
    /// Whether a proxy with this address is trusted. IPv4 addresses in IPv6 form are IPv4 addresses.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether nobody is.
    pub const fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }

    /// In which headers they write.
    pub const fn header(&self) -> ForwardingHeader {
        self.header
    }
}

/// In which headers the trusted proxies write. It is one or the other: the one that the proxies do not write arrives as
/// the client wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ForwardingHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    #[default]
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The networks, and a sentence for each that is none or trusts too many.
pub(super) fn parse(given: &[String], problems: &mut Vec<String>) -> Vec<IpNet> {
    let mut networks = Vec::with_capacity(given.len());
    for text in given {
        let Ok(network) = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)) else {
            problems.push(format!(
                "the trusted proxy {text:?} is no address: write \"10.0.0.7\" or \"10.0.0.0/8\""
            ));
            continue;
        };
        if network.prefix_len() == 0 {
            problems.push(format!(
                "the trusted proxies {text:?} are everybody, so that every client could choose its address: write the \
                 networks of your proxies"
            ));
        } else if matches!(network.addr(), IpAddr::V6(address) if address.to_ipv4_mapped().is_some()) {
            problems.push(format!(
                "the trusted proxy {text:?} is an IPv4 address in IPv6 form, which never appears here: write it in IPv4 \
                 form"
            ));
        } else {
            networks.push(network.trunc());
        }
    }
    networks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted(given: &[&str]) -> Result<TrustedProxies, usize> {
        let given: Vec<_> = given.iter().map(|&text| text.to_owned()).collect();
        let mut problems = Vec::new();
        let networks = parse(&given, &mut problems);
        match problems.len() {
            0 => Ok(TrustedProxies { networks, ..TrustedProxies::default() }),
            count => Err(count),
        }
    }

    #[test]
    fn addresses_and_networks_are_trusted_and_nothing_beside_them() {
        let proxies = trusted(&["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1"]).unwrap();
        for inside in ["10.255.0.1", "192.0.2.7", "2001:db8:ffff::1", "::1", "::ffff:10.0.0.1"] {
            assert!(proxies.trusts(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "2001:db9::1", "::2", "::a00:1", "127.0.0.1"] {
            assert!(!proxies.trusts(outside.parse().unwrap()), "{outside}");
        }
        assert!(TrustedProxies::default().is_empty());
    }

    #[test]
    fn what_is_no_network_or_everybody_is_a_problem() {
        for bad in [
            "",
            "proxy.example",
            "10.0.0.0/33",
            "10.0.0",
            "0.0.0.0/0",
            "::/0",
            "::ffff:10.0.0.1",
            "10.0.0.1:80",
        ] {
            assert_eq!(trusted(&[bad]), Err(1), "{bad:?}");
        }
        assert_eq!(trusted(&["x", "y", "10.0.0.1"]), Err(2));
    }
}
