//! The schema lock: `#[session(lock = "…")]`, checked by the compiler.
//!
//! A lock names every field, and every named part inside of one, with the fingerprint that stands beside its bytes:
//! `user_id:7b402292 cart:9c8ffe6d cart.sku:8ab151f0`. So a change is seen wherever it is made, in a nested type of
//! another crate or behind an alias, and it can be said which part changed.
//!
//! Two rules make it more than a reminder:
//!
//! 1. *A lock only grows.* The one that is printed to be pasted is the old text, letter for letter, and what is new.
//! 2. *Every entry is explained by the struct*: by something that is there, by a former name or type that is still read
//!    (`alias`, `was`), or by `retired`.
//!
//! So additions need only the paste, and an incompatible change is an error until the struct says what becomes of old
//! values. Everything here runs in the compiler alone; nothing of it is left in a program.

mod entry;
mod guess;
mod live;
mod message;
mod missing;
mod path;

use message::report;

use crate::data::SessionData;

/// How long the message about `lock` is: 0 if there is none.
pub const fn room<T: SessionData>(lock: &str) -> usize {
    report::<T, 0>(lock).length()
}

/// Fails to compile where `lock` is not the schema of `T`. The derive calls it in a `const`, with the room that the message
/// takes.
///
/// # Panics
/// Where it does, if it is called at run time.
#[track_caller]
pub const fn assert_lock<T: SessionData, const ROOM: usize>(lock: &str) {
    if ROOM > 0 {
        let message = report::<T, ROOM>(lock);
        panic!("{}", message.as_str())
    }
}

#[cfg(all(test, feature = "derive"))]
mod tests;
