//! Finding our cookie among whatever a client sends.

use std::fmt;

/// How many different values under our name are looked at. One is usual; two come from a cookie that a subdomain or an
/// older deployment set; more than three is somebody's game.
pub const MAX_CANDIDATES: usize = 3;

/// The different values that a request has under our cookie's name, in the order in which they came.
///
/// Which of them is a session is for the store to say: the order of cookies is in the hands of whoever can set one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Candidates<'a> {
    values: [&'a [u8]; MAX_CANDIDATES],
    len: usize,
    overflow: bool,
}

impl<'a> Candidates<'a> {
    pub(super) const NONE: Self = Self { values: [&[]; MAX_CANDIDATES], len: 0, overflow: false };

    /// The values: at most [`MAX_CANDIDATES`], none twice, each of visible ASCII and not empty.
    pub fn values(&self) -> &[&'a [u8]] {
        &self.values[..self.len]
    }

    /// Whether there were more than were kept.
    pub const fn overflow(&self) -> bool {
        self.overflow
    }

    /// Whether there was none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn keep(&mut self, value: &'a [u8]) {
        if self.values().contains(&value) {
            return;
        }
        if let Some(slot) = self.values.get_mut(self.len) {
            *slot = value;
            self.len += 1;
        } else {
            self.overflow = true;
        }
    }
}

/// Values are credentials: how many there are is all that is shown.
impl fmt::Debug for Candidates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidates")
            .field("len", &self.len)
            .field("overflow", &self.overflow)
            .finish_non_exhaustive()
    }
}

/// The values of the cookie `name` in any number of `Cookie` headers: HTTP/2 and HTTP/3 split them.
///
/// Names are compared as they are, case included. A value may stand in double quotes, which are taken off. What is not
/// a pair, is empty, or holds anything but visible ASCII is passed over. Time is linear in the bytes given, nothing is
/// allocated, and no input fails.
pub fn candidates<'a>(headers: impl Iterator<Item = &'a [u8]>, name: &str) -> Candidates<'a> {
    candidates_where(headers, name, |_| true)
}

/// As [`candidates`], but only of values that are `well_formed`, so that junk under our name cannot crowd out the
/// session's own cookie. `well_formed` is called once per value and must not cost more than reading it.
pub fn candidates_where<'a>(
    headers: impl Iterator<Item = &'a [u8]>,
    name: &str,
    well_formed: impl Fn(&[u8]) -> bool,
) -> Candidates<'a> {
    let mut found = Candidates::NONE;
    for header in headers {
        for rest in pairs(header, name.as_bytes()) {
            if let Some(value) = rest.strip_prefix(b"=").and_then(plain)
                && well_formed(value)
            {
                found.keep(value);
            }
        }
    }
    found
}

/// What follows `name` in the pairs of a header that begin with it.
pub(super) fn pairs<'a>(header: &'a [u8], name: &[u8]) -> impl Iterator<Item = &'a [u8]> {
    header.split(|byte| *byte == b';').filter_map(move |pair| trim(pair).strip_prefix(name))
}

/// A value without its quotes.
pub(super) fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        bare => bare,
    }
}

/// A value without its quotes, if it is one.
fn plain(value: &[u8]) -> Option<&[u8]> {
    let value = unquoted(value);
    // A quote inside is no cookie octet; neither is what the filter below refuses.
    let plain = value.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'"');
    (plain && !value.is_empty()).then_some(value)
}

/// Without the blanks and tabs around it (RFC 9110 calls them OWS; other white space does not belong into a header).
fn trim(mut pair: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = pair {
        pair = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = pair {
        pair = rest;
    }
    pair
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found<'a>(headers: &'a [&'a str]) -> Candidates<'a> {
        candidates(headers.iter().map(|header| header.as_bytes()), "__Host-session")
    }

    fn texts(headers: &[&str]) -> Vec<String> {
        found(headers).values().iter().map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_cookie_is_found_among_others_and_in_any_header() {
        assert_eq!(texts(&["a=1; __Host-session=abc; b=2"]), ["abc"]);
        assert_eq!(texts(&["a=1", "b=2;__Host-session=abc"]), ["abc"]);
        assert_eq!(texts(&["__Host-session=a", "__Host-session=b; __Host-session=c"]), ["a", "b", "c"]);
        assert_eq!(texts(&[]), [""; 0]);
        assert_eq!(texts(&["", ";", "; ;", "="]), [""; 0]);
    }

    #[test]
    fn only_the_exact_name_counts() {
        for other in [
            "__host-session=x",
            "__Host-sessio=x",
            "__Host-session2=x",
            "x__Host-session=x",
            "__Host-session",
            "__Host-session =x",
            "a=__Host-session=x",
            "a=\"__Host-session=x\"",
        ] {
            assert!(found(&[other]).is_empty(), "{other}");
        }
    }

    #[test]
    fn blanks_around_a_pair_and_quotes_around_a_value_are_taken_off() {
        assert_eq!(texts(&["a=1 \t;  __Host-session=abc \t "]), ["abc"]);
        assert_eq!(texts(&["__Host-session=\"abc\""]), ["abc"]);
        assert_eq!(texts(&["__Host-session=abc; __Host-session=\"abc\""]), ["abc"]);
        assert_eq!(texts(&["__Host-session=a=b=="]), ["a=b=="]);
    }

    #[test]
    fn what_is_no_value_is_passed_over() {
        for junk in
            ["", "\"\"", "\"", "\"a", "a\"", "a\"b", "a b", " a", "a\tb", "a\u{7f}", "ä", "a\0b", "a\nb"]
        {
            let header = format!("__Host-session={junk}; __Host-session=good");
            assert_eq!(texts(&[&header]), ["good"], "{junk:?}");
        }
    }

    #[test]
    fn three_different_values_are_kept_and_more_are_told() {
        assert_eq!(texts(&["__Host-session=a; __Host-session=a; __Host-session=a; __Host-session=a"]), ["a"]);
        let three = ["__Host-session=a; __Host-session=b; __Host-session=a; __Host-session=c"];
        assert!(!found(&three).overflow());
        let four = ["__Host-session=a; __Host-session=b; __Host-session=c; __Host-session=d"];
        assert!(found(&four).overflow());
        assert_eq!(texts(&four), ["a", "b", "c"]);
    }

    #[test]
    fn junk_cannot_crowd_out_a_well_formed_value() {
        let header = b"s=1; s=2; s=3; s=4; s=token".as_slice();
        let found = candidates_where([header].into_iter(), "s", |value| value == b"token");
        assert_eq!(found.values(), [b"token"]);
        assert!(!found.overflow());
    }

    #[test]
    fn huge_headers_are_read_in_one_pass() {
        let many = "__Host-session=x;".repeat(100_000 / 17);
        assert_eq!(texts(&[&many]), ["x"]);
        let long = format!("__Host-session={}", "x".repeat(100_000));
        assert_eq!(texts(&[&long])[0].len(), 100_000);
        let distinct: Vec<_> = (0..10_000).map(|n| format!("__Host-session={n}")).collect();
        assert!(found(&[&distinct.join("; ")]).overflow());
        for filler in [";", " ", "=", "\"", "a", "__Host-session", "__Host-session=\""] {
            let junk = filler.repeat(100_000 / filler.len());
            assert!(found(&[&junk]).values().len() <= 1, "{filler:?}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", found(&["__Host-session=secret"])),
            "Candidates { len: 1, overflow: false, .. }"
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_give_at_most_three_distinct_plain_values(
            headers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..5),
        ) {
            let found = candidates(headers.iter().map(Vec::as_slice), "s");
            check(&found)?;
        }

        #[test]
        fn almost_cookies_give_at_most_three_distinct_plain_values(
            headers in prop::collection::vec("(s|S|x|=|;|\"| |\t|\u{e9}|[!-~]){0,60}", 0..5),
        ) {
            let found = candidates(headers.iter().map(String::as_bytes), "s");
            check(&found)?;
        }

        #[test]
        fn a_value_is_found_whatever_stands_around_it(before in "[ -~]{0,40}", after in "[ -~]{0,40}") {
            let header = format!("{before};s=needle;{after}");
            let found = candidates_where([header.as_bytes()].into_iter(), "s", |value| value == b"needle");
            prop_assert_eq!(found.values(), [b"needle"]);
        }
    }

    fn check(found: &Candidates<'_>) -> Result<(), TestCaseError> {
        let values = found.values();
        prop_assert!(values.len() <= MAX_CANDIDATES);
        prop_assert!(!found.overflow() || values.len() == MAX_CANDIDATES);
        for (index, value) in values.iter().enumerate() {
            prop_assert!(!value.is_empty() && value.iter().all(u8::is_ascii_graphic));
            prop_assert!(!values[..index].contains(value));
        }
        Ok(())
    }
}
