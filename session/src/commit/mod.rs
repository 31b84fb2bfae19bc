//! From changed fields to one conditional write, and back.
//!
//! [`plan`] says what a commit would write, [`apply`] puts it onto what is stored, and here is the order in which things
//! happen. A commit takes what it is about to write out of the state first, so that changes made while it runs are
//! simply the next commit's.

mod apply;
mod plan;
mod publish;
#[cfg(feature = "testing")]
mod whole;

pub(crate) use plan::When;
use plan::{Plan, Planned};
#[cfg(feature = "testing")]
pub(crate) use whole::whole;

use crate::current::{CookieDue, Key, Shared, Stored};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event;
use crate::random;
use crate::record::{Credential, Nonce, Record};
use crate::store::{Absolute, Commit, Condition, Draft, Gone, Store as _, Times, Write};
use crate::token::{Handle, Token, TokenSecret};

impl<T: SessionData> Shared<T> {
    /// Writes what the request changed. One store call if anything changed (two if a principal left), more on conflict;
    /// none if nothing did.
    pub(crate) async fn commit(&self, when: When) -> Result<(), Error> {
        let _one_at_a_time = self.committing.lock().await;
        let Some(plan) = Planned::take(self, when)? else { return Ok(()) };
        if self.lock().detached.is_some() && plan.needs_cookie() {
            return Err(Error::new(ErrorKind::HeadSent));
        }
        if let Some(left) = plan.leaves() {
            self.runtime.store.delete(&left).await?;
            event::destroyed(left);
            self.lock().cookie = CookieDue::Remove;
        }
        if !plan.writes() {
            plan.done();
            return Ok(());
        }
        let written = self.write(&plan).await?;
        publish::publish(self, plan, written);
        Ok(())
    }

    /// Whether what has not been committed changes a principal or a privilege.
    pub(crate) fn changes_rights(&self) -> bool {
        matches!(Planned::take(self, When::Asked), Ok(Some(plan)) if plan.rotates())
    }

    async fn write(&self, plan: &Plan<T>) -> Result<Written, Error> {
        let nonce = Nonce(random::bytes()?);
        match self.attempt(plan, plan.base.stored.as_ref(), nonce).await {
            // A login that lost its session gets a fresh one, with what this request set and nothing else: what was in
            // the old one may be somebody else's by now.
            Err(error) if plan.intent.authenticate && error.is_gone() => {
                let mut written = self.attempt(plan, None, Nonce(random::bytes()?)).await?;
                if let (Some(before), ErrorKind::Gone(why)) = (&plan.base.stored, error.kind()) {
                    event::login_moved(before.handle, written.stored.handle, *why);
                }
                written.merged = true;
                Ok(written)
            }
            answer => answer,
        }
    }

    /// One logical commit: one nonce and, if it rotates, one new secret through all attempts.
    async fn attempt(&self, plan: &Plan<T>, onto: Option<&Stored>, nonce: Nonce) -> Result<Written, Error> {
        let runtime = &self.runtime;
        let client_side = runtime.store.capabilities().client_side;
        let handle = onto.map_or_else(Handle::random, |stored| Ok(stored.handle))?;
        let key = match onto {
            Some(stored) if !plan.rotates() || client_side => stored.key.clone(),
            _ if client_side => Key::Sealed(Vec::new()),
            _ => Key::of(Token { handle, secret: TokenSecret::random()? }),
        };
        let started = runtime.config.clock().now();
        let fresh;
        let (mut header, mut theirs) = match onto {
            Some(stored) => (Some(stored.header.clone()), plan.base.fields.clone()),
            None => {
                // A session that is not stored has no fields, but what outlived a principal.
                fresh = plan.base.stored.is_none().then(|| plan.base.fields.clone());
                (None, fresh.unwrap_or_default())
            }
        };
        let mut attempts = 0_u32;
        loop {
            attempts += 1;
            let merging = attempts > 1 || (onto.is_none() && plan.base.stored.is_some());
            let fields = apply::onto(&theirs, plan, merging)?;
            let condition = match (&header, onto) {
                (Some(header), Some(stored)) => {
                    Condition::Matches { stamp: header.stamp(), proof: stored.key.proof() }
                }
                _ => {
                    Condition::Absent { not_after: runtime.store.now().after(runtime.config.create_window()) }
                }
            };
            let (draft, times) = self.header_of(plan, header.as_ref(), &key)?;
            let write = Write::new(handle, condition, nonce, draft, times, fields.clone());
            match runtime.store.commit(&write).await? {
                Commit::Committed { record, sealed } => {
                    let merged = attempts > 1 || record.fields != fields;
                    if merged {
                        event::merged(handle, attempts);
                    }
                    let issued = onto.is_none() || plan.rotates() || sealed.is_some();
                    let key = sealed.map_or(key, Key::Sealed);
                    let stored = Stored { handle, key, header: record.header };
                    return Ok(Written { stored, fields: record.fields, merged, issued });
                }
                Commit::Conflict(record) => {
                    let before = onto.map(|stored| stored.header.principal).unwrap_or_default();
                    if record.header.principal != before {
                        return Err(Error::new(ErrorKind::Gone(Gone::OtherPrincipal)));
                    }
                    let spent = runtime.config.clock().now().since(started);
                    if spent >= runtime.config.commit_deadline() {
                        return Err(Error::new(ErrorKind::Contended { attempts }));
                    }
                    let Record { header: newer, fields: newer_fields } = record;
                    (header, theirs) = (Some(newer), newer_fields);
                }
                Commit::Gone(why) => return Err(Error::new(ErrorKind::Gone(why))),
                Commit::OutcomeUnknown => return Err(Error::new(ErrorKind::OutcomeUnknown)),
            }
        }
    }

    /// The header that the commit asks for, over the one that is stored.
    fn header_of(
        &self,
        plan: &Plan<T>,
        stored: Option<&crate::record::Header>,
        key: &Key,
    ) -> Result<(Draft, Times), Error> {
        let principal = plan.principal()?;
        let was_remembered = stored.is_some_and(|header| header.remembered);
        let remembered = plan.intent.remember.unwrap_or(was_remembered) && !principal.is_nobody();
        let lifetimes = self.runtime.config.lifetimes();
        let lifetime = match (remembered, principal.is_nobody()) {
            (true, _) => lifetimes.remembered,
            (false, true) => lifetimes.anonymous,
            (false, false) => lifetimes.authenticated,
        };
        // Activity never moves the absolute deadline; creating, authenticating and choosing another lifetime do.
        let keep = stored.filter(|header| !plan.intent.authenticate && header.remembered == remembered);
        let credential = match key {
            Key::Sealed(_) => None,
            Key::Token(_, proof) | Key::Known(proof) => {
                Some(match stored.and_then(|header| header.credential.clone()) {
                    Some(credential) if !plan.rotates() => credential,
                    _ => Credential::only(*proof),
                })
            }
        };
        let draft = Draft {
            persistent: keep.map_or(lifetime.persistent, |header| header.persistent),
            remembered,
            schema_version: T::VERSION,
            min_reader: stored.map_or(0, |header| header.min_reader),
            lineage: stored.map_or_else(random::bytes, |header| Ok(header.lineage))?,
            principal,
            credential,
        };
        let times = Times {
            idle_span: keep.map_or(lifetime.idle, |header| header.idle_span),
            absolute: keep.map_or(Absolute::Span(lifetime.absolute), |_| Absolute::Keep),
            authenticates: plan.intent.authenticate,
            rotates: plan.rotates(),
        };
        Ok((draft, times))
    }
}

/// What a commit wrote.
pub(super) struct Written {
    stored: Stored,
    fields: bytes::Bytes,
    /// Others' changes are in it, or the request's own base is not.
    merged: bool,
    /// The client needs another cookie.
    issued: bool,
}
