//! The client that trusted proxies name.

use std::net::IpAddr;

use super::forwarded::{Hop, address, elements, scheme};
use super::{Headers, Scheme};
use crate::config::{ForwardingHeader, TrustedProxies};

/// More proxies than these in a row are no real deployment.
const MAX_HOPS: usize = 32;

/// Whom the proxies name, and how its request came to them.
///
/// The list is read from its end, where the nearest proxy wrote: each address of a trusted proxy vouches for the one before
/// it, and the first that is not one is the client's. What stands before that is the client's own word. A proxy that hides
/// the address, an unreadable list and no list at all leave the client unknown.
pub(super) fn client(proxies: &TrustedProxies, headers: &dyn Headers) -> (Option<IpAddr>, Option<Scheme>) {
    match proxies.header() {
        ForwardingHeader::Forwarded => {
            let lines = headers.lines("forwarded");
            // A malformed line hides everything before it; what is behind it was read by then.
            let hops = lines.iter().rev().flat_map(|line| {
                match elements(line) {
                    Some(hops) => hops,
                    None => vec![Hop::default()],
                }
                .into_iter()
                .rev()
            });
            let found = walk(proxies, hops.map(|hop| (hop.address, hop)));
            (found.and_then(|(_, hop)| hop.address), found.and_then(|(_, hop)| hop.scheme))
        }
        ForwardingHeader::XForwarded => {
            let lines = headers.lines("x-forwarded-for");
            let found = walk(proxies, from_the_end(&lines).map(|hop| (address(hop), address(hop))));
            let Some((at, address)) = found else { return (None, None) };
            (address, scheme_of_hop(&headers.lines("x-forwarded-proto"), at))
        }
    }
}

/// The first hop that is not a trusted proxy's, or the last one if all are; with its place. None if there is none, or too
/// many are trusted.
fn walk<H>(proxies: &TrustedProxies, hops: impl Iterator<Item = (Option<IpAddr>, H)>) -> Option<(usize, H)> {
    let mut last = None;
    for (at, (address, hop)) in hops.enumerate() {
        if at == MAX_HOPS {
            return None;
        }
        last = Some((at, hop));
        if !address.is_some_and(|address| proxies.trusts(address)) {
            break;
        }
    }
    last
}

/// One value stands for the whole way: proxies in front replace it. Of a list it is the one beside the client's address.
fn scheme_of_hop(lines: &[&[u8]], at: usize) -> Option<Scheme> {
    let mut values = from_the_end(lines);
    let (first, second) = (values.next()?, values.next());
    match second {
        None => scheme(first),
        Some(_) => from_the_end(lines).nth(at).and_then(scheme),
    }
}

/// The members of a list over several lines, the last one first.
fn from_the_end<'a>(lines: &'a [&'a [u8]]) -> impl Iterator<Item = &'a [u8]> {
    let members = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    members.map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Arrival, Client};
    use crate::config::SessionConfig;

    struct Given(&'static [(&'static str, &'static str)]);

    impl Headers for Given {
        fn lines(&self, name: &'static str) -> Vec<&[u8]> {
            self.0.iter().filter(|(given, _)| *given == name).map(|(_, value)| value.as_bytes()).collect()
        }
    }

    const PROXY: &str = "10.0.0.1";

    /// The client's address and scheme, of a request from `peer` over plain HTTP.
    fn seen(
        header: ForwardingHeader,
        peer: Option<&str>,
        headers: &'static [(&'static str, &'static str)],
    ) -> (Option<String>, Option<Scheme>) {
        let config =
            SessionConfig::builder().trusted_proxies(["10.0.0.0/8", "::1"]).forwarding_header(header);
        let arrival = Arrival {
            peer: peer.map(|peer| peer.parse().unwrap()),
            scheme: Some(Scheme::Http),
            headers: &Given(headers),
        };
        let client = Client::of(&config.build().unwrap(), &arrival);
        (client.address.map(|address| address.to_string()), client.scheme)
    }

    #[test]
    fn headers_of_whoever_is_no_trusted_proxy_are_ignored() {
        let lies: &[_] = &[
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=192.0.2.1;proto=https"),
            ("x-real-ip", "192.0.2.1"),
        ];
        for header in [ForwardingHeader::XForwarded, ForwardingHeader::Forwarded] {
            let peer = seen(header, Some("198.51.100.9"), lies);
            assert_eq!(peer, (Some("198.51.100.9".to_owned()), Some(Scheme::Http)));
            assert_eq!(seen(header, None, lies), (None, Some(Scheme::Http)));
        }
    }

    #[test]
    fn the_last_address_that_is_no_trusted_proxys_is_the_client() {
        for (headers, expected) in [
            (&[("x-forwarded-for", "192.0.2.1")][..], Some("192.0.2.1")),
            (&[("x-forwarded-for", "6.6.6.6, 192.0.2.1")], Some("192.0.2.1")),
            (&[("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.0.0.2")], Some("192.0.2.1")),
            (&[("x-forwarded-for", "10.0.0.3, 192.0.2.1, 10.0.0.2")], Some("192.0.2.1")),
            (
                &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "192.0.2.1 ,10.0.0.2")],
                Some("192.0.2.1"),
            ),
            (&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "10.0.0.2")], Some("192.0.2.1")),
            (&[("x-forwarded-for", "[2001:db8::1]:80")], Some("2001:db8::1")),
            (&[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], Some("10.0.0.3")),
            (&[("x-forwarded-for", "192.0.2.1, ,")], Some("192.0.2.1")),
            // A proxy that hides it, and what is no address.
            (&[("x-forwarded-for", "192.0.2.1, unknown")], None),
            (&[("x-forwarded-for", "192.0.2.1, junk, 10.0.0.2")], None),
            // A trusted proxy that says nothing: nobody is guessed, least of all the proxy.
            (&[("x-forwarded-for", "")], None),
            (&[("forwarded", "for=192.0.2.1")], None),
            (&[], None),
        ] {
            let (address, _) = seen(ForwardingHeader::XForwarded, Some(PROXY), headers);
            assert_eq!(address.as_deref(), expected, "{headers:?}");
        }
    }

    #[test]
    fn forwarded_is_read_by_the_same_rule() {
        for (headers, expected, scheme) in [
            (&[("forwarded", "for=192.0.2.1;proto=https")][..], Some("192.0.2.1"), Some(Scheme::Https)),
            (
                &[(
                    "forwarded",
                    "for=6.6.6.6;proto=https, for=192.0.2.1;proto=http, for=10.0.0.2;proto=https",
                )],
                Some("192.0.2.1"),
                Some(Scheme::Http),
            ),
            (&[("forwarded", "for=6.6.6.6"), ("forwarded", "for=192.0.2.1")], Some("192.0.2.1"), None),
            // Malformed before what counts, and where it counts.
            (&[("forwarded", "for=\"6.6.6.6"), ("forwarded", "for=192.0.2.1")], Some("192.0.2.1"), None),
            (&[("forwarded", "for=\"6.6.6.6"), ("forwarded", "for=10.0.0.2")], None, None),
            (&[("forwarded", "for=6.6.6.6;x=\", for=192.0.2.1")], None, None),
            (&[("forwarded", "for=_hidden;proto=https")], None, Some(Scheme::Https)),
            (&[("x-forwarded-for", "192.0.2.1")], None, None),
        ] {
            let (address, found) = seen(ForwardingHeader::Forwarded, Some(PROXY), headers);
            assert_eq!((address.as_deref(), found), (expected, scheme), "{headers:?}");
        }
    }

    #[test]
    fn the_scheme_is_the_one_beside_the_client() {
        let with = |headers| seen(ForwardingHeader::XForwarded, Some("::1"), headers).1;
        for (headers, expected) in [
            (&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")][..], Some(Scheme::Https)),
            (&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "HTTP")], Some(Scheme::Http)),
            // Replaced by the first proxy, passed on by the second.
            (
                &[("x-forwarded-for", "192.0.2.1, 10.0.0.2"), ("x-forwarded-proto", "https")],
                Some(Scheme::Https),
            ),
            // One from each.
            (
                &[("x-forwarded-for", "192.0.2.1, 10.0.0.2"), ("x-forwarded-proto", "https, http")],
                Some(Scheme::Https),
            ),
            (&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https, http")], Some(Scheme::Http)),
            (&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "gopher")], None),
            (&[("x-forwarded-for", "192.0.2.1")], None),
        ] {
            assert_eq!(with(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_list_of_nothing_but_proxies_is_read_so_far_and_no_further() {
        let text = |count| -> &'static [(&'static str, &'static str)] {
            let list: &'static str = vec!["10.0.0.2"; count].join(",").leak();
            vec![("x-forwarded-for", list)].leak()
        };
        let address = |count| seen(ForwardingHeader::XForwarded, Some(PROXY), text(count)).0;
        assert_eq!(address(MAX_HOPS).as_deref(), Some("10.0.0.2"));
        assert_eq!(address(MAX_HOPS + 1), None);
        assert_eq!(address(10_000), None);
    }
}
