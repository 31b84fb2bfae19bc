//! Where to go after signing in: a path of this site, and nothing else.

/// Longer ones are refused: they come from attacks and broken loops, and would not fit some proxies' header lines.
const MAX: usize = 2_048;

/// `path`, if a browser that is redirected to it stays on this site.
///
/// For the parameter that the guard adds to the sign-in path, after it was percent-decoded: anybody can write anything
/// there, and a redirect to `//evil.example` or `https:evil.example` after a sign-in is phishing with your own domain.
/// A local path begins with one `/`, has no backslash (browsers take it for a slash) and consists of visible ASCII
/// characters, so that it is a header value too; it is at most 2,048 bytes long.
///
/// ```
/// use session::tower::local_return_path;
///
/// assert_eq!(local_return_path("/orders?page=2"), Some("/orders?page=2"));
/// assert_eq!(local_return_path("//evil.example"), None);
/// assert_eq!(local_return_path("https://evil.example"), None);
/// ```
pub fn local_return_path(path: &str) -> Option<&str> {
    let mut bytes = path.bytes();
    let local = bytes.next() == Some(b'/')
        && bytes.next() != Some(b'/')
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && path.len() <= MAX;
    local.then_some(path)
}

/// As the value of a query parameter: everything but unreserved characters and `/` is percent-encoded, so that no `&`
/// of the path ends the parameter (RFC 3986 §2.3 and §3.4).
pub(crate) fn encode(path: &str, query: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            query.push(char::from(byte));
        } else {
            query.push('%');
            query.push(char::from(HEX[usize::from(byte >> 4)]));
            query.push(char::from(HEX[usize::from(byte & 0xf)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_return_path_stays_on_this_site() {
        let long = format!("/{}", "a".repeat(MAX - 1));
        for good in ["/", "/a", "/a/b?c=d&e=f#g", "/a//b", "/?//x", "/%2f/x", "/@evil", long.as_str()] {
            assert_eq!(local_return_path(good), Some(good));
        }
        let too_long = format!("{long}a");
        for bad in [
            "",
            "a",
            "?a",
            "//",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example",
            "https:/evil.example",
            "javascript:alert(1)",
            " /a",
            "\t//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a b",
            "/a\r\nSet-Cookie: x=y",
            "/\0",
            "/\u{7f}",
            "/ä",
            "/\u{2028}",
            too_long.as_str(),
        ] {
            assert_eq!(local_return_path(bad), None, "{bad:?}");
        }
    }

    fn encoded(path: &str) -> String {
        let mut query = String::new();
        encode(path, &mut query);
        query
    }

    #[test]
    fn nothing_in_a_path_ends_the_parameter() {
        assert_eq!(encoded("/a/b-c_d.e~f?x=1&y=%20#z+"), "/a/b-c_d.e~f%3Fx%3D1%26y%3D%2520%23z%2B");
    }

    proptest! {
        #[test]
        fn an_encoded_path_has_only_harmless_characters(path in "\\PC{0,40}") {
            prop_assert!(encoded(&path).bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)));
        }
    }
}
