//! Whether one of the site's own pages sent a request, as far as the browser tells.
//!
//! `Sec-Fetch-Site` (W3C Fetch Metadata) where it is sent, `Origin` (RFC 6454, Fetch) otherwise. Scripts cannot set either.
//! What sends neither is no browser of this decade: it either has no cookies, or not because a foreign page made it.

use crate::client::Headers;

/// Who made the client send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provenance {
    /// A page of this very origin, or the person at the browser.
    Own,
    /// A page of an origin that the app named.
    Trusted,
    /// Nobody says.
    Unknown,
    /// A page of another site, or another host of this one.
    Foreign,
}

/// Who made the client send a request to `host`. `trusted` are origins as browsers write them.
pub(crate) fn provenance(headers: &dyn Headers, host: Option<&str>, trusted: &[String]) -> Provenance {
    let origins = headers.lines("origin");
    let is_trusted = |origin: &[u8]| trusted.iter().any(|name| origin.eq_ignore_ascii_case(name.as_bytes()));
    let is_own = |origin: &[u8]| host.is_some_and(|host| is_of_host(origin, host));
    match (&headers.lines("sec-fetch-site")[..], &origins[..]) {
        ([site], _) if [&b"same-origin"[..], b"none"].contains(site) => Provenance::Own,
        ([_], [origin]) if is_trusted(origin) => Provenance::Trusted,
        ([], []) => Provenance::Unknown,
        ([], [origin]) if is_own(origin) => Provenance::Own,
        ([], [origin]) if is_trusted(origin) => Provenance::Trusted,
        _ => Provenance::Foreign,
    }
}

/// Whether that is the text of an origin: scheme and authority and nothing else, in lower case.
pub(crate) fn is_origin(text: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let is_host_char = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'.' | b'-' | b':' | b'[' | b']' | b'_')
    };
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(is_host_char))
}

/// Whether the origin's authority is that host. The scheme is not compared: behind a proxy it may not be known.
fn is_of_host(origin: &[u8], host: &str) -> bool {
    let schemes = [(&b"https://"[..], ":443"), (b"http://", ":80")];
    schemes.iter().any(|(scheme, port)| {
        // Browsers leave a default port away, proxies may add it.
        let host = host.strip_suffix(port).unwrap_or(host).as_bytes();
        origin.strip_prefix(*scheme).is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Given(Vec<(&'static str, &'static str)>);

    impl Headers for Given {
        fn lines(&self, name: &'static str) -> Vec<&[u8]> {
            self.0.iter().filter(|(given, _)| *given == name).map(|(_, value)| value.as_bytes()).collect()
        }
    }

    fn of(headers: &[(&'static str, &'static str)]) -> Provenance {
        let trusted = ["https://sso.example".to_owned()];
        provenance(&Given(headers.to_vec()), Some("shop.example"), &trusted)
    }

    #[test]
    fn the_browsers_word_on_the_site_comes_first() {
        let site = |value| ("sec-fetch-site", value);
        for (headers, expected) in [
            (&[site("same-origin")][..], Provenance::Own),
            (&[site("none")], Provenance::Own),
            (&[site("same-site")], Provenance::Foreign),
            (&[site("cross-site")], Provenance::Foreign),
            (&[site("")], Provenance::Foreign),
            (&[site("Same-Origin")], Provenance::Foreign),
            (&[site("same-origin"), site("same-origin")], Provenance::Foreign),
            (&[site("cross-site"), ("origin", "https://shop.example")], Provenance::Foreign),
            (&[site("cross-site"), ("origin", "https://sso.example")], Provenance::Trusted),
            (&[site("same-origin"), ("origin", "https://evil.example")], Provenance::Own),
        ] {
            assert_eq!(of(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn without_it_the_origin_must_be_this_host() {
        let origin = |value| ("origin", value);
        for (headers, expected) in [
            (&[][..], Provenance::Unknown),
            (&[origin("https://shop.example")], Provenance::Own),
            (&[origin("http://SHOP.example")], Provenance::Own),
            (&[origin("https://sso.example")], Provenance::Trusted),
            (&[origin("http://sso.example")], Provenance::Foreign),
            (&[origin("https://sso.example.evil.example")], Provenance::Foreign),
            (&[origin("https://shop.example.evil.example")], Provenance::Foreign),
            (&[origin("https://evil-shop.example")], Provenance::Foreign),
            (&[origin("https://www.shop.example")], Provenance::Foreign),
            (&[origin("https://shop.example:8443")], Provenance::Foreign),
            (&[origin("ftp://shop.example")], Provenance::Foreign),
            (&[origin("shop.example")], Provenance::Foreign),
            (&[origin("null")], Provenance::Foreign),
            (&[origin("")], Provenance::Foreign),
            (&[origin("https://shop.example"), origin("https://shop.example")], Provenance::Foreign),
        ] {
            assert_eq!(of(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_default_port_is_no_other_host_and_an_unknown_host_is() {
        let to = |host| provenance(&Given(vec![("origin", "https://shop.example")]), host, &[]);
        assert_eq!(to(Some("shop.example:443")), Provenance::Own);
        assert_eq!(to(Some("shop.example:80")), Provenance::Foreign);
        assert_eq!(to(None), Provenance::Foreign);
    }

    #[test]
    fn an_origin_is_scheme_and_authority() {
        for good in ["https://sso.example", "http://localhost:3000", "https://[2001:db8::1]:8443"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "",
            "sso.example",
            "https://",
            "https://sso.example/",
            "https://SSO.example",
            "null",
            "*",
            "https://*",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
