use std::sync::Arc;

use super::logical::{InFlight, LogicalCommit};
use crate::clock::Timestamp;
use crate::codec::{self, Encoder};
use crate::current::{Base, Bits, Intent, Key, Shared, Slot, State};
use crate::data::encode::{changed, compared, compared_in, encoded, limited, unencodable};
use crate::data::{Field, Flags, SessionData};
use crate::error::{Error, ErrorKind};
use crate::evolve::read::Reading;
use crate::evolve::write;
use crate::merge::Dirty;
use crate::random;
use crate::record::{Header, Principal};
use crate::sealing::{Opened, Sealing};
use crate::store::Rotation;

/// On what occasion a commit is made; it decides which flash messages count as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The app asked for it.
    Asked,
    /// A response leaves.
    Response {
        /// It can have shown something: not a redirect, not HEAD, not a prefetch.
        shows: bool,
    },
    /// A response leaves that failed: nothing is committed but that it shows nothing.
    Failed,
}

/// What one commit would write.
pub(crate) struct Plan<T> {
    /// The data that is being written, and its version.
    pub(super) data: Arc<T>,
    pub(super) version: u64,
    /// What the changes were made to.
    pub(super) base: Base<T>,
    pub(super) dirty: Dirty,
    pub(super) flash: Vec<FlashChange>,
    pub(super) slots: Vec<Slot>,
    pub(super) intent: Intent,
    pub(super) touched: Bits,
    /// Of the state that it was made of.
    pub(super) departures: u32,
}

/// What becomes of a flash field.
pub(super) struct FlashChange {
    pub(super) row: usize,
    pub(super) what: FlashAct,
}

/// Setting beats consuming; consuming and claiming name the set that they mean.
pub(super) enum FlashAct {
    /// A new value.
    Set { id: u64, value: Vec<u8> },
    /// The value was shown or discarded.
    Consume(u64),
    /// The value is this request's until then.
    Claim(u64, Timestamp),
    /// The value was claimed and not shown after all.
    Release(u64),
}

/// A plan that was taken out of the state. What it does not carry through goes back when it is dropped, after an error
/// and when the commit's future is cancelled; what may have been written goes aside.
pub(super) struct Planned<'a, T: SessionData> {
    shared: &'a Shared<T>,
    plan: Option<Plan<T>>,
    logical: Option<LogicalCommit>,
}

impl<'a, T: SessionData> Planned<'a, T> {
    pub(super) fn take(shared: &'a Shared<T>, when: When) -> Result<Option<Self>, Error> {
        let plan = {
            let mut state = shared.lock();
            let Some(mut plan) = Plan::of(&state, when)? else { return Ok(None) };
            if when != When::Failed {
                plan.intent = state.intent.take();
                state.touched = Bits::default();
            }
            plan
        };
        let mut planned = Self { shared, plan: Some(plan), logical: None };
        let found = planned.plan.as_mut().map_or(Ok(false), |plan| plan.find(when))?;
        // Dropping it puts everything back.
        Ok(found.then_some(planned))
    }

    /// The plan to claim a flash value, and nothing else.
    pub(super) fn to_claim(shared: &'a Shared<T>, row: usize, id: u64, until: Timestamp) -> Self {
        let state = shared.lock();
        let plan = Plan {
            data: Arc::clone(&state.base.data),
            version: OUTSIDE,
            base: state.base.clone(),
            dirty: Dirty::default(),
            flash: vec![FlashChange { row, what: FlashAct::Claim(id, until) }],
            slots: state.slots.clone(),
            intent: Intent::default(),
            touched: Bits::default(),
            departures: state.departures,
        };
        drop(state);
        Self { shared, plan: Some(plan), logical: None }
    }

    /// A plan whose commit got no answer.
    pub(super) fn again(shared: &'a Shared<T>, plan: Plan<T>) -> Self {
        Self { shared, plan: Some(plan), logical: None }
    }

    pub(super) fn plan(&self) -> &Plan<T> {
        self.plan.as_ref().expect("taken by `carried_out` alone, which consumes the planned commit")
    }

    /// From here on the plan is `logical`'s.
    pub(super) fn begin(&mut self, logical: LogicalCommit) -> (&Plan<T>, &mut LogicalCommit) {
        let plan =
            self.plan.as_ref().expect("taken by `carried_out` alone, which consumes the planned commit");
        (plan, self.logical.insert(logical))
    }

    /// The plan was carried through.
    pub(super) fn carried_out(mut self) -> Option<Plan<T>> {
        self.plan.take()
    }
}

/// No version of the data: a plan that leaves what the request changed alone.
const OUTSIDE: u64 = u64::MAX;

impl<T: SessionData> Drop for Planned<'_, T> {
    fn drop(&mut self) {
        let Some(plan) = self.plan.take() else { return };
        let in_doubt = self.logical.take().filter(LogicalCommit::is_in_doubt);
        let mut state = self.shared.lock();
        if state.departures != plan.departures {
            // Nothing of it is the next principal's, except that it must end.
            state.intent.leave = state.intent.leave.or(plan.intent.leave);
            state.begun = in_doubt.as_ref().and_then(LogicalCommit::begun).or(state.begun);
        } else if let Some(logical) = in_doubt {
            let logical = logical.lose_answer();
            state.in_flight = Some(Box::new(InFlight { plan, logical }));
            return;
        } else {
            state.touched = state.touched.or(plan.touched);
            state.intent.restore(&plan.intent);
        }
        drop(state);
        // The app's data, dropped outside the lock.
        drop(plan);
    }
}

impl<T: SessionData> Plan<T> {
    /// What a commit would write now. Nothing is taken out for it, so a commit at the same time finds all there is.
    pub(super) fn look(shared: &Shared<T>) -> Result<Option<Self>, Error> {
        let plan = Self::of(&shared.lock(), When::Asked)?;
        let Some(mut plan) = plan else { return Ok(None) };
        Ok(plan.find(When::Asked)?.then_some(plan))
    }

    /// What there is to look at, if anything.
    fn of(state: &State<T>, when: When) -> Result<Option<Self>, Error> {
        if !state.may_be_dirty() {
            return Ok(None);
        }
        if let Some((_, row)) = T::FIELDS.iter().enumerate().find(|(index, _)| state.refused.has(*index)) {
            return Err(Error::new(ErrorKind::Conflict { field: row.name }));
        }
        let failed = when == When::Failed;
        Ok(Some(Self {
            data: Arc::clone(if failed { &state.base.data } else { &state.data }),
            version: if failed { OUTSIDE } else { state.version },
            base: state.base.clone(),
            dirty: Dirty::default(),
            flash: Vec::new(),
            slots: state.slots.clone(),
            intent: if failed { Intent::default() } else { state.intent.clone() },
            touched: if failed { Bits::default() } else { state.touched },
            departures: state.departures,
        }))
    }

    /// Looks for changes; whether there is anything to do.
    fn find(&mut self, when: When) -> Result<bool, Error> {
        self.find_dirty()?;
        self.find_flash(when)?;
        Ok(match when {
            When::Failed => self.base.stored.is_some() && !self.flash.is_empty(),
            When::Asked | When::Response { .. } => self.writes() || self.intent.leave.is_some(),
        })
    }

    pub(super) fn find_dirty(&mut self) -> Result<(), Error> {
        let mut base = Vec::with_capacity(codec::ROOM);
        for (index, row) in T::FIELDS.iter().enumerate() {
            if !self.touched.has(index) || row.flags.has(Flags::FLASH) {
                continue;
            }
            base = compared_in(base, row, &self.base.data)?;
            // Authenticating says who it is, also to a record that has to be another one.
            let says_who = self.intent.authenticate && row.flags.has(Flags::IDENTITY);
            let data = &self.data;
            let encode = |encoder: &mut Encoder| row.encode(data, encoder);
            self.dirty.add(index, encode, |mine, error| match error {
                // Too long, and so it was stored; or a beginning that the type itself would not read.
                Some(_) if compared(row, data).is_ok_and(|mine| mine == base) => Ok(false),
                Some(error) => Err(unencodable(row, error)),
                None => Ok(base != mine || says_who),
            })?;
        }
        Ok(())
    }

    pub(super) fn find_flash(&mut self, when: When) -> Result<(), Error> {
        for (index, row) in T::FIELDS.iter().enumerate().filter(|(_, row)| row.flags.has(Flags::FLASH)) {
            let slot = self.slots.iter().find(|slot| slot.row == index);
            if when == When::Failed {
                self.flash.extend(slot.and_then(|slot| release(index, slot)));
                continue;
            }
            let mut set = match slot.and_then(|slot| slot.set.clone()) {
                Some(Ok(bytes)) => {
                    limited(row, &bytes)?;
                    Some(bytes)
                }
                Some(Err(error)) => return Err(unencodable(row, error)),
                None => None,
            };
            let shown = slot.is_some_and(|slot| {
                slot.discarded || (slot.taken && !slot.kept && when == When::Response { shows: true })
            });
            let mut consumed = slot.and_then(Slot::in_record).filter(|_| shown);
            // `update(|data| data.notice = …)` is a set, or a discard, by another name.
            if set.is_none() && self.touched.has(index) {
                let mine = changed(row, &self.data)?;
                if mine != encoded(row, &self.base.data)? {
                    match mine == encoded(row, &T::empty())? {
                        true => consumed = slot.and_then(|slot| slot.stored),
                        false => set = Some(mine),
                    }
                }
            }
            let what = match (set, consumed) {
                (Some(value), _) => FlashAct::Set { id: u64::from_le_bytes(random::bytes()?), value },
                (None, Some(id)) => FlashAct::Consume(id),
                (None, None) => {
                    let unseen = slot.filter(|_| matches!(when, When::Response { .. }));
                    self.flash.extend(unseen.and_then(|slot| release(index, slot)));
                    continue;
                }
            };
            self.flash.push(FlashChange { row: index, what });
        }
        Ok(())
    }

    /// Whether it is a claim and nothing else.
    pub(super) fn only_claims(&self) -> bool {
        self.version == OUTSIDE && self.flash.iter().all(|change| matches!(change.what, FlashAct::Claim(..)))
    }

    /// Whether there is anything to write. Rotating or re-authenticating writes too, but only what is stored.
    pub(super) fn writes(&self) -> bool {
        let changes = !self.dirty.is_empty() || !self.flash.is_empty();
        match &self.base.stored {
            Some(_) => changes || self.rotation().rotates() || self.changes_lifetime(),
            None => {
                !self.dirty.is_empty()
                    || write::carries::<T>(&self.base.fields)
                    || self.flash.iter().any(|change| matches!(change.what, FlashAct::Set { .. }))
            }
        }
    }

    /// What the changes were made to, as it was stored, with its header and with what is sealed in it opened.
    pub(super) fn opened(
        &self,
        sealing: &Sealing<'_>,
        reading: Reading<'_>,
    ) -> Result<(Option<&Header>, Opened<'_>), Error> {
        let Base { fields, stored, .. } = &self.base;
        let header = stored.as_ref().map(|stored| &stored.header);
        let handle = stored.as_ref().map_or(reading.handle, |stored| stored.handle);
        Ok((header, sealing.open::<T>(Reading { handle, ..reading }, header, fields)?))
    }

    /// What happens to the id: replaced strictly with every authentication and every change of principal or privilege.
    pub(super) fn rotation(&self) -> Rotation {
        match (self.is_strict(), self.is_old()) {
            (true, _) => Rotation::Strict,
            (false, true) => Rotation::Periodic,
            (false, false) => Rotation::None,
        }
    }

    /// Whether the id that was to be replaced by age is still the session's: a commit whose answer was lost, or another
    /// request, may have done it. Once more would end an id that somebody was given a moment ago.
    fn is_old(&self) -> bool {
        let rotated_at = self.base.stored.as_ref().map(|stored| stored.header.rotated_at);
        self.intent.renew.is_some() && self.intent.renew == rotated_at
    }

    pub(super) fn is_strict(&self) -> bool {
        let sensitive = |row: &Field<T>| row.flags.has(Flags::IDENTITY) || row.flags.has(Flags::PRIVILEGE);
        self.intent.rotate || self.intent.authenticate || self.dirty.of::<T>().any(sensitive)
    }

    /// Whether the identity is written.
    pub(super) fn says_who(&self) -> bool {
        self.dirty.of::<T>().any(|row| row.flags.has(Flags::IDENTITY))
    }

    /// Whether the session gets the other lifetime: being remembered, or not any more.
    fn changes_lifetime(&self) -> bool {
        let stored = self.base.stored.as_ref();
        let remembered = stored.is_some_and(|stored| stored.header.remembered);
        self.intent.remember.is_some_and(|wanted| wanted != remembered)
    }

    /// Whether there is nothing to do but replacing an old id.
    pub(super) fn only_renews(&self) -> bool {
        let changes = !self.dirty.is_empty() || !self.flash.is_empty() || self.changes_lifetime();
        !changes && !self.is_strict()
    }

    /// Whether the client would have to be given a cookie.
    pub(super) fn needs_cookie(&self) -> bool {
        let held = self.base.stored.as_ref().is_none_or(|stored| matches!(stored.key, Key::Sealed(_)));
        self.writes() && (held || self.rotation().rotates() || self.changes_lifetime())
    }

    /// Whose record it is, as a record with that header says it.
    pub(super) fn principal(&self, header: Option<&Header>) -> Result<Principal, Error> {
        write::principal::<T>(header, &self.data)
    }
}

/// A claimed value that this response does not show is anybody's again.
fn release(row: usize, slot: &Slot) -> Option<FlashChange> {
    let id = slot.stored.filter(|_| slot.claimed)?;
    Some(FlashChange { row, what: FlashAct::Release(id) })
}
