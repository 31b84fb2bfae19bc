//! Which cookies are refused: those that a browser would drop, and those that are weaker than they look.

use super::attributes::{CookieConfig, SameSite};
use super::chunks::MAX_CHUNKS;

/// Longer names leave a value too little of the 4,096 bytes that browsers take for both (RFC 6265bis §5.6).
const MAX_NAME: usize = 256;
/// Browsers ignore a longer attribute value (RFC 6265bis §5.6).
const MAX_ATTRIBUTE: usize = 1_024;

/// Adds a sentence, cure included, for everything that is wrong with `config`.
pub(crate) fn check(config: &CookieConfig, problems: &mut Vec<String>) {
    name(&config.name, problems);
    path(&config.path, problems);
    if let Some(given) = &config.domain {
        domain(given, problems);
    }
    prefix(config, problems);
    chunks(config, problems);
    if !config.secure && config.same_site == SameSite::None {
        problems.push(
            "SameSite=None needs Secure, or browsers drop the cookie: leave Secure on, or choose SameSite=Lax"
                .to_owned(),
        );
    }
    if !config.secure && config.partitioned {
        problems.push(
            "a partitioned cookie needs Secure, or browsers drop it: leave Secure on, or do not partition it"
                .to_owned(),
        );
    }
}

fn name(name: &str, problems: &mut Vec<String>) {
    if name.is_empty() {
        problems.push("the cookie's name is empty: leave it away for the default".to_owned());
    } else if let Some(bad) = name.chars().find(|c| !is_token_char(*c)) {
        problems.push(format!(
            "the cookie name {name:?} has {bad:?} in it: use letters, digits, `-` and `_` (RFC 9110 token \
             characters)"
        ));
    } else if name.len() > MAX_NAME {
        problems.push(format!(
            "the cookie's name has {} bytes: use at most {MAX_NAME}, so that the value fits too",
            name.len()
        ));
    }
}

fn path(path: &str, problems: &mut Vec<String>) {
    if !path.starts_with('/') {
        problems.push(format!("the cookie path {path:?} does not begin with `/`: write \"/{path}\""));
    }
    if let Some(bad) = path.chars().find(|c| *c == ';' || !(' '..='~').contains(c)) {
        problems.push(format!(
            "the cookie path {path:?} has {bad:?} in it: percent-encode it or choose another path"
        ));
    }
    if path.len() > MAX_ATTRIBUTE {
        problems.push(format!(
            "the cookie's path has {} bytes: browsers ignore more than {MAX_ATTRIBUTE}",
            path.len()
        ));
    }
}

fn domain(domain: &str, problems: &mut Vec<String>) {
    if let Some(bare) = domain.strip_prefix('.') {
        problems.push(format!(
            "the cookie domain {domain:?} begins with a dot, which means nothing any more: write {bare:?}"
        ));
    } else if domain.split('.').any(str::is_empty)
        || !domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    {
        problems.push(format!(
            "the cookie domain {domain:?} is no host name: use letters, digits, `-` and dots between them \
             (punycode for others), without scheme and port"
        ));
    }
    if domain.len() > MAX_ATTRIBUTE {
        problems.push(format!(
            "the cookie's domain has {} bytes: browsers ignore more than {MAX_ATTRIBUTE}",
            domain.len()
        ));
    }
}

fn chunks(config: &CookieConfig, problems: &mut Vec<String>) {
    if !(1..=MAX_CHUNKS).contains(&config.chunks) {
        problems.push(format!(
            "a session cannot be spread over {} cookies: use 1 to {MAX_CHUNKS}, and remember that every request carries \
             all of them",
            config.chunks
        ));
    }
}

/// The prefixes are promises that browsers check, whatever their case (RFC 6265bis §4.1.3 and §5.4).
fn prefix(config: &CookieConfig, problems: &mut Vec<String>) {
    let name = &config.name;
    let prefix = ["__Host-", "__Secure-", "__Http-"]
        .into_iter()
        .find(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)));
    let Some(prefix) = prefix else {
        // OWASP ASVS 5.0, 3.3.1: without `__Host-` it must be `__Secure-`. A name of one's own is left to those who have
        // one, as long as no other host is meant to set the cookie.
        if config.secure && config.domain.is_some() {
            problems.push(format!(
                "the cookie {name:?} has a Domain, so that whoever controls the network could set it over plain HTTP \
                 for any host of that domain: name it \"__Secure-{name}\""
            ));
        }
        return;
    };
    if !config.secure {
        problems.push(format!(
            "the cookie name {name:?} begins with `{prefix}`, which needs Secure: leave Secure on, or give the cookie a \
             name without a prefix; for development on http://localhost there is `SessionConfig::development()`, among \
             settings the preset `development`"
        ));
    }
    if prefix != "__Host-" {
        return;
    }
    if config.domain.is_some() {
        problems.push(format!(
            "the cookie name {name:?} begins with `__Host-`, which allows no Domain: leave the Domain away, or \
             name the cookie `__Secure-…` to share it with subdomains"
        ));
    }
    if config.path != "/" {
        problems.push(format!(
            "the cookie name {name:?} begins with `__Host-`, which needs the path \"/\": leave the path away, \
             or name the cookie `__Secure-…`"
        ));
    }
}

/// RFC 9110 §5.6.2.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(config: &CookieConfig) -> Vec<String> {
        let mut problems = Vec::new();
        check(config, &mut problems);
        problems
    }

    fn cookie(name: &str, secure: bool, domain: Option<&str>, path: &str) -> CookieConfig {
        CookieConfig {
            name: name.to_owned(),
            secure,
            domain: domain.map(str::to_owned),
            path: path.to_owned(),
            ..CookieConfig::default()
        }
    }

    #[test]
    fn a_prefix_is_refused_without_what_it_promises() {
        let host = Some("example.org");
        for (name, secure, domain, path, count) in [
            ("__Host-a", true, None, "/", 0),
            ("__Host-a", false, None, "/", 1),
            ("__Host-a", true, host, "/", 1),
            ("__Host-a", true, None, "/app", 1),
            ("__HOST-a", false, host, "/app", 3),
            ("__host-a", true, host, "/", 1),
            ("__Host-Http-a", true, host, "/", 1),
            ("__Secure-a", true, host, "/app", 0),
            ("__Secure-a", false, None, "/", 1),
            ("__sEcUrE-a", false, None, "/", 1),
            ("__Http-a", true, host, "/app", 0),
            ("__http-a", false, None, "/", 1),
            ("__Hos-a", false, host, "/app", 0),
            ("__Hos-a", true, host, "/", 1),
            ("session", false, host, "/app", 0),
            ("session", true, None, "/app", 0),
            ("session", true, host, "/", 1),
        ] {
            let found = problems(&cookie(name, secure, domain, path));
            assert_eq!(found.len(), count, "{name} {secure} {domain:?} {path}: {found:#?}");
        }
    }

    #[test]
    fn cross_site_and_partitioned_cookies_need_secure() {
        let base = cookie("session", false, None, "/");
        assert!(problems(&base).is_empty());
        assert_eq!(problems(&CookieConfig { same_site: SameSite::None, ..base.clone() }).len(), 1);
        assert_eq!(problems(&CookieConfig { partitioned: true, ..base.clone() }).len(), 1);
        let secure = CookieConfig { same_site: SameSite::None, partitioned: true, secure: true, ..base };
        assert!(problems(&secure).is_empty());
    }

    #[test]
    fn a_session_is_in_one_to_four_cookies() {
        for (chunks, count) in [(0, 1), (1, 0), (2, 0), (4, 0), (5, 1), (usize::MAX, 1)] {
            let config = CookieConfig { chunks, ..CookieConfig::default() };
            assert_eq!(problems(&config).len(), count, "{chunks}");
        }
    }

    #[test]
    fn a_name_is_a_token() {
        for bad in ["", "a b", "a=b", "a;b", "a\"b", "a,b", "ä", "a\n", "a/b", "(a)", &"n".repeat(257)] {
            assert_eq!(problems(&cookie(bad, true, None, "/")).len(), 1, "{bad:?}");
        }
        for good in ["a", "session-id", "a.b_c", "!#$%&'*+^`|~", &"n".repeat(256)] {
            assert!(problems(&cookie(good, true, None, "/")).is_empty(), "{good:?}");
        }
    }

    #[test]
    fn a_path_begins_with_a_slash_and_cannot_end_the_attribute() {
        for bad in
            ["", "app", "/a;b", "/a\r\nSet-Cookie: x", "/ä", "/\u{7f}", &format!("/{}", "p".repeat(1024))]
        {
            assert!(!problems(&cookie("a", true, None, bad)).is_empty(), "{bad:?}");
        }
        for good in ["/", "/app", "/a%20b", "/a b"] {
            assert!(problems(&cookie("a", true, None, good)).is_empty(), "{good:?}");
        }
    }

    #[test]
    fn a_domain_is_a_host_name() {
        let problems = |domain| problems(&cookie("__Secure-a", true, Some(domain), "/"));
        for bad in ["", ".", ".example.org", "a..b", "a.", "a b", "a;b", "https://a", "a:80", "ä.de", "a_b\n"]
        {
            assert_eq!(problems(bad).len(), 1, "{bad:?}");
        }
        for good in ["example.org", "xn--4ca.de", "a-b.example", "localhost"] {
            assert!(problems(good).is_empty(), "{good:?}");
        }
    }
}
