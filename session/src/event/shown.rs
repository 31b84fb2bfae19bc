//! What events are made of: everything here may be logged.

use std::fmt;

use ring::digest::{Context, SHA256};

use crate::error::{Error, ErrorKind};
use crate::token::{Handle, Proof};

/// 32 bits that stand for a session, or for one of the ids that it has had. The same thing always has the same
/// fingerprint, and nothing can be opened or looked up with one.
///
/// That of a session is how its [`Handle`] shows in `Debug` output.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 4]);

impl Fingerprint {
    /// That of a session id. Not bits of the stored proof itself, of which nothing is ever shown.
    pub(crate) fn of_secret(proof: &Proof) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(b"session/fingerprint/1");
        context.update(proof.as_bytes());
        Self(first(context.finish().as_ref()))
    }
}

impl From<Handle> for Fingerprint {
    fn from(handle: Handle) -> Self {
        Self(first(handle.as_bytes()))
    }
}

fn first(bytes: &[u8]) -> [u8; 4] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}…")
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An [`Error`] as an event tells it: its kind and its message, without the errors that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What the caller could have done about it.
    pub kind: ErrorKind,
    /// What it says.
    pub message: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self { kind: error.kind().clone(), message: error.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What a response says about the session cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CookieSent {
    /// Nothing: the client has what it needs.
    Nothing,
    /// The token: the session is new, has another id, or another lifetime.
    Issued,
    /// That the session is over.
    Removed,
}

/// Who ended a session that its own user did not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevokedBy {
    /// An id that had been replaced was used again, and the configuration says that this ends the session.
    Reuse,
    /// Its principal, or somebody for them, from another session: "log out everywhere", a device list.
    Principal,
    /// It was used by another client than the one that it is bound to, and the configuration says that this ends it.
    Binding,
    /// A limit on the sessions of one principal.
    Limit,
    /// A search for sessions to end.
    Search,
    /// Somebody who runs the app, from its admin pages.
    Operator,
}

/// The state of a circuit breaker in front of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Breaker {
    /// The store is asked.
    Closed,
    /// It is not asked, and everything that needs it fails at once.
    Open,
    /// Some are let through to see whether it answers again.
    HalfOpen,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_the_fingerprint_that_its_handle_shows() {
        let handle = Handle::from_bytes(*b"0123456789abcdef");
        assert_eq!(format!("{:?}", Fingerprint::from(handle)), format!("{handle:?}"));
    }

    #[test]
    fn an_ids_fingerprint_is_no_part_of_what_is_stored_of_it() {
        let proof = Proof::from_bytes([7; 32]);
        assert_eq!(Fingerprint::of_secret(&proof), Fingerprint::of_secret(&proof));
        assert_ne!(Fingerprint::of_secret(&proof), Fingerprint(first(proof.as_bytes())));
    }
}
