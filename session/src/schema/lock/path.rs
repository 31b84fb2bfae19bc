//! Where in the data a value is.

use super::super::text::Text;

/// A way from a field to a part of it, on the compiler's stack.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    pub(super) parent: Option<&'a Path<'a>>,
    pub(super) name: &'a str,
}

impl<'a> Path<'a> {
    pub(super) const fn field(name: &'a str) -> Self {
        Self { parent: None, name }
    }

    pub(super) const fn then(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), name }
    }

    /// Whether it is written like this.
    pub(super) const fn is(&self, text: &[u8]) -> bool {
        let name = self.name.as_bytes();
        if text.len() < name.len() {
            return false;
        }
        let (before, last) = text.split_at(text.len() - name.len());
        if !equal(last, name) {
            return false;
        }
        match (self.parent, before) {
            (None, []) => true,
            (Some(parent), [rest @ .., b'.']) => parent.is(rest),
            _ => false,
        }
    }

    /// Whether `text` is a path whose last step alone is another.
    pub(super) const fn is_beside(&self, text: &[u8]) -> bool {
        let mut end = text.len();
        while end > 0 && text[end - 1] != b'.' {
            end -= 1;
        }
        match self.parent {
            None => end == 0,
            Some(parent) => end > 0 && parent.is(text.split_at(end - 1).0),
        }
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Text<N>) {
        if let Some(parent) = self.parent {
            parent.write(out);
            out.push(".");
        }
        out.push(self.name);
    }
}

/// The name of the step to an element of a tuple.
pub(super) const fn index(index: usize) -> &'static str {
    const NAMES: [&str; 16] =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];
    // Two elements may share a name: then a shape that either has had explains both.
    if index < NAMES.len() { NAMES[index] } else { "16" }
}

pub(super) const fn equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// What follows the step `name` in `path`: nothing more, or the rest of the way. `None` where `path` goes elsewhere.
pub(super) const fn after<'a>(path: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let length = name.len();
    if path.len() < length || !equal(path.split_at(length).0, name.as_bytes()) {
        return None;
    }
    match path.split_at(length).1 {
        [] => Some(&[]),
        [b'.', rest @ ..] if !rest.is_empty() => Some(rest),
        _ => None,
    }
}
