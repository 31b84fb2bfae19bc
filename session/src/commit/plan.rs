use std::sync::Arc;

use crate::codec::{Decoder, EncodeError, Encoder};
use crate::current::{Base, Bits, Intent, Shared, Slot, State};
use crate::data::{Field, Flags, SessionData, identity_of};
use crate::error::{Error, ErrorKind};
use crate::random;
use crate::record::Principal;
use crate::token::Handle;

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
}

/// What one commit would write.
pub(super) struct Plan<T> {
    /// The data that is being written, and its version.
    pub(super) data: Arc<T>,
    pub(super) version: u64,
    /// What the changes were made to.
    pub(super) base: Base<T>,
    pub(super) dirty: Vec<Dirty>,
    pub(super) flash: Vec<FlashChange>,
    pub(super) slots: Vec<Slot>,
    pub(super) intent: Intent,
    pub(super) touched: Bits,
}

/// A field whose bytes changed.
pub(super) struct Dirty {
    pub(super) row: usize,
    pub(super) base: Vec<u8>,
    pub(super) mine: Vec<u8>,
}

/// What becomes of a flash field: setting beats consuming.
pub(super) struct FlashChange {
    pub(super) row: usize,
    /// The set that was shown or discarded.
    pub(super) consumed: Option<u64>,
    /// The new set.
    pub(super) set: Option<(u64, Vec<u8>)>,
}

/// A plan that was taken out of the state. What it does not carry through goes back when it is dropped: after an error,
/// and when the commit's future is cancelled.
pub(super) struct Planned<'a, T: SessionData> {
    shared: &'a Shared<T>,
    plan: Option<Plan<T>>,
}

impl<'a, T: SessionData> Planned<'a, T> {
    pub(super) fn take(shared: &'a Shared<T>, when: When) -> Result<Option<Self>, Error> {
        let plan = {
            let mut state = shared.lock();
            if !state.may_be_dirty() {
                return Ok(None);
            }
            let State { data, version, touched, base, slots, intent, .. } = &mut *state;
            let touch = std::mem::take(&mut intent.touch);
            let taken = std::mem::take(intent);
            intent.touch = touch;
            Plan {
                data: Arc::clone(data),
                version: *version,
                base: base.clone(),
                dirty: Vec::new(),
                flash: Vec::new(),
                slots: slots.clone(),
                intent: taken,
                touched: std::mem::take(touched),
            }
        };
        let mut planned = Self { shared, plan: Some(plan) };
        if let Some(plan) = &mut planned.plan {
            plan.find_dirty()?;
            plan.find_flash(when)?;
            // Nothing to write yet: dropping the plan puts everything back.
            if !plan.writes() && plan.intent.leave.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(planned))
    }

    /// The plan was carried through.
    pub(super) fn done(mut self) -> Option<Plan<T>> {
        self.plan.take()
    }
}

impl<T: SessionData> std::ops::Deref for Planned<'_, T> {
    type Target = Plan<T>;

    fn deref(&self) -> &Plan<T> {
        // Taken by `done` alone, which consumes `self`.
        self.plan.as_ref().expect("a plan that is not done is there")
    }
}

impl<T: SessionData> Drop for Planned<'_, T> {
    fn drop(&mut self) {
        let Some(plan) = self.plan.take() else { return };
        let mut state = self.shared.lock();
        state.touched = state.touched.or(plan.touched);
        let touch = state.intent.touch;
        let newer = std::mem::take(&mut state.intent);
        state.intent = Intent {
            rotate: newer.rotate || plan.intent.rotate,
            authenticate: newer.authenticate || plan.intent.authenticate,
            leave: newer.leave.or(plan.intent.leave),
            remember: newer.remember.or(plan.intent.remember),
            touch,
        };
        drop(state);
    }
}

impl<T: SessionData> Plan<T> {
    pub(super) fn find_dirty(&mut self) -> Result<(), Error> {
        for (index, row) in T::FIELDS.iter().enumerate() {
            if !self.touched.has(index) || row.flags.has(Flags::FLASH) {
                continue;
            }
            let mine = encoded(row, &self.data)?;
            let base = stored(row, &self.base.data)?;
            if base != mine {
                self.dirty.push(Dirty { row: index, base, mine });
            }
        }
        Ok(())
    }

    pub(super) fn find_flash(&mut self, when: When) -> Result<(), Error> {
        for (index, row) in T::FIELDS.iter().enumerate().filter(|(_, row)| row.flags.has(Flags::FLASH)) {
            let slot = self.slots.iter().find(|slot| slot.row == index);
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
            let mut consumed = slot.and_then(|slot| slot.stored).filter(|_| shown);
            // `update(|data| data.notice = …)` is a set, or a discard, by another name.
            if set.is_none() && self.touched.has(index) {
                let mine = encoded(row, &self.data)?;
                if mine != stored(row, &self.base.data)? {
                    match mine == encoded(row, &T::empty())? {
                        true => consumed = slot.and_then(|slot| slot.stored),
                        false => set = Some(mine),
                    }
                }
            }
            if set.is_some() || consumed.is_some() {
                let set = match set {
                    Some(bytes) => Some((u64::from_le_bytes(random::bytes()?), bytes)),
                    None => None,
                };
                self.flash.push(FlashChange { row: index, consumed, set });
            }
        }
        Ok(())
    }

    /// Whether there is anything to write. Rotating or re-authenticating writes too, but only what is stored.
    pub(super) fn writes(&self) -> bool {
        let changes = !self.dirty.is_empty() || !self.flash.is_empty();
        let restamps = self.intent.rotate || self.intent.authenticate || self.intent.remember.is_some();
        match &self.base.stored {
            Some(_) => changes || restamps,
            None => !self.dirty.is_empty() || self.flash.iter().any(|change| change.set.is_some()),
        }
    }

    /// Whether the secret changes: with every authentication and every change of principal or privilege.
    pub(super) fn rotates(&self) -> bool {
        let sensitive = |dirty: &Dirty| {
            let flags = T::FIELDS[dirty.row].flags;
            flags.has(Flags::IDENTITY) || flags.has(Flags::PRIVILEGE)
        };
        self.intent.rotate || self.intent.authenticate || self.dirty.iter().any(sensitive)
    }

    /// Whether the client would have to be given a cookie.
    pub(super) fn needs_cookie(&self) -> bool {
        self.writes() && (self.base.stored.is_none() || self.rotates() || self.intent.remember.is_some())
    }

    pub(super) fn leaves(&self) -> Option<Handle> {
        self.intent.leave
    }

    pub(super) fn principal(&self) -> Result<Principal, Error> {
        match identity_of::<T>() {
            Some((_, row)) if row.is_authenticated(&self.data) => {
                Ok(Principal::of_bytes(&encoded(row, &self.data)?))
            }
            _ => Ok(Principal::NOBODY),
        }
    }
}

pub(super) fn encoded<T>(row: &Field<T>, data: &T) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder::new();
    row.encode(data, &mut encoder);
    encoder.finish().map_err(|error| unencodable(row, error))
}

/// The bytes of a field that was loaded: it may be longer than what would be written now.
fn stored<T>(row: &Field<T>, data: &T) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder::lenient();
    row.encode(data, &mut encoder);
    encoder.finish().map_err(|error| unencodable(row, error))
}

/// A flash value is encoded when it is set, before its row can say how long it may be.
fn limited<T: SessionData>(row: &Field<T>, bytes: &[u8]) -> Result<(), Error> {
    if row.max.is_none() {
        return Ok(());
    }
    let mut data = T::empty();
    match row.decode(&mut data, &mut Decoder::new(bytes)) {
        Ok(()) => encoded(row, &data).map(drop),
        Err(error) => Err(Error::new(ErrorKind::Encode { field: row.name }).caused_by(error)),
    }
}

fn unencodable<T>(row: &Field<T>, error: EncodeError) -> Error {
    let kind = match error {
        EncodeError::OverLimit { length, limit } => {
            ErrorKind::TooLong { field: row.name, actual: length, limit }
        }
        _ => ErrorKind::Encode { field: row.name },
    };
    Error::new(kind).caused_by(error)
}
