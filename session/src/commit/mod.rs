//! From changed fields to one conditional write, and back.
//!
//! [`plan`] says what a commit would write, [`logical`] is one commit through all its attempts, [`apply`] puts the
//! changes onto what is stored, [`draft`] says what becomes of the header, [`publish`] makes the outcome the request's new
//! base. Here is the order in which these happen.
//!
//! A commit takes what it is about to write out of the state first, so that changes made while it runs are simply the
//! next commit's. Until it is carried out it can be dropped at any await point: what was surely not written goes back,
//! and what may have been written stays aside and is asked for again, under its nonce, before anything else.

mod apply;
mod draft;
mod limit;
mod listing;
mod logical;
mod plan;
mod publish;
mod queue;
mod size;
#[cfg(feature = "testing")]
mod whole;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use logical::InFlight;
use logical::LogicalCommit;
pub(crate) use plan::When;
use plan::{Plan, Planned};
pub(crate) use queue::Queue;
pub(crate) use size::fits;
#[cfg(feature = "testing")]
pub(crate) use whole::whole;

use crate::clock::Timestamp;
use crate::current::{CookieDue, Key, Shared, Stored};
use crate::data::SessionData;
use crate::error::{Applied, Error, ErrorKind};
use crate::event;
use crate::evolve::read::{self, Reading};
use crate::evolve::write;
use crate::record::Record;
use crate::store::{Gone, Load, Locator, Rotation, Store as _};

/// How long a strictly retired secret is recognised (it opens nothing): long enough for the second click of a login.
const TWIN_WINDOW: Duration = Duration::from_secs(10);

impl<T: SessionData> Shared<T> {
    /// Writes what the request changed. One store call if anything changed (two if a principal left), more on conflict;
    /// none if nothing did.
    pub(crate) async fn commit(&self, when: When) -> Result<(), Error> {
        let _one_at_a_time = self.committing.lock().await;
        if self.lock().degraded {
            let outage = "the session stands in for one that could not be loaded";
            return Err(Error::unavailable(Applied::No, outage));
        }
        // Rare, and as large as what follows: it must not make the futures of all commits twice as large.
        if self.lock().in_flight.is_some() {
            Box::pin(self.resume()).await?;
        }
        self.end_begun().await?;
        let Some(mut planned) = Planned::take(self, when)? else { return Ok(()) };
        self.must_be_possible(planned.plan())?;
        if let Some(left) = planned.plan().intent.leave {
            self.runtime.store.delete(&left).await?;
            event::destroyed(&self.runtime.events, left);
            self.lock().cookie = CookieDue::Remove;
        }
        if !planned.plan().writes() {
            planned.carried_out();
            return Ok(());
        }
        let logical = LogicalCommit::of(planned.plan(), &self.runtime)?;
        let written = self.settle(&mut planned, logical).await?;
        publish::publish(self, planned, written);
        self.end_begun().await
    }

    /// Ends a session whose principal left before anybody got its token.
    async fn end_begun(&self) -> Result<(), Error> {
        let Some(begun) = self.lock().begun else { return Ok(()) };
        self.runtime.store.delete(&begun).await?;
        event::destroyed(&self.runtime.events, begun);
        let mut state = self.lock();
        state.begun = state.begun.filter(|newer| *newer != begun);
        Ok(())
    }

    /// Makes a flash value this request's own until then; whether it was to be had. One store call.
    pub(crate) async fn claim(&self, row: usize, id: u64, until: Timestamp) -> Result<bool, Error> {
        if self.runtime.store.capabilities().client_side {
            // Whoever sends the same cookie again would be given the value again.
            return Err(Error::new(ErrorKind::Unsupported { power: "give a message to one response alone" }));
        }
        let _one_at_a_time = self.committing.lock().await;
        Box::pin(self.resume()).await?;
        let mut planned = Planned::to_claim(self, row, id, until);
        let logical = LogicalCommit::of(planned.plan(), &self.runtime)?;
        match self.carry_out(&mut planned, logical).await {
            Ok(written) => {
                publish::publish(self, planned, written);
                Ok(true)
            }
            Err(error) if matches!(error.kind(), ErrorKind::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether there is anything that a commit would write.
    pub(crate) fn has_changes(&self) -> bool {
        // What cannot be encoded is a change that cannot be written.
        !matches!(Plan::look(self), Ok(None))
    }

    /// Whether what has not been committed changes a principal or a privilege.
    pub(crate) fn changes_rights(&self) -> bool {
        let in_flight = self.lock().in_flight.as_ref().is_some_and(|pending| pending.plan.is_strict());
        in_flight || matches!(Plan::look(self), Ok(Some(plan)) if plan.is_strict())
    }

    /// What cannot be done to this session in this request, whatever the store says.
    fn must_be_possible(&self, plan: &Plan<T>) -> Result<(), Error> {
        let state = self.lock();
        let kind = match &state.withheld {
            Some(withheld) if plan.writes() => ErrorKind::Binding { what: withheld.what },
            _ if !plan.needs_cookie() => return Ok(()),
            _ if state.detached.is_some() => ErrorKind::HeadSent,
            _ if state.exposed => ErrorKind::PlainHttp,
            _ => return Ok(()),
        };
        Err(Error::new(kind))
    }

    /// Carries out the commit whose answer was lost, if there is one, before anything is written on top of it.
    async fn resume(&self) -> Result<(), Error> {
        let Some(pending) = self.lock().in_flight.take() else { return Ok(()) };
        let InFlight { plan, logical } = *pending;
        let mut planned = Planned::again(self, plan);
        match self.settle(&mut planned, logical).await {
            Ok(written) => publish::publish(self, planned, written),
            // Somebody else has the message by now. The attempt without an answer was not made, and what it was to be made
            // of is no more; nothing depends on it, since whoever claimed was told that it failed.
            Err(error)
                if planned.plan().only_claims() && matches!(error.kind(), ErrorKind::Conflict { .. }) =>
            {
                let _it_is_over = planned.carried_out();
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Carries out a commit; a login that finds its session gone begins another one.
    async fn settle(&self, planned: &mut Planned<'_, T>, logical: LogicalCommit) -> Result<Written, Error> {
        match self.carry_out(planned, logical).await {
            Err(error) if planned.plan().intent.authenticate && error.is_gone() => {
                Box::pin(self.begin_afresh(planned, &error)).await
            }
            answer => answer,
        }
    }

    /// A login that lost its session gets a fresh one, with what this request set and nothing else: what was in the old
    /// one may be somebody else's by now. Except that it was lost to the same login: the second of two clicks gets what
    /// the first one has.
    async fn begin_afresh(&self, planned: &mut Planned<'_, T>, lost: &Error) -> Result<Written, Error> {
        let Some(before) = planned.plan().base.stored.clone() else {
            return Err(Error::new(lost.kind().clone()));
        };
        let fields = match lost.kind() {
            ErrorKind::Gone(Gone::Rotated) => self.twin(&before, planned).await?,
            _ => None,
        };
        let logical = LogicalCommit::create(&self.runtime, None, fields.unwrap_or_default(), true)?;
        let written = self.carry_out(planned, logical).await?;
        if let ErrorKind::Gone(why) = lost.kind() {
            event::login_moved(&self.runtime.events, before.handle, written.stored.handle, *why);
        }
        Ok(written)
    }

    /// The fields of the session that the other one of two clicks signed in: rotated from this request's own secret a
    /// moment ago, and of the same principal.
    async fn twin(&self, before: &Stored, planned: &Planned<'_, T>) -> Result<Option<bytes::Bytes>, Error> {
        let store = &self.runtime.store;
        if let Key::Sealed(_) = &before.key {
            return Ok(None);
        }
        let Load::Found(Record { header, fields }) = store.load(&Locator::Handle(before.handle)).await?
        else {
            return Ok(None);
        };
        let from_this_secret = header
            .credential
            .as_ref()
            .and_then(|credential| credential.previous.as_ref())
            .is_some_and(|previous| previous.retires(&before.key.proof(), store.now()));
        if !from_this_secret || header.principal != planned.plan().principal(Some(&header))? {
            return Ok(None);
        }
        read::may_read::<T>(&header)?;
        // In the middle of a deploy: what a newer program wrote is nothing that a record could be begun with here.
        if header.schema_version > write::version::<T>(None) {
            return Ok(None);
        }
        // A record is created from them, so they must be as this program writes them, and sealed to no other record.
        let reading = Reading { handle: before.handle, events: &self.runtime.events };
        let fields = self.runtime.sealing().release(reading, &fields)?;
        write::settled::<T>(reading, &header, &fields).map(Some)
    }
}

/// What a commit wrote.
struct Written {
    stored: Arc<Stored>,
    fields: bytes::Bytes,
    /// How many of the store's answers it took; none if there was nothing left to write.
    attempts: u32,
    /// Others' changes are in it, or the request's own base is not.
    merged: bool,
    /// What became of the session id.
    rotation: Rotation,
    /// The client needs another cookie.
    issued: bool,
}

impl Written {
    /// The record as it stands, with the key that opens it.
    fn of(handle: crate::token::Handle, key: Key, record: Record) -> Self {
        let stored = Arc::new(Stored { handle, key, header: record.header });
        Self {
            stored,
            fields: record.fields,
            attempts: 0,
            merged: false,
            rotation: Rotation::None,
            issued: false,
        }
    }
}
