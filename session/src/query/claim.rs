//! Ending a session only if it is still what somebody decided on.
//!
//! A store has no conditional delete, and needs none: a strict rotation is a conditional write after which no secret that
//! anybody has opens the session. So it is first taken from everybody, by a new secret that is kept nowhere, if it is as
//! it was; whoever changed it in between is seen as a conflict. Then it is deleted, and nobody can have changed it any
//! more. If only the first half happens, the session is dead to its client all the same, and ends by its deadline.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::random;
use crate::record::{Credential, Nonce, Record};
use crate::store::{Commit, Load, Locator, Rotation, Store, Write};
use crate::token::{Handle, Proof};

/// What became of a session that was to be ended.
pub(super) enum Claim {
    /// It was ended here.
    Ended,
    /// It was over already.
    Over,
    /// It has changed, and this is what it is now.
    Changed(Box<Record>),
}

/// Ends the session if it is still that record. Two store calls, one if it is not.
pub(super) async fn end<S: Store>(store: &S, handle: Handle, seen: &Record) -> Result<Claim, Error> {
    match store.commit(&takeover(handle, seen)?).await? {
        Commit::Committed { .. } => Ok(match store.delete(&handle).await? {
            true => Claim::Ended,
            false => Claim::Over,
        }),
        Commit::Conflict(now) => Ok(Claim::Changed(Box::new(now))),
        // Another secret opens it by now, or nobody can tell: what there is decides.
        Commit::Gone(_) | Commit::OutcomeUnknown | Commit::Full(_) => {
            Ok(match store.load(&Locator::Handle(handle)).await? {
                Load::Found(now) if now.header.stamp() == seen.header.stamp() => {
                    return Err(Error::new(ErrorKind::OutcomeUnknown));
                }
                Load::Found(now) => Claim::Changed(Box::new(now)),
                Load::Absent => Claim::Over,
            })
        }
    }
}

/// The write that leaves everything as it is, but for the secret.
fn takeover(handle: Handle, seen: &Record) -> Result<Write, Error> {
    if seen.header.credential.is_none() {
        return Err(Error::new(ErrorKind::Unsupported { power: "end records that the client holds" }));
    }
    let mut write = Write::over(handle, seen, Nonce(random::bytes()?));
    // Of no secret: nobody knows what hashes to random bytes.
    write.draft.credential = Some(Credential::only(Proof::from_bytes(random::bytes()?)));
    write.times.rotation = Rotation::Strict;
    // It shall not live longer for this.
    write.times.idle_span = Duration::ZERO;
    Ok(write)
}
