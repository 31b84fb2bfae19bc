//! `#[session(fits_cookie)]`: whether all that the fields can hold fits a cookie, added up by the compiler.

use super::text::Text;
use crate::cookie::budget::ROOM;
use crate::crypto::SEAL_OVERHEAD;
use crate::data::{Field, Flags, SessionData};
use crate::flash::BESIDE_VALUE;
use crate::value::bound::{add, prefix};

/// Before a field's length stand the fingerprints of its name and its shape, and its flags.
const BESIDE: usize = 4 + 4 + 1;

/// How long the message is: 0 if there is none.
pub const fn room<T: SessionData>() -> usize {
    report::<T, 0>(ROOM).length()
}

/// Fails to compile where the fields may not fit a cookie. The derive calls it in a `const`, with the room that the message
/// takes.
///
/// # Panics
/// Where it does, if it is called at run time.
#[track_caller]
pub const fn assert_fits_cookie<T: SessionData, const MESSAGE: usize>() {
    if MESSAGE > 0 {
        let message = report::<T, MESSAGE>(ROOM);
        panic!("{}", message.as_str())
    }
}

/// The most bytes that a field takes in a record, the former forms that are written beside it included.
pub(super) const fn most<S>(field: &Field<S>) -> Option<usize> {
    let before = if field.flags.has(Flags::FLASH) {
        BESIDE_VALUE
    } else if field.flags.has(Flags::SECRET) {
        SEAL_OVERHEAD
    } else {
        0
    };
    let mut sum = entry(field.max, before);
    let mut index = 0;
    while index < field.formers.len() {
        let former = &field.formers[index];
        if former.has_back() {
            // Under another name, but of the present type, it is limited like the field itself.
            let max = if former.shape32 == field.shape32 { field.max } else { former.max };
            sum = add(sum, entry(max, before));
        }
        index += 1;
    }
    sum
}

const fn entry(value: Option<usize>, before: usize) -> Option<usize> {
    match add(value, Some(before)) {
        Some(value) => add(Some(value), Some(BESIDE + prefix(value))),
        None => None,
    }
}

/// The most bytes that all fields take.
pub(super) const fn total<S>(fields: &[Field<S>]) -> Option<usize> {
    let mut sum = Some(0);
    let mut index = 0;
    while index < fields.len() {
        sum = add(sum, most(&fields[index]));
        index += 1;
    }
    sum
}

const fn report<T: SessionData, const N: usize>(available: usize) -> Text<N> {
    let mut out = Text::new();
    let total = total(T::FIELDS);
    match total {
        Some(total) if total <= available => return out,
        _ => {}
    }
    out.push("`");
    out.push(T::NAME);
    out.push("` may not fit a cookie: ");
    match total {
        Some(total) => {
            out.push("its fields take up to ");
            out.push_number(total);
            out.push(" bytes, where ");
        }
        None => out.push("its fields have no bound, where "),
    }
    out.push_number(available);
    out.push(" bytes are available\n");
    // The largest first; `usize::MAX` stands for no bound.
    let mut below = (usize::MAX, 0);
    let mut left = T::FIELDS.len();
    while left > 0 {
        let index = next::<T>(below);
        let field = &T::FIELDS[index];
        out.push("\n  `");
        out.push(field.name);
        out.push("`: ");
        match most(field) {
            Some(bytes) => {
                out.push("up to ");
                out.push_number(bytes);
                out.push(if bytes == 1 { " byte" } else { " bytes" });
            }
            None => {
                out.push_shape(field.shape);
                out.push(" has no bound; add `#[session(max_len = N)]` to it, and to what is text or a list inside of it");
            }
        }
        below = (size(field), index + 1);
        left -= 1;
    }
    out.push("\n");
    out
}

const fn size<S>(field: &Field<S>) -> usize {
    match most(field) {
        Some(bytes) => bytes,
        None => usize::MAX,
    }
}

/// The largest field after the given one: of the same size and further down, or smaller.
const fn next<T: SessionData>((size_before, from): (usize, usize)) -> usize {
    let mut best: Option<usize> = None;
    let mut index = 0;
    while index < T::FIELDS.len() {
        let bytes = size(&T::FIELDS[index]);
        let comes_after = bytes < size_before || (bytes == size_before && index >= from);
        match best {
            _ if !comes_after => {}
            Some(best) if size(&T::FIELDS[best]) >= bytes => {}
            _ => best = Some(index),
        }
        index += 1;
    }
    match best {
        Some(index) => index,
        None => 0,
    }
}
