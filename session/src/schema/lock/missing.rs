//! What there is now and the lock does not name.

use super::super::text::Text;
use super::entry::{self, Entry};
use super::live::is_explained;
use super::path::{Path, equal, index};
use crate::data::SessionData;
use crate::value::Shape;

/// A walk over everything that has an entry in a lock, in the order in which entries are added.
pub(super) struct Walk<'a, const N: usize> {
    lock: &'a [u8],
    /// The end of the last entry that was found: the next one is probably there.
    cursor: usize,
    /// What is missing in the lock.
    pub(super) missing: usize,
    job: Job<'a>,
    pub(super) out: Text<N>,
}

/// What is done about something that is missing.
#[derive(Clone, Copy)]
pub(super) enum Job<'a> {
    Count,
    /// A line each.
    List,
    /// An entry each, after this; with nothing before the first, a space before the others.
    Paste(&'a str),
    /// The first one that could be the entry under another name is written.
    Similar(Entry<'a>),
    /// It was written.
    Done,
}

impl<'a, const N: usize> Walk<'a, N> {
    pub(super) const fn new(lock: &'a [u8], job: Job<'a>, out: Text<N>) -> Self {
        Self { lock, cursor: 0, missing: 0, job, out }
    }

    pub(super) const fn run<T: SessionData>(mut self) -> Self {
        let mut row = 0;
        while row < T::FIELDS.len() {
            let field = &T::FIELDS[row];
            self.visit::<T>(&Path::field(field.name), field.shape, false);
            row += 1;
        }
        self
    }

    const fn visit<T: SessionData>(&mut self, path: &Path<'_>, shape: &'static Shape, in_missing: bool) {
        let wire = shape.wire();
        let is_missing = match entry::find(self.lock, self.cursor, path, wire) {
            Some(entry) => {
                self.cursor = entry.end;
                false
            }
            None => {
                self.missing += 1;
                self.report::<T>(path, shape, in_missing);
                true
            }
        };
        self.inside::<T>(path, shape, is_missing);
    }

    const fn inside<T: SessionData>(&mut self, path: &Path<'_>, shape: &'static Shape, is_missing: bool) {
        match shape {
            Shape::Scalar(_) | Shape::Opaque(_) | Shape::Recur => {}
            Shape::Option(inner)
            | Shape::Seq(inner)
            | Shape::Set(inner)
            | Shape::Array(inner, _)
            | Shape::Secret(inner) => self.inside::<T>(path, inner, is_missing),
            Shape::Map(key, value) => {
                self.inside::<T>(path, value, is_missing);
                self.inside::<T>(&path.then("key"), key, is_missing);
            }
            Shape::Tuple(parts) => {
                let mut number = 0;
                while number < parts.len() {
                    self.inside::<T>(&path.then(index(number)), parts[number], is_missing);
                    number += 1;
                }
            }
            Shape::Packed(parts) => {
                let mut number = 0;
                while number < parts.len() {
                    self.inside::<T>(&path.then(parts[number].name), parts[number].shape, is_missing);
                    number += 1;
                }
            }
            Shape::Tagged(parts) | Shape::Enum(parts) => {
                let mut number = 0;
                while number < parts.len() {
                    self.visit::<T>(&path.then(parts[number].name), parts[number].shape, is_missing);
                    number += 1;
                }
            }
        }
    }

    const fn report<T: SessionData>(&mut self, path: &Path<'_>, shape: &'static Shape, in_missing: bool) {
        match self.job {
            Job::Count | Job::Done => {}
            Job::List => {
                // What changed is in a line of its own, and what is in something new is new.
                if in_missing || changed::<T>(self.lock, path) {
                    return;
                }
                self.out.push("\n  added:   `");
                path.write(&mut self.out);
                self.out.push(if entry::names(self.lock, path) { "` as " } else { "`, " });
                self.out.push_shape(shape);
            }
            Job::Paste(separator) => {
                self.out.push(if separator.is_empty() && self.missing > 1 { " " } else { separator });
                path.write(&mut self.out);
                self.out.push(":");
                self.out.push_hex(shape.wire());
            }
            Job::Similar(entry) => {
                if entry.shape == shape.wire() && path.is_beside(entry.path) && !entry::names(self.lock, path)
                {
                    path.write(&mut self.out);
                    self.job = Job::Done;
                }
            }
        }
    }
}

/// Whether an entry for `path` is unexplained.
const fn changed<T: SessionData>(lock: &[u8], path: &Path<'_>) -> bool {
    let mut at = 0;
    while let Some(entry) = entry::next(lock, at) {
        if path.is(entry.path) && !is_explained::<T>(&entry) {
            return true;
        }
        at = entry.end;
    }
    false
}

/// Whether `entry` is inside of something that is itself unexplained: one line is enough for both.
pub(super) const fn is_covered<T: SessionData>(lock: &[u8], entry: &Entry<'_>) -> bool {
    let mut at = 0;
    while let Some(above) = entry::next(lock, at) {
        at = above.end;
        let length = above.path.len();
        if length < entry.path.len() && entry.path[length] == b'.' {
            let (start, _) = entry.path.split_at(length);
            if equal(start, above.path) && !is_explained::<T>(&above) {
                return true;
            }
        }
    }
    false
}
