//! What the data looks like now: from a path to the shape there, and what explains an entry of a lock.

use super::entry::Entry;
use super::path::{after, index};
use crate::data::{Retired, SessionData};
use crate::value::{Part, Shape};

/// Whether the struct says what became of an entry: it is there, or was there in a way that the struct still reads, or
/// is retired.
pub(super) const fn is_explained<T: SessionData>(entry: &Entry<'_>) -> bool {
    let wanted = Some(entry.shape);
    let mut row = 0;
    while row < T::FIELDS.len() {
        let field = &T::FIELDS[row];
        if at(field.name, field.shape, entry.path, wanted).is_some() {
            return true;
        }
        let mut former = 0;
        while former < field.formers.len() {
            let former_field = &field.formers[former];
            if at(former_field.name, former_field.shape, entry.path, wanted).is_some() {
                return true;
            }
            former += 1;
        }
        row += 1;
    }
    let mut index = 0;
    while index < T::RETIRED.len() {
        if retires::<T>(&T::RETIRED[index], entry) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether `retired` is about `entry`: about its very shape, about everything at or inside of the path, or about a shape
/// of which it was a part and in whose place there are no parts any more.
pub(super) const fn retires<T: SessionData>(retired: &Retired, entry: &Entry<'_>) -> bool {
    match (after(entry.path, retired.name), retired.shape32) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some([]), Some(shape32)) => shape32 == entry.shape,
        (Some(_), Some(_)) => match live::<T>(retired.name.as_bytes()) {
            Some(shape) => !has_parts(shape),
            None => true,
        },
    }
}

/// The shape at `path` now.
pub(super) const fn live<T: SessionData>(path: &[u8]) -> Option<&'static Shape> {
    let mut row = 0;
    while row < T::FIELDS.len() {
        let field = &T::FIELDS[row];
        let found = at(field.name, field.shape, path, None);
        if found.is_some() {
            return found;
        }
        row += 1;
    }
    None
}

/// The shape at `path`, which begins at the value `name`; only one of that fingerprint, if one is wanted.
const fn at(name: &str, shape: &'static Shape, path: &[u8], wanted: Option<u32>) -> Option<&'static Shape> {
    match after(path, name) {
        None => None,
        Some([]) => match wanted {
            Some(wanted) if shape.wire() != wanted => None,
            _ => Some(shape),
        },
        Some(rest) => inside(shape, rest, wanted),
    }
}

const fn inside(shape: &'static Shape, path: &[u8], wanted: Option<u32>) -> Option<&'static Shape> {
    match shape {
        Shape::Scalar(_) | Shape::Opaque(_) | Shape::Recur => None,
        Shape::Option(inner)
        | Shape::Seq(inner)
        | Shape::Set(inner)
        | Shape::Array(inner, _)
        | Shape::Secret(inner) => inside(inner, path, wanted),
        Shape::Map(key, value) => match inside(value, path, wanted) {
            None => through("key", key, path, wanted),
            found => found,
        },
        Shape::Tuple(parts) => {
            let mut number = 0;
            while number < parts.len() {
                let found = through(index(number), parts[number], path, wanted);
                if found.is_some() {
                    return found;
                }
                number += 1;
            }
            None
        }
        Shape::Packed(parts) => among(parts, false, path, wanted),
        Shape::Tagged(parts) | Shape::Enum(parts) => among(parts, true, path, wanted),
    }
}

/// Past a step that has no entry of its own, because the fingerprint above it covers it.
const fn through(
    name: &str,
    shape: &'static Shape,
    path: &[u8],
    wanted: Option<u32>,
) -> Option<&'static Shape> {
    match after(path, name) {
        None | Some([]) => None,
        Some(rest) => inside(shape, rest, wanted),
    }
}

const fn among(
    parts: &'static [Part],
    tagged: bool,
    path: &[u8],
    wanted: Option<u32>,
) -> Option<&'static Shape> {
    let mut number = 0;
    while number < parts.len() {
        let Part { name, shape, formers } = &parts[number];
        let found = if tagged { at(name, shape, path, wanted) } else { through(name, shape, path, wanted) };
        if found.is_some() {
            return found;
        }
        // What is looked for in a certain shape may be a former form; what is there now is not.
        if wanted.is_some() {
            let found = among(formers, tagged, path, wanted);
            if found.is_some() {
                return found;
            }
        }
        number += 1;
    }
    None
}

/// Whether there are entries for what is inside of such a value.
const fn has_parts(shape: &Shape) -> bool {
    match shape {
        Shape::Scalar(_) | Shape::Opaque(_) | Shape::Recur => false,
        Shape::Option(inner)
        | Shape::Seq(inner)
        | Shape::Set(inner)
        | Shape::Array(inner, _)
        | Shape::Secret(inner) => has_parts(inner),
        Shape::Map(key, value) => has_parts(key) || has_parts(value),
        Shape::Tuple(parts) => {
            let mut number = 0;
            while number < parts.len() {
                if has_parts(parts[number]) {
                    return true;
                }
                number += 1;
            }
            false
        }
        Shape::Packed(parts) => {
            let mut number = 0;
            while number < parts.len() {
                if has_parts(parts[number].shape) {
                    return true;
                }
                number += 1;
            }
            false
        }
        Shape::Tagged(parts) | Shape::Enum(parts) => !parts.is_empty(),
    }
}
