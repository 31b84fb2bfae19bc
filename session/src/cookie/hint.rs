//! What a client says that it has seen of its session.
//!
//! ```text
//! __Host-session-r=57
//! ```
//!
//! A revision in clear, beside the session's cookie and never instead of it. It is a lower bound for how old a copy may be
//! that a node of a cluster answers with, and nothing else goes by it. Whoever forges a high one makes the store be asked
//! once for each of his requests, as if there were no copies; a low one is what none is.

use super::read::candidates;

/// After the name of the session's cookie.
pub(super) const SUFFIX: &str = "-r";

/// The highest revision that a request says it has seen.
pub(crate) fn seen<'a>(headers: impl Iterator<Item = &'a [u8]>, name: &str) -> Option<u64> {
    let found = candidates(headers, &[name, SUFFIX].concat());
    found.values().iter().filter_map(|value| number(value)).max()
}

/// A number without a sign, as it is written.
fn number(value: &[u8]) -> Option<u64> {
    let digits = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_in(header: &str) -> Option<u64> {
        seen([header.as_bytes()].into_iter(), "__Host-session")
    }

    #[test]
    fn a_hint_is_a_number_under_its_own_name_and_the_highest_counts() {
        assert_eq!(seen_in("a=1; __Host-session-r=57; __Host-session=abc"), Some(57));
        assert_eq!(seen_in("__Host-session-r=7; __Host-session-r=9"), Some(9));
        assert_eq!(seen_in("__Host-session-r=18446744073709551615"), Some(u64::MAX));
    }

    #[test]
    fn anything_else_is_no_hint() {
        for text in ["", "-1", "+1", "0x1", "1.5", "18446744073709551616", "57 ", "abc"] {
            let expected = (text == "57 ").then_some(57);
            assert_eq!(seen_in(&format!("__Host-session-r={text}")), expected, "{text:?}");
        }
        assert_eq!(seen_in("__Host-session=57"), None);
        assert_eq!(seen_in("__Host-session-rr=57"), None);
    }
}
