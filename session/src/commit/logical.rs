//! One logical commit: one nonce, one handle and, if it rotates, one new secret, through all attempts and merges.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Written;
use super::apply::{self, Over};
use super::draft;
use super::limit;
use super::listing;
use super::plan::{Plan, Planned};
use super::size;
use crate::clock::Timestamp;
use crate::current::{Key, Shared, State, Stored};
use crate::data::SessionData;
use crate::error::{Applied, Error, ErrorKind};
use crate::event;
use crate::evolve::read::{self, Reading};
use crate::evolve::write::Ancestor;
use crate::random;
use crate::record::{Header, Nonce, Record};
use crate::runtime::Runtime;
use crate::store::{Commit, Condition, Gone, Rotation, Store as _, Write};
use crate::token::{Handle, Token, TokenSecret};

/// What stays the same through all attempts of a commit.
pub(crate) struct LogicalCommit {
    nonce: Nonce,
    pub(super) handle: Handle,
    /// What opens the record afterwards.
    pub(super) key: Key,
    /// The record it is based on; none if it creates one.
    pub(super) onto: Option<Arc<Stored>>,
    /// Until when it may create a record: the same moment for every attempt, since nothing but this stops the ones that
    /// come after the tombstone has lapsed.
    not_after: Timestamp,
    /// The fields it is based on.
    fields: Bytes,
    pub(super) rotation: Rotation,
    /// The base is not what the changes were made to.
    merging: bool,
    /// How many attempts were begun.
    attempts: u8,
    /// An attempt is under way, or got no answer.
    in_doubt: bool,
    /// An attempt got no answer.
    answer_lost: bool,
}

/// A commit that may have been made, kept until somebody asks again.
pub(crate) struct InFlight<T> {
    pub(super) plan: Plan<T>,
    pub(super) logical: LogicalCommit,
}

impl<T> InFlight<T> {
    /// The session that it may have begun, of which nobody has the token yet.
    pub(crate) fn begun(&self) -> Option<Handle> {
        self.logical.begun()
    }

    /// It does not matter any more whether it was made: what it would have written is to be written anew.
    pub(crate) fn give_back(&self, state: &mut State<T>) {
        state.touched = state.touched.or(self.plan.touched);
        state.intent.restore(&self.plan.intent);
        // If it was made it has been ended, and its handle with it.
        state.intent.reserved = None;
    }
}

impl LogicalCommit {
    pub(super) fn of<T: SessionData>(plan: &Plan<T>, runtime: &Runtime) -> Result<Self, Error> {
        let Some(stored) = plan.base.stored.clone() else {
            return Self::create(runtime, plan.intent.reserved, plan.base.fields.clone(), false);
        };
        let rotation = plan.rotation();
        let key = match (&stored.key, rotation) {
            (Key::Token(..), Rotation::Periodic | Rotation::Strict) => new_key(stored.handle)?,
            (key, _) => key.clone(),
        };
        let (handle, fields) = (stored.handle, plan.base.fields.clone());
        Self::new(handle, key, Some(stored), fields, rotation, false)
    }

    pub(super) fn create(
        runtime: &Runtime,
        reserved: Option<Handle>,
        fields: Bytes,
        merging: bool,
    ) -> Result<Self, Error> {
        let handle = reserved.map_or_else(Handle::random, Ok)?;
        let key = match runtime.store.capabilities().client_side {
            true => Key::Sealed(Vec::new()),
            false => new_key(handle)?,
        };
        let not_after = runtime.store.now().after(runtime.config.create_window());
        let create = Self::new(handle, key, None, fields, Rotation::Strict, merging)?;
        Ok(Self { not_after, ..create })
    }

    fn new(
        handle: Handle,
        key: Key,
        onto: Option<Arc<Stored>>,
        fields: Bytes,
        rotation: Rotation,
        merging: bool,
    ) -> Result<Self, Error> {
        let nonce = Nonce(random::bytes()?);
        let not_after = Timestamp::default();
        let (attempts, in_doubt, answer_lost) = (0, false, false);
        Ok(Self {
            nonce,
            handle,
            key,
            onto,
            not_after,
            fields,
            rotation,
            merging,
            attempts,
            in_doubt,
            answer_lost,
        })
    }

    /// Whether it may have been made without anybody here knowing.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// The session that it begins.
    pub(super) fn begun(&self) -> Option<Handle> {
        self.onto.is_none().then_some(self.handle)
    }

    /// Whoever asks again says so to the store.
    pub(super) fn lose_answer(mut self) -> Self {
        self.answer_lost = true;
        self
    }
}

fn new_key(handle: Handle) -> Result<Key, Error> {
    Ok(Key::of(Token { handle, secret: TokenSecret::random()? }))
}

impl<T: SessionData> Shared<T> {
    /// Commits until it is decided, or the time for it is over.
    pub(super) async fn carry_out(
        &self,
        planned: &mut Planned<'_, T>,
        logical: LogicalCommit,
    ) -> Result<Written, Error> {
        let handle = logical.handle;
        let answer = self.attempt(planned, logical).await;
        // Told of here, where nobody stands in line behind this commit any more.
        if let Err(error) = &answer
            && let ErrorKind::Gone(why) = error.kind()
        {
            event::gone(&self.runtime.events, handle, *why);
        }
        answer
    }

    async fn attempt(&self, planned: &mut Planned<'_, T>, logical: LogicalCommit) -> Result<Written, Error> {
        let runtime = &self.runtime;
        let started = runtime.config.clock().now();
        let sealing = runtime.sealing();
        let (plan, logical) = planned.begin(logical);
        let mut turn = match &logical.onto {
            Some(stored) => Some(runtime.queue.enter(stored.handle).await),
            None => None,
        };
        let onto = logical.onto.clone();
        // What somebody else has made of it.
        let mut newer: Option<Record> = None;
        let mut merging = logical.merging;
        // What the commit before this one left. "Newer" is a guess that saves a round trip; the store decides by stamp.
        let latest = turn.as_ref().and_then(|turn| turn.latest()).filter(|latest| {
            !logical.answer_lost && onto.as_ref().is_some_and(|onto| logical.succeeds(&onto.header, latest))
        });
        if let Some(latest) = latest.cloned() {
            if let Some(settled) = logical.meet(plan, &latest, runtime)? {
                return Ok(settled);
            }
            (newer, merging) = (Some(latest), true);
        }
        let mut evicts = Vec::new();
        for attempts in 1_u32.. {
            let now = runtime.config.clock().now();
            let pace = turn.as_ref().map_or(Duration::ZERO, |turn| turn.pace(now));
            if is_too_late(now.since(started), pace, runtime.config.commit_deadline()) {
                return Err(Error::new(ErrorKind::Contended { attempts: attempts - 1 }));
            }
            let reading = Reading { handle: logical.handle, events: &runtime.events };
            let (header, theirs) = match &newer {
                Some(newer) => (Some(&newer.header), &newer.fields),
                None => (onto.as_ref().map(|onto| &onto.header), &logical.fields),
            };
            let before = sealing.open::<T>(reading, header, theirs)?;
            let base = if merging { Some(plan.opened(&sealing, reading)?) } else { None };
            let ancestor =
                base.as_ref().map(|(header, base)| Ancestor { header: *header, fields: base.fields() });
            let over = Over { reading, header, theirs: before.fields(), ancestor };
            let fields = apply::onto(plan, &over, runtime.store.now())?;
            let fields = sealing.close::<T>(logical.handle, fields, &before)?;
            let condition = match (header, &onto) {
                (Some(header), Some(stored)) => match &stored.key {
                    Key::Sealed(_) => Condition::Held(Box::new(header.clone())),
                    key => Condition::Matches { stamp: header.stamp(), proof: key.proof() },
                },
                _ => Condition::Absent { not_after: logical.not_after },
            };
            let (draft, times) = draft::of(plan, logical, header, &fields, self)?;
            // One that was lost in a failover must not be taken for this one, which may have been merged with something else.
            let nonce = logical.nonce.attempt(logical.attempts);
            logical.attempts = logical.attempts.wrapping_add(1);
            let mut write = Write::new(logical.handle, condition, nonce, draft, times, fields.clone());
            write.answer_lost = logical.answer_lost;
            write.listing = listing::of(plan, header, &write, theirs, self)?;
            if let Some(listing) = &mut write.listing {
                listing.evicts.clone_from(&evicts);
            }

            logical.in_doubt = true;
            if let Some(turn) = &mut turn {
                turn.asks(now);
            }
            let answer = runtime.store.commit(&write).await;
            if let Some(turn) = &mut turn {
                turn.answered(runtime.config.clock().now());
            }
            logical.in_doubt = match &answer {
                // What became of this attempt, that it never left or that the store is full, says nothing of one before
                // it that got no answer: it may have been made, or be on its way.
                Err(error) => may_have_applied(error) || logical.answer_lost,
                // And it stays so: what may have been made must not be made again under another nonce.
                Ok(Commit::OutcomeUnknown) => true,
                // Not made so far, but an attempt without an answer may still be on its way to just this state.
                Ok(Commit::Conflict(_)) => logical.answer_lost,
                Ok(_) => false,
            };
            let fits = answer.and_then(|answer| size::checked(answer, &runtime.config));
            match fits.map_err(|error| error.naming(|| size::largest::<T>(&fields)))? {
                Commit::Committed { record, sealed } => {
                    if let Some(turn) = &mut turn {
                        turn.leave(record.clone());
                    }
                    return Ok(logical.committed(record, sealed, &fields, merging, attempts));
                }
                Commit::Conflict(record) => {
                    if let Some(settled) = logical.meet(plan, &record, runtime)? {
                        return Ok(settled);
                    }
                    (newer, merging) = (Some(record), true);
                }
                Commit::Gone(why) => return Err(Error::new(ErrorKind::Gone(why))),
                Commit::OutcomeUnknown => return Err(Error::new(ErrorKind::OutcomeUnknown)),
                Commit::Full(members) => evicts = limit::room(runtime, &write, &members).await?,
            }
        }
        Err(Error::new(ErrorKind::Contended { attempts: u32::MAX }))
    }
}

/// Whether the time for a commit is over, or will be when the store takes as long as it did for the one before: those who
/// stood in line behind a commit to a store that hangs would otherwise wait for it once more. A store that takes longer
/// than anybody may wait tells nothing of who came just now.
fn is_too_late(spent: Duration, pace: Duration, deadline: Duration) -> bool {
    let ahead = if pace < deadline { pace } else { Duration::ZERO };
    spent.saturating_add(ahead) >= deadline
}

fn may_have_applied(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::Unknown, .. })
}

impl LogicalCommit {
    /// Whether `latest` is what became of the record with that header, for whoever holds this commit's key.
    ///
    /// Nothing but its seal says that a record which the client keeps may be written, so of its successors none counts
    /// that the old one did not have the right to become: signed in, or rotated strictly.
    fn succeeds(&self, header: &Header, latest: &Record) -> bool {
        let same_rights = || {
            (latest.header.principal, latest.header.strict_rotations)
                == (header.principal, header.strict_rotations)
        };
        latest.header.revision > header.revision && (!matches!(self.key, Key::Sealed(_)) || same_rights())
    }

    /// What another commit means for this one: nothing more to do (the record), going on (nothing), or giving up.
    fn meet<T: SessionData>(
        &mut self,
        plan: &Plan<T>,
        record: &Record,
        runtime: &Runtime,
    ) -> Result<Option<Written>, Error> {
        let Some(base) = &self.onto else { return Ok(None) };
        let reading = Reading { handle: self.handle, events: &runtime.events };
        if record.header.principal != base.header.principal
            && !read::is_same_principal::<T>(reading, &plan.base.data, record, &runtime.sealing())?
        {
            return Err(Error::new(ErrorKind::Gone(Gone::OtherPrincipal)));
        }
        read::may_read::<T>(&record.header)?;
        // Two requests of one page came to replace an old id; one of them did. The other takes over what it chose.
        if self.rotation == Rotation::Periodic
            && let Some(credential) = &record.header.credential
            && credential.proof != base.key.proof()
        {
            let Some(key) = base.key.after(&base.handle, credential) else {
                return Err(Error::new(ErrorKind::Gone(Gone::Rotated)));
            };
            self.rotation = Rotation::None;
            self.key = key;
            if plan.only_renews() {
                let written = Written::of(self.handle, self.key.clone(), record.clone());
                return Ok(Some(Written { merged: true, issued: true, ..written }));
            }
        }
        Ok(None)
    }

    fn committed(
        &self,
        record: Record,
        sealed: Option<Vec<u8>>,
        fields: &Bytes,
        merging: bool,
        attempts: u32,
    ) -> Written {
        let merged = merging || record.fields != *fields;
        // Found by its nonce, the commit may have been followed by another's rotation: then this key is dead.
        let opens =
            record.header.credential.as_ref().is_none_or(|credential| credential.proof == self.key.proof());
        let changed = self.rotation.rotates() || self.onto.is_none() || sealed.is_some();
        let taken_over =
            self.onto.as_ref().is_some_and(|base| base.key.proof() != self.key.proof()) && sealed.is_none();
        let key = sealed.map_or_else(|| self.key.clone(), Key::Sealed);
        let written = Written::of(self.handle, key, record);
        let issued = (changed || taken_over) && opens;
        Written { attempts, merged, rotation: self.rotation, issued, ..written }
    }
}

#[cfg(test)]
mod tests {
    use super::is_too_late;
    use std::time::Duration;

    #[test]
    fn a_commit_does_not_begin_what_would_end_after_its_deadline() {
        let too_late = |spent, pace| {
            is_too_late(Duration::from_millis(spent), Duration::from_millis(pace), Duration::from_secs(1))
        };
        assert!(!too_late(0, 0) && !too_late(999, 0) && too_late(1000, 0));
        assert!(!too_late(299, 700) && too_late(300, 700));
        // Of a store that is slower than that, somebody has to find out whether it still is.
        assert!(!too_late(0, 1000) && !too_late(999, 5000) && too_late(1000, 5000));
    }
}
