//! What the compiler says of a lock that is not the schema.

use super::super::text::Text;
use super::entry::{self, Entry};
use super::guess::guess;
use super::live::{is_explained, live, retires};
use super::missing::{Job, Walk, is_covered};
use crate::data::{Retired, SessionData};

/// All that is wrong with `lock`; nothing if nothing is.
pub(super) const fn report<T: SessionData, const N: usize>(lock: &str) -> Text<N> {
    let text = lock.as_bytes();
    let mut out = Text::new();
    let broken = has_unexplained::<T>(text);
    let missing = Walk::<0>::new(text, Job::Count, Text::new()).run::<T>().missing;
    if !broken && missing == 0 && !has_idle_retired::<T>(text) {
        return out;
    }
    if entry::next(text, 0).is_none() {
        out.push("the lock of `");
        out.push(T::NAME);
        out.push("` is empty");
    } else {
        out.push("the stored shape of `");
        out.push(T::NAME);
        out.push("` is not the one that its lock names\n");
        out = entries::<T, N>(text, out);
        out = idle_retired::<T, N>(text, out);
        out = Walk::new(text, Job::List, out).run::<T>().out;
    }
    if missing > 0 {
        out.push(if broken {
            "\n\nnew lock, to paste when it is said what becomes of the old values:\n\n    lock = \""
        } else {
            "\n\nnew lock, to paste:\n\n    lock = \""
        });
        out = paste::<T, N>(lock, missing, out);
        out.push("\"");
    }
    out.push("\n");
    out
}

const fn has_unexplained<T: SessionData>(lock: &[u8]) -> bool {
    let mut at = 0;
    while let Some(entry) = entry::next(lock, at) {
        if !is_explained::<T>(&entry) {
            return true;
        }
        at = entry.end;
    }
    false
}

/// A line or two for every entry that nothing explains.
const fn entries<T: SessionData, const N: usize>(lock: &[u8], mut out: Text<N>) -> Text<N> {
    let mut at = 0;
    while let Some(entry) = entry::next(lock, at) {
        if !is_explained::<T>(&entry) && !is_covered::<T>(lock, &entry) {
            out = match live::<T>(entry.path) {
                Some(_) => changed::<T, N>(&entry, out),
                None => removed::<T, N>(lock, &entry, out),
            };
        }
        at = entry.end;
    }
    out
}

const fn changed<T: SessionData, const N: usize>(entry: &Entry<'_>, mut out: Text<N>) -> Text<N> {
    out.push("\n  changed: `");
    out.push_bytes(entry.path);
    out.push("` was ");
    match guess(entry.shape) {
        Some(shape) => out.push_shape(shape),
        None => out.push("another shape"),
    }
    out.push(" and is now ");
    if let Some(shape) = live::<T>(entry.path) {
        out.push_shape(shape);
    }
    out.push("\n           keep the old values? `#[session(was = OldType)]` on the field; drop them? ");
    retired(entry, true, &mut out);
    out
}

const fn removed<T: SessionData, const N: usize>(
    lock: &[u8],
    entry: &Entry<'_>,
    mut out: Text<N>,
) -> Text<N> {
    out.push("\n  removed: `");
    out.push_bytes(entry.path);
    out.push("`");
    if let Some(shape) = guess(entry.shape) {
        out.push(", ");
        out.push_shape(shape);
    }
    let has_similar = similar::<T, 0>(lock, entry, Text::new()).length() > 0;
    if has_similar {
        out.push("; `");
        out = similar::<T, N>(lock, entry, out);
        out.push("` is new and has its shape");
    }
    out.push("\n           renamed? `#[session(rename = \"");
    out.push_bytes(entry.name());
    out.push("\")]` on ");
    if has_similar {
        out.push("`");
        out = similar::<T, N>(lock, entry, out);
        out.push("`");
    } else {
        out.push("the field of the new name");
    }
    out.push(" keeps it readable by all programs; gone? ");
    retired(entry, false, &mut out);
    out
}

/// Writes the path of what may be `entry` under another name, if there is anything.
const fn similar<T: SessionData, const N: usize>(lock: &[u8], entry: &Entry<'_>, out: Text<N>) -> Text<N> {
    Walk::new(lock, Job::Similar(*entry), out).run::<T>().out
}

const fn retired<const N: usize>(entry: &Entry<'_>, shape: bool, out: &mut Text<N>) {
    out.push("`#[session(retired(\"");
    out.push_bytes(entry.path);
    if shape {
        out.push(":");
        out.push_hex(entry.shape);
    }
    out.push("\"))]` on the struct");
}

/// Whether `retired` says something about the lock, and nothing that the struct contradicts.
const fn is_idle<T: SessionData>(lock: &[u8], retired: &Retired) -> bool {
    let mut at = 0;
    while let Some(entry) = entry::next(lock, at) {
        if retires::<T>(retired, &entry) {
            return retired.shape32.is_none() && live::<T>(retired.name.as_bytes()).is_some();
        }
        at = entry.end;
    }
    true
}

const fn has_idle_retired<T: SessionData>(lock: &[u8]) -> bool {
    let mut index = 0;
    while index < T::RETIRED.len() {
        if is_idle::<T>(lock, &T::RETIRED[index]) {
            return true;
        }
        index += 1;
    }
    false
}

const fn idle_retired<T: SessionData, const N: usize>(lock: &[u8], mut out: Text<N>) -> Text<N> {
    let mut index = 0;
    while index < T::RETIRED.len() {
        let retired = &T::RETIRED[index];
        if is_idle::<T>(lock, retired) {
            out.push("\n  retired: `");
            out.push(retired.name);
            if let Some(shape32) = retired.shape32 {
                out.push(":");
                out.push_hex(shape32);
            }
            out.push(match (retired.shape32, live::<T>(retired.name.as_bytes())) {
                (None, Some(_)) => {
                    "` is retired and is there; its old values are read, so remove the one or the other"
                }
                _ => {
                    "`, but no entry of the lock is about it; remove `retired`, or correct its name or shape"
                }
            });
        }
        index += 1;
    }
    out
}

/// The old text as it is, and an entry for everything that is missing in it: on lines of their own if it has lines, or if
/// it is new and has many, so that branches which both add something can be merged line by line.
const fn paste<T: SessionData, const N: usize>(lock: &str, missing: usize, mut out: Text<N>) -> Text<N> {
    const FEW: usize = 4;
    let text = lock.as_bytes();
    let mut end = text.len();
    while end > 0 && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    let (kept, tail) = text.split_at(end);
    out.push_bytes(kept);
    let has_lines = contains_line(text);
    let (separator, after) = match (has_lines, kept.is_empty()) {
        (true, _) => ("\n        ", ""),
        (false, true) if missing > FEW => ("\n        ", "\n    "),
        (false, true) => ("", ""),
        (false, false) => (" ", ""),
    };
    out = Walk::new(text, Job::Paste(separator), out).run::<T>().out;
    out.push(after);
    out.push_bytes(tail);
    out
}

const fn contains_line(text: &[u8]) -> bool {
    let mut index = 0;
    while index < text.len() {
        if text[index] == b'\n' {
            return true;
        }
        index += 1;
    }
    false
}
