//! Reading one line of a forwarding header. Clients write into these lines before proxies do, so what is not exactly in
//! the header's form is nothing at all: half-understood quotes are how a client hides what a proxy added.

use std::net::{IpAddr, SocketAddr};

use super::Scheme;

/// Longer lines of `Forwarded` are not read: 4 KiB are some forty proxies.
const MAX_LINE: usize = 4_096;

/// Longer texts are no address: 39 characters, a port, brackets and quotes.
const MAX_ADDRESS: usize = 64;

/// What one proxy says of the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hop {
    /// Its address, where the proxy tells it.
    pub(super) address: Option<IpAddr>,
    /// How its request came.
    pub(super) scheme: Option<Scheme>,
}

/// The elements of one line of `Forwarded` (RFC 7239 §4), in order; none if the line is malformed.
///
/// Two liberties are taken, because proxies do: blanks around `;`, and ports and brackets without quotes.
pub(super) fn elements(line: &[u8]) -> Option<Vec<Hop>> {
    if line.len() > MAX_LINE {
        return None;
    }
    let mut hops = Vec::new();
    let mut rest = line;
    loop {
        let mut hop = Hop::default();
        let (mut has_for, mut has_proto, mut is_empty) = (false, false, true);
        loop {
            rest = rest.trim_ascii_start();
            if !matches!(rest.first(), None | Some(b';' | b',')) {
                let (name, value, after) = pair(rest)?;
                (rest, is_empty) = (after.trim_ascii_start(), false);
                if name.eq_ignore_ascii_case(b"for") && !std::mem::replace(&mut has_for, true) {
                    hop.address = address(value);
                } else if name.eq_ignore_ascii_case(b"proto") && !std::mem::replace(&mut has_proto, true) {
                    hop.scheme = scheme(value);
                } else if name.eq_ignore_ascii_case(b"for") || name.eq_ignore_ascii_case(b"proto") {
                    return None;
                }
            }
            match rest.split_first() {
                Some((b';', after)) => rest = after,
                None | Some((b',', _)) => break,
                Some(_) => return None,
            }
        }
        if !is_empty {
            hops.push(hop);
        }
        match rest.split_first() {
            Some((_, after)) => rest = after,
            None => return Some(hops),
        }
    }
}

/// `name=value`, and what stands behind it. The value of a quoted string is what is between the quotes, as it is written.
fn pair(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'=')?;
    let (name, rest) = (&text[..end], &text[end + 1..]);
    if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix(b"\"") {
        let mut escaped = false;
        let end = quoted.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        })?;
        return Some((name, &quoted[..end], &quoted[end + 1..]));
    }
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\' | b'=');
    let end = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
    (end > 0).then(|| (name, &rest[..end], &rest[end..]))
}

/// An address as proxies write it: bare, in brackets, with a port. Obfuscated ones (`unknown`, `_proxy7`) are none.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok().filter(|text| text.len() <= MAX_ADDRESS)?.trim_ascii();
    let bare = || text.parse::<IpAddr>().ok();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare().or_else(bracketed).or_else(with_port).map(|address| address.to_canonical())
}

/// `http` or `https`.
pub(super) fn scheme(text: &[u8]) -> Option<Scheme> {
    match text.trim_ascii() {
        text if text.eq_ignore_ascii_case(b"https") => Some(Scheme::Https),
        text if text.eq_ignore_ascii_case(b"http") => Some(Scheme::Http),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hop(address: &str, scheme: Option<Scheme>) -> Hop {
        Hop { address: address.parse().ok(), scheme }
    }

    #[test]
    fn elements_are_read_as_rfc_7239_writes_them() {
        for (line, expected) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", vec![hop("192.0.2.60", Some(Scheme::Http))]),
            ("for=192.0.2.43, for=198.51.100.17", vec![hop("192.0.2.43", None), hop("198.51.100.17", None)]),
            ("For=\"[2001:db8:cafe::17]:4711\"", vec![hop("2001:db8:cafe::17", None)]),
            ("for=\"192.0.2.1:80\" ; PROTO=HTTPS", vec![hop("192.0.2.1", Some(Scheme::Https))]),
            ("for=192.0.2.1:80,for=[::1]", vec![hop("192.0.2.1", None), hop("::1", None)]),
            ("for=unknown;proto=https", vec![hop("", Some(Scheme::Https))]),
            ("for=\"_gazonk\"", vec![hop("", None)]),
            ("by=\"a, b;c\\\"\";for=192.0.2.1", vec![hop("192.0.2.1", None)]),
            ("for=\"::ffff:192.0.2.1\"", vec![hop("192.0.2.1", None)]),
            (", ,for=192.0.2.1,;,", vec![hop("192.0.2.1", None)]),
            ("", vec![]),
        ] {
            assert_eq!(elements(line.as_bytes()), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_malformed_line_is_nothing_at_all() {
        for line in [
            "for",
            "for=",
            "=1",
            "for=\"192.0.2.1",
            "for=192.0.2.1 x",
            "for=192.0.2.1;for=192.0.2.2",
            "proto=http;for=192.0.2.1;proto=https",
            "for=\"192.0.2.1\"x",
            // A client that leaves a quote open, so that what the proxy adds is inside of it.
            "for=6.6.6.6;x=\", for=192.0.2.1",
            "for=6.6.6.6;x=\", for=\"[2001:db8::1]\"",
            "for=6.6.6.6;x=\", for=192.0.2.1, for=\"[2001:db8::1]\"",
            "for=6.6.6.6;x=\", for=\"[2001:db8::1]\", for=\"[2001:db8::2]\"",
            "for=6.6.6.6;x=\"\\, for=\"192.0.2.1:80\"",
            "for=ü",
        ] {
            assert_eq!(elements(line.as_bytes()), None, "{line}");
        }
        let long = format!("for={}", "1".repeat(MAX_LINE));
        assert_eq!(elements(long.as_bytes()), None);
    }

    #[test]
    fn an_address_is_read_with_and_without_port() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1:4711 ", Some("192.0.2.1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:80", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("", None),
            ("unknown", None),
            ("_hidden", None),
            ("192.0.2", None),
            ("192.0.2.1:x", None),
            ("[192.0.2.1]", None),
            ("fe80::1%eth0", None),
            ("01.2.3.4", None),
        ] {
            assert_eq!(address(text.as_bytes()), expected.map(|text| text.parse().unwrap()), "{text:?}");
        }
        assert_eq!(address(&[b'1'; 65]), None);
    }

    proptest! {
        #[test]
        fn no_line_fails_or_has_more_elements_than_commas(line in "(for|proto|by|=|;|,|\"|\\\\| |\\[|\\]|[0-9.:a-f]){0,80}") {
            let commas = line.bytes().filter(|byte| *byte == b',').count();
            prop_assert!(elements(line.as_bytes()).is_none_or(|hops| hops.len() <= commas + 1));
        }

        #[test]
        fn what_a_client_writes_never_changes_what_the_last_proxy_says(line in "(for=|\"|\\\\|,|;|x=| |6\\.6\\.6\\.6){0,20}") {
            let all = format!("{line}, for=\"[2001:db8::1]\";proto=https");
            if let Some(hops) = elements(all.as_bytes()) {
                prop_assert_eq!(hops.last().unwrap(), &hop("2001:db8::1", Some(Scheme::Https)));
            }
        }

        #[test]
        fn arbitrary_bytes_are_read_without_a_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = elements(&line);
            let _ = address(&line);
        }
    }
}
