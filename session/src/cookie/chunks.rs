//! One text in several cookies: what each of them holds, and how they are put together again.
//!
//! Text that fits one cookie stands in it as it is. Longer text is spread over the session's own cookie, which then
//! begins with their number and a dot, and over others, whose names end in `.1`, `.2`, …, so that a prefix such as
//! `__Host-` counts for all of them:
//!
//! ```text
//! __Host-session=2.AAAA; __Host-session.1=BBBB
//! ```
//!
//! Whether the parts belong together is not said here: one seal is around all of them, and a mixture does not open.

use std::borrow::Cow;
use std::time::Duration;

use super::attributes::CookieConfig;
use super::budget::{self, COUNT};
use super::read::{Candidates, pairs, unquoted};
use super::write;

/// The most cookies that one session may be spread over. Four full ones are 16 KiB in every request: twice what many
/// servers and proxies take by default.
pub const MAX_CHUNKS: usize = 4;

/// How many ways to complete one first part are tried where others have several values under one name. One is usual.
const MAX_WAYS: usize = 9;

/// The most characters that a session's text may have, to fit the cookies of that configuration.
pub fn capacity(config: &CookieConfig) -> usize {
    budget::capacity(config.name.len(), config.chunks)
}

/// Whether sessions in cookies of these names, and in the further ones of either and its hint, could be taken for each
/// other: two layers around one request must not have such names.
pub fn collide(one: &str, other: &str) -> bool {
    let is_part = |name: &str, of: &str| {
        matches!(name.strip_prefix(of).map(str::as_bytes), Some([] | [b'.', b'1'..=b'9'] | b"-r"))
    };
    is_part(one, other) || is_part(other, one)
}

/// Which of the further cookies a request carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Further(u8);

impl Further {
    fn has(self, part: usize) -> bool {
        self.0 & (1 << part) != 0
    }

    /// Those from `first` on.
    fn from(self, first: usize) -> impl Iterator<Item = usize> {
        (first.max(1)..MAX_CHUNKS).filter(move |part| self.has(*part))
    }
}

/// What a request has under the names of a session's cookies.
#[derive(Debug, Clone)]
pub(crate) struct Parts<'a> {
    values: [Candidates<'a>; MAX_CHUNKS],
    further: Further,
}

/// The parts in any number of `Cookie` headers. Only what can be a part of a sealed record counts: no longer than a cookie
/// can be, and written in base64url. Time is linear in the bytes given.
pub(crate) fn parts<'a>(headers: impl Iterator<Item = &'a [u8]>, name: &str) -> Parts<'a> {
    let mut parts = Parts { values: [Candidates::NONE; MAX_CHUNKS], further: Further::default() };
    for rest in headers.flat_map(|header| pairs(header, name.as_bytes())) {
        let (part, value) = match rest {
            [b'=', value @ ..] => (0, value),
            [b'.', digit @ b'1'..=b'9', b'=', value @ ..] => (usize::from(digit - b'0'), value),
            _ => continue,
        };
        let Some(values) = parts.values.get_mut(part) else { continue };
        parts.further.0 |= 1 << part;
        let value = unquoted(value);
        let text = if part == 0 { split(value).1 } else { value };
        if !value.is_empty() && value.len() <= budget::COOKIE && is_base64url(text) {
            values.keep(value);
        }
    }
    parts
}

impl<'a> Parts<'a> {
    /// Which further cookies there were, well-formed or not.
    pub(crate) const fn further(&self) -> Further {
        self.further
    }

    /// Whether there were more values than are looked at.
    pub(crate) fn overflow(&self) -> bool {
        self.values.iter().any(Candidates::overflow) || self.firsts().any(|first| self.ways(first) > MAX_WAYS)
    }

    /// Whether a first part says that there are more than have come: the client has lost one.
    pub(crate) fn incomplete(&self) -> bool {
        self.firsts().any(|first| self.ways(first) == 0)
    }

    /// The texts that the parts can make, in the order in which they came. More than one only where somebody else set
    /// cookies of these names.
    pub(crate) fn texts(&self) -> impl Iterator<Item = Cow<'a, [u8]>> {
        self.firsts().flat_map(move |first| {
            let (count, text) = split(first);
            (0..self.ways(first)).map(move |way| match count {
                1 => Cow::Borrowed(text),
                _ => Cow::Owned(self.completed(text, count, way)),
            })
        })
    }

    fn firsts(&self) -> impl Iterator<Item = &'a [u8]> {
        self.values[0].values().iter().copied()
    }

    fn ways(&self, first: &[u8]) -> usize {
        let (count, _) = split(first);
        self.values[1..count].iter().map(|part| part.values().len()).product()
    }

    /// With the `way`-th choice of further parts.
    fn completed(&self, first: &[u8], count: usize, mut way: usize) -> Vec<u8> {
        let mut text = first.to_vec();
        for part in &self.values[1..count] {
            let values = part.values();
            text.extend_from_slice(values[way % values.len()]);
            way /= values.len();
        }
        text
    }
}

/// How many parts there are, and what the first one holds.
fn split(first: &[u8]) -> (usize, &[u8]) {
    match first {
        [count @ b'2'..=b'9', b'.', text @ ..] if usize::from(count - b'0') <= MAX_CHUNKS => {
            (usize::from(count - b'0'), text)
        }
        text => (1, text),
    }
}

/// Whether it is written in the alphabet of base64url. Looked up, because a cookie can be long and every byte of it counts.
fn is_base64url(text: &[u8]) -> bool {
    static LETTERS: [bool; 256] = {
        let mut letters = [false; 256];
        let mut byte = u8::MAX;
        while byte > 0 {
            letters[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            byte -= 1;
        }
        letters
    };
    // Without a way out in the middle, which would be a branch for each byte.
    text.iter().fold(true, |all, byte| all & LETTERS[usize::from(*byte)])
}

/// The `Set-Cookie` lines that give the client `text`, and take away the further cookies that are not needed any more.
/// The first line is that of the session's own cookie.
pub(crate) fn issue(
    config: &CookieConfig,
    text: &str,
    max_age: Option<Duration>,
    further: Further,
) -> (String, Vec<String>) {
    let each = budget::capacity(config.name.len(), 1);
    if text.len() <= each {
        return (write::issue(config, text, max_age), removals(config, further, 1));
    }
    let each = each - COUNT;
    let count = text.len().div_ceil(each);
    debug_assert!(count <= MAX_CHUNKS, "the store was told how much room there is");
    let (first, mut rest) = text.split_at(each);
    let mut more = Vec::with_capacity(MAX_CHUNKS);
    while !rest.is_empty() {
        let (chunk, later) = rest.split_at(each.min(rest.len()));
        more.push(write::issue_part(config, more.len() + 1, chunk, max_age));
        rest = later;
    }
    more.extend(removals(config, further, count));
    (write::issue_first(config, count, first, max_age), more)
}

/// The `Set-Cookie` lines that take the session away, that of its own cookie first.
pub(crate) fn remove(config: &CookieConfig, further: Further) -> (String, Vec<String>) {
    (write::remove(config), removals(config, further, 1))
}

fn removals(config: &CookieConfig, further: Further, from: usize) -> Vec<String> {
    further.from(from).map(|part| write::remove_part(config, part)).collect()
}

#[cfg(test)]
#[path = "chunks_tests.rs"]
mod tests;
