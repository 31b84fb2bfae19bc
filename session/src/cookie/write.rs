//! Every byte of our `Set-Cookie` lines.

use std::fmt::Write as _;
use std::time::Duration;

use super::attributes::CookieConfig;
use super::hint::SUFFIX;

/// The longest life that browsers give a cookie: 400 days (RFC 6265bis §5.5).
pub const MAX_AGE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The `Set-Cookie` line that gives the client `value`, for `max_age` or, without one, until the browser closes.
///
/// `max_age` is rounded down to whole seconds, so that the cookie never outlives its session, and is at most
/// [`MAX_AGE`]. `value` must consist of cookie octets (RFC 6265 §4.1.1); tokens do.
pub fn issue(config: &CookieConfig, value: &str, max_age: Option<Duration>) -> String {
    given(config, 0, "", value, max_age)
}

/// The `Set-Cookie` line that tells the client, for as long as copies may lag behind, which revision it has seen. Not secret:
/// the revision stands there in clear.
pub fn hint(config: &CookieConfig, revision: u64, lag: Duration) -> String {
    let mut line = String::with_capacity(config.name.len() + 96);
    line.push_str(&config.name);
    line.push_str(SUFFIX);
    number(&mut line, "=", revision);
    scope(&mut line, config);
    // Rounded up: what is not covered by the hint is covered by the lag.
    let seconds = lag.as_secs() + u64::from(lag.subsec_nanos() > 0);
    number(&mut line, "; Max-Age=", seconds.min(MAX_AGE.as_secs()));
    line
}

/// The line that gives the client the first of `count` parts of a text.
pub(super) fn issue_first(
    config: &CookieConfig,
    count: usize,
    chunk: &str,
    max_age: Option<Duration>,
) -> String {
    given(config, 0, &format!("{count}."), chunk, max_age)
}

/// The line that gives the client another part of a text.
pub(super) fn issue_part(
    config: &CookieConfig,
    part: usize,
    chunk: &str,
    max_age: Option<Duration>,
) -> String {
    given(config, part, "", chunk, max_age)
}

fn given(config: &CookieConfig, part: usize, before: &str, value: &str, max_age: Option<Duration>) -> String {
    debug_assert!(value.bytes().all(is_cookie_octet), "a cookie's value would break its line");
    let mut line = String::with_capacity(config.name.len() + value.len() + 96);
    name(&mut line, config, part);
    line.push_str(before);
    line.push_str(value);
    scope(&mut line, config);
    if let Some(max_age) = max_age {
        number(&mut line, "; Max-Age=", max_age.min(MAX_AGE).as_secs());
    }
    line
}

/// The `Set-Cookie` line that takes the cookie away. It has the very name, path, domain, partition and flags with which
/// the cookie was [issued](issue): with any other the browser would keep it.
pub fn remove(config: &CookieConfig) -> String {
    remove_part(config, 0)
}

/// The same for one of the further cookies of a text that was in several.
pub(super) fn remove_part(config: &CookieConfig, part: usize) -> String {
    let mut line = String::with_capacity(config.name.len() + 144);
    name(&mut line, config, part);
    scope(&mut line, config);
    // `Expires` too, for what is older than `Max-Age`.
    line.push_str("; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    line
}

/// The name of the session's cookie or, after a dot, of a further one. Whatever prefix the name has, they have.
fn name(line: &mut String, config: &CookieConfig, part: usize) {
    line.push_str(&config.name);
    if part > 0 {
        write!(line, ".{part}").expect("a String takes everything");
    }
    line.push('=');
}

/// Who gets the cookie: the same text for [`issue`] and [`remove`].
fn scope(line: &mut String, config: &CookieConfig) {
    line.push_str("; Path=");
    line.push_str(&config.path);
    if let Some(domain) = &config.domain {
        line.push_str("; Domain=");
        line.push_str(domain);
    }
    if config.secure {
        line.push_str("; Secure");
    }
    line.push_str("; HttpOnly; SameSite=");
    write!(line, "{}", config.same_site).expect("a String takes everything");
    if config.partitioned {
        line.push_str("; Partitioned");
    }
}

fn number(line: &mut String, name: &str, value: u64) {
    write!(line, "{name}{value}").expect("a String takes everything");
}

/// RFC 6265 §4.1.1: visible ASCII without quotes, comma, semicolon and backslash.
fn is_cookie_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::SameSite;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn everything() -> CookieConfig {
        CookieConfig {
            name: "__Secure-app".to_owned(),
            path: "/app".to_owned(),
            domain: Some("example.org".to_owned()),
            secure: true,
            same_site: SameSite::None,
            partitioned: true,
            chunks: 1,
        }
    }

    #[test]
    fn the_default_cookie_is_bound_to_the_host_and_ends_with_the_browser() {
        assert_eq!(
            issue(&CookieConfig::default(), "abc", None),
            "__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn a_hint_is_beside_the_sessions_cookie_and_ends_when_no_copy_can_lag_any_more() {
        assert_eq!(
            hint(&CookieConfig::default(), 57, Duration::from_millis(1_500)),
            "__Host-session-r=57; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2"
        );
    }

    #[test]
    fn every_attribute_is_written() {
        assert_eq!(
            issue(&everything(), "abc", Some(DAY)),
            "__Secure-app=abc; Path=/app; Domain=example.org; Secure; HttpOnly; SameSite=None; Partitioned; \
             Max-Age=86400"
        );
    }

    #[test]
    fn a_removal_has_the_identical_tuple_as_the_issue() {
        for config in [CookieConfig::default(), everything()] {
            for part in 0..4 {
                let issued = issue_part(&config, part, "", None);
                assert_eq!(
                    remove_part(&config, part).strip_prefix(&issued),
                    Some("; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
                );
            }
        }
    }

    #[test]
    fn an_age_is_whole_seconds_rounded_down_and_at_most_400_days() {
        let age = |age| {
            let line = issue(&CookieConfig::default(), "x", Some(age));
            line.rsplit_once("; Max-Age=").unwrap().1.to_owned()
        };
        assert_eq!(age(Duration::from_millis(1_999)), "1");
        assert_eq!(age(400 * DAY), "34560000");
        assert_eq!(age(401 * DAY), "34560000");
        assert_eq!(age(Duration::MAX), "34560000");
    }
}
