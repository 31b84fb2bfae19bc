//! Asking the marks, and setting them.

use std::fmt;
use std::time::Duration;

use session::clock::Clock;
use session::record::{Header, Principal};
use session::store::{Condition, DynRevoke, Gone, MARGIN, Marks, Revoke, Rotation, Write};
use session::{Applied, Error, ErrorKind, Handle};

use super::cache::Cache;

/// The marks, and what is known of them.
///
/// A record is refused by the number of its *strict rotations*, not by its revision: whoever has a copy can raise the
/// revision of that copy at will, by using it. Rotations are counted up here alone, each once.
pub(super) struct Revocation {
    marks: DynRevoke,
    lag: Duration,
    known: Cache,
}

impl Revocation {
    pub(super) fn new(marks: DynRevoke, lag: Duration, remembered: usize) -> Self {
        Self { marks, lag, known: Cache::new(remembered) }
    }

    pub(super) fn covers(&self) -> Duration {
        self.marks.covers()
    }

    /// Whether the marks can be asked.
    pub(super) async fn ask(&self) -> Result<(), Error> {
        self.marks.marks(&Principal::NOBODY, &Handle::from_bytes([0; 16])).await.map(drop)
    }

    /// Why a record is not accepted any more (`Expired`: it lives longer than marks are kept), if so, by what is known
    /// and not older than the lag. No call for a record of nobody's.
    pub(super) async fn refuses(&self, header: &Header, clock: &dyn Clock) -> Result<Option<Gone>, Error> {
        if header.principal.is_nobody() {
            return Ok(None);
        }
        if self.outlives_marks(header) {
            return Ok(Some(Gone::Expired));
        }
        let now = clock.now();
        let marks = match self.known.get(&lineage(header), &header.principal, now, self.lag) {
            Some(marks) => marks,
            None => self.fresh(header, clock).await?,
        };
        Ok(refusal(header, &marks))
    }

    /// Whether what a write is based on is still accepted, and will be what it makes; if the write authenticates, it is
    /// dated by the clock of the marks, so that no other clock decides whether a revocation came before or after it.
    pub(super) async fn admit(
        &self,
        write: &Write,
        header: &mut Header,
        clock: &dyn Clock,
    ) -> Result<Option<Gone>, Error> {
        let mut refused = match held(write) {
            Some(held) => self.refuses(held, clock).await?,
            None => None,
        };
        if refused.is_none() && write.times.authenticates && !header.principal.is_nobody() {
            let marks = self.fresh(header, clock).await?;
            header.authenticated_at = Some(marks.next_authentication());
            // Who was signed in may have been logged out a moment ago; who was not may come with a copy from before a
            // login that has ended since.
            let signed_in = held(write).filter(|held| !held.principal.is_nobody());
            refused = signed_in.and_then(|held| refusal(held, &marks)).or_else(|| refusal(header, &marks));
        }
        // This rotation may be the one that retired what it was based on, and whose answer was lost: the raise knows.
        if refused == Some(Gone::Rotated) && write.answer_lost && write.times.rotation == Rotation::Strict {
            refused = None;
        }
        if refused.is_none() && !header.principal.is_nobody() && self.outlives_marks(header) {
            let problem = "a session would live longer than marks on it are kept: keep marks for longer";
            return Err(Error::new(ErrorKind::Config(vec![problem.to_owned()])));
        }
        Ok(refused)
    }

    /// Makes a strict rotation count: from here on nothing that the session was before is accepted. If another rotation of
    /// the same record was first, this one is not made.
    pub(super) async fn retire(&self, write: &Write, header: &Header) -> Result<Option<Gone>, Error> {
        // What nobody was signed in to is refused nowhere anyway.
        if held(write).is_none_or(|held| held.principal.is_nobody()) {
            return Ok(None);
        }
        let lineage = lineage(header);
        let _forgets = self.known.forgets(lineage);
        let raised = self.marks.raise(&lineage, header.strict_rotations, write.nonce.attempt(0)).await?;
        Ok((!raised).then_some(Gone::Rotated))
    }

    /// Refuses the session from here on; whether it was accepted before.
    pub(super) async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        let _forgets = self.known.forgets(*lineage);
        self.marks.end(lineage).await
    }

    /// Refuses all that a principal authenticated up to now.
    pub(super) async fn revoke_all(&self, principal: &Principal) -> Result<(), Error> {
        let _forgets = self.known.forgets_all(*principal);
        self.marks.revoke_all(principal).await.map(drop)
    }

    async fn fresh(&self, header: &Header, clock: &dyn Clock) -> Result<Marks, Error> {
        let lineage = lineage(header);
        let (since, asked) = (self.known.epoch(), clock.now());
        let marks = self.marks.marks(&header.principal, &lineage).await.map_err(unasked)?;
        self.known.fill(lineage, header.principal, marks, asked, since);
        Ok(marks)
    }

    /// Whether a mark on it could be gone before it is. The deadline is by this clock and the authentication by that of
    /// the marks: half of what marks are kept longer is for their difference here, half for that at the time of the mark.
    fn outlives_marks(&self, header: &Header) -> bool {
        // Who is somebody without ever having authenticated did so before everything: each mark is on them.
        let authenticated = header.authenticated_at.unwrap_or_default();
        header.absolute_deadline > authenticated.after(self.covers()).after(MARGIN / 2)
    }
}

/// Why the marks refuse a record.
fn refusal(header: &Header, marks: &Marks) -> Option<Gone> {
    if marks.min_rotations == Marks::ENDED {
        return Some(Gone::Deleted);
    }
    if header.strict_rotations < marks.min_rotations {
        return Some(Gone::Rotated);
    }
    // At the same moment, nobody knows which was first; and nobody knows when, where nobody authenticated.
    let revoked =
        marks.not_before.is_some_and(|moment| moment >= header.authenticated_at.unwrap_or_default());
    revoked.then_some(Gone::Deleted)
}

/// The record that a write is based on.
fn held(write: &Write) -> Option<&Header> {
    match &write.condition {
        Condition::Held(header) => Some(header),
        _ => None,
    }
}

fn lineage(header: &Header) -> Handle {
    Handle::from_bytes(header.lineage)
}

/// Asking changes nothing, so a question without an answer had no effect.
fn unasked(error: Error) -> Error {
    match *error.kind() {
        ErrorKind::Unavailable { retry_after, .. } => {
            Error::new(ErrorKind::Unavailable { applied: Applied::No, retry_after }).caused_by(error)
        }
        _ => error,
    }
}

impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocation")
            .field("covers", &self.covers())
            .field("lag", &self.lag)
            .finish_non_exhaustive()
    }
}
