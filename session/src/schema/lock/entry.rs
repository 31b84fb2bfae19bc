//! The text of a lock: `path:shape`, separated by white space, in the order in which they were added.

use super::path::Path;

/// One entry: somewhere in the data there is, or was, a value of that shape.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Field, and from there to the part of it, with dots between: `cart.sku`.
    pub(super) path: &'a [u8],
    /// The fingerprint that stands beside the bytes.
    pub(super) shape: u32,
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

impl<'a> Entry<'a> {
    /// The last step of the path.
    pub(super) const fn name(&self) -> &'a [u8] {
        let mut start = self.path.len();
        while start > 0 && self.path[start - 1] != b'.' {
            start -= 1;
        }
        self.path.split_at(start).1
    }
}

/// The first entry at or after `from`. The derive has refused what is not an entry; it is passed over here.
pub(super) const fn next(text: &[u8], from: usize) -> Option<Entry<'_>> {
    let mut start = from;
    while start < text.len() && text[start].is_ascii_whitespace() {
        start += 1;
    }
    if start == text.len() {
        return None;
    }
    let mut end = start;
    while end < text.len() && !text[end].is_ascii_whitespace() {
        end += 1;
    }
    let word = text.split_at(end).0.split_at(start).1;
    if word.len() < 10 {
        return next(text, end);
    }
    let (path, rest) = word.split_at(word.len() - 9);
    Some(Entry { path, shape: hex(rest), start, end })
}

/// `:` and eight digits.
const fn hex(digits: &[u8]) -> u32 {
    let mut value = 0;
    let mut index = 1;
    while index < digits.len() {
        let digit = digits[index];
        let digit = if digit >= b'a' { digit.wrapping_sub(b'a' - 10) } else { digit.wrapping_sub(b'0') };
        value = value << 4 | digit as u32;
        index += 1;
    }
    value
}

/// The entry for `path` and `shape`; `from`, where it is expected, is tried first.
pub(super) const fn find<'a>(text: &'a [u8], from: usize, path: &Path<'_>, shape: u32) -> Option<Entry<'a>> {
    let mut at = from;
    let mut wrapped = false;
    loop {
        match next(text, at) {
            Some(entry) if wrapped && entry.start >= from => return None,
            Some(entry) if entry.shape == shape && path.is(entry.path) => return Some(entry),
            Some(entry) => at = entry.end,
            None if wrapped || from == 0 => return None,
            None => (at, wrapped) = (0, true),
        }
    }
}

/// Whether there is an entry for `path`, of any shape.
pub(super) const fn names(text: &[u8], path: &Path<'_>) -> bool {
    let mut at = 0;
    while let Some(entry) = next(text, at) {
        if path.is(entry.path) {
            return true;
        }
        at = entry.end;
    }
    false
}
