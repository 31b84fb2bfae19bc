//! Changing the data: setters, `update`, and what a change of the principal does to everything else.

use std::sync::Arc;

use bytes::Bytes;

use super::bits::Bits;
use super::shared::Shared;
use super::slot::Slot;
use super::state::State;
use crate::data::{Flags, Identity, Lens, SessionData, identity_of};
use crate::evolve::read::Reading;
use crate::evolve::write;
use crate::merge;
use crate::value::to_bytes;

/// What a change of the identity field means (PROTOCOL §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transition {
    /// Nobody before and after.
    None,
    /// The same principal, or the first one: an authentication.
    Arrives,
    /// The principal goes and nobody comes.
    Leaves,
    /// The principal goes and another one comes.
    Changes,
}

impl<T: SessionData> Shared<T> {
    /// Sets one field.
    pub(crate) fn set<L: Lens<T>>(&self, mut value: L::Value) {
        // What is swapped out is dropped here, outside the lock.
        self.edit(None, Some(L::INDEX), |data, _| std::mem::swap(L::get_mut(data), &mut value));
    }

    /// Sets the identity: an authentication event, equal or not.
    pub(crate) fn set_identity<L: Lens<T, Value: Identity>>(&self, value: &L::Value) {
        let _turn = self.gate.enter();
        if value.is_present() {
            self.give_back(&with::<T, L>(value));
        }
        loop {
            let (before, version) = self.versioned();
            let transition = between(L::get(&before), value);
            let published = match transition {
                Transition::Leaves | Transition::Changes => {
                    let mut mine = kept_of(T::clone(&before));
                    L::get_mut(&mut mine).clone_from(value);
                    self.publish(version, mine, transition, Bits::default()).is_ok()
                }
                // Everything else stays as it is.
                Transition::None | Transition::Arrives => {
                    let mut mine = value.clone();
                    // Else it would be copied because it is read here.
                    drop(before);
                    let published = self.edit(Some(version), Some(L::INDEX), |data, intent| {
                        std::mem::swap(L::get_mut(data), &mut mine);
                        intent.authenticate |= transition == Transition::Arrives;
                    });
                    published.is_some()
                }
            };
            if published {
                return;
            }
        }
    }

    /// Changes one field through a closure.
    pub(crate) fn update_field<L: Lens<T>, R>(&self, change: impl FnOnce(&mut L::Value) -> R) -> R {
        if T::FIELDS[L::INDEX].flags.has(Flags::IDENTITY) {
            return self.update(|data| change(L::get_mut(data)));
        }
        let _turn = self.gate.enter();
        let (base, mut version) = self.versioned();
        let mut value = L::get(&base).clone();
        let result = change(&mut value);
        let mut mine = None;
        loop {
            let published = self.edit(Some(version), Some(L::INDEX), |data, _| {
                std::mem::swap(L::get_mut(data), &mut value);
            });
            if published.is_some() {
                return result;
            }
            let (theirs, newer) = self.versioned();
            let row = &T::FIELDS[L::INDEX];
            if has_left::<T>(&base, &theirs) && !row.flags.has(Flags::KEEP) {
                return result;
            }
            // Each merge starts from the change as it was made: what the last one added would be added again.
            let mine = mine.get_or_insert_with(|| value.clone());
            let merged = merge::value(row.policy(), L::get(&base), mine, L::get(&theirs));
            value = merged.unwrap_or_else(|| {
                self.lock().refused.set(L::INDEX);
                mine.clone()
            });
            version = newer;
        }
    }

    /// Changes the data through a closure, on a copy; published field by field if somebody else changed it meanwhile.
    pub(crate) fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let _turn = self.gate.enter();
        let (base, mut version) = self.versioned();
        let mut mine = T::clone(&base);
        let result = change(&mut mine);
        let transition = transition_of::<T>(&base, &mine);
        if matches!(transition, Transition::Leaves | Transition::Changes) {
            mine = kept_of_changed(mine);
        }
        if transition == Transition::Arrives {
            // Makes another version of the data if it gives something back; then this is merged into that.
            self.give_back(&mine);
        }
        let mut changed = None;
        let mut refused = Bits::default();
        loop {
            match self.publish(version, mine, transition, refused) {
                Ok(()) => return result,
                Err(back) => {
                    let (theirs, newer) = self.versioned();
                    (mine, refused) = match transition {
                        // What others changed meanwhile belonged to the principal who left.
                        Transition::Leaves | Transition::Changes => (back, refused),
                        // What this closure changed did.
                        Transition::None if has_left::<T>(&base, &theirs) => {
                            (only_kept::<T>(&base, back, &theirs), Bits::default())
                        }
                        // As in `update_field`, from the change as it was made.
                        Transition::None | Transition::Arrives => {
                            let changed = changed.get_or_insert(back);
                            merge::data::<T>(&base, changed.clone(), &theirs)
                        }
                    };
                    version = newer;
                }
            }
        }
    }

    fn publish(&self, version: u64, mine: T, transition: Transition, refused: Bits) -> Result<(), T> {
        // Made outside the lock: a default is the app's code. A commit that puts another base there meanwhile makes
        // another version, too.
        let left = matches!(transition, Transition::Leaves | Transition::Changes)
            .then(|| (Arc::new(T::empty()), self.carried()));
        // Of the principal who leaves; dropped outside the lock.
        let mut replaced = None;
        self.replace(version, mine, |state: &mut State<T>| {
            state.touched = Bits::ALL;
            state.refused = state.refused.or(refused);
            if let Some((empty, carried)) = left {
                let in_flight = state.in_flight.take();
                state.begun = in_flight.as_ref().and_then(|pending| pending.begun()).or(state.begun);
                replaced = Some((Arc::clone(&state.base.data), in_flight));
                state.slots.iter_mut().for_each(Slot::disown);
                state.leave(empty, carried);
            }
            if matches!(transition, Transition::Arrives | Transition::Changes) {
                state.intent.authenticate = true;
            }
        })
    }

    /// The stored fields that outlive the principal although nobody here can read them. What can be read is in the data,
    /// and compared with a base that has none of it: were it here as well, a field that is set to its default would come
    /// back, and so would one that is not kept any more.
    fn carried(&self) -> Bytes {
        let (fields, stored) = {
            let state = self.lock();
            let stored = state.base.stored.as_ref().map(|stored| (stored.handle, stored.header.clone()));
            (state.base.fields.clone(), stored)
        };
        let (fields, header) = match stored {
            Some((handle, header)) => {
                let reading = Reading { handle, events: &self.runtime.events };
                (self.runtime.sealing().release(reading, &fields), Some(header))
            }
            None => (Ok(fields), None),
        };
        // Fields were checked when they were loaded; were they broken, inheriting nothing is the safe side.
        fields.and_then(|fields| write::kept::<T>(header.as_ref(), &fields)).unwrap_or_default()
    }
}

/// Data in which that is the identity.
fn with<T: SessionData, L: Lens<T>>(identity: &L::Value) -> T {
    let mut data = T::empty();
    L::get_mut(&mut data).clone_from(identity);
    data
}

/// Whether the principal of `before` is gone in `now`.
fn has_left<T: SessionData>(before: &T, now: &T) -> bool {
    identity_of::<T>()
        .is_some_and(|(_, row)| row.is_authenticated(before) && !merge::same_field(row, before, now))
}

/// What others have made of the session since its principal left; of `mine` only what outlives a principal.
fn only_kept<T: SessionData>(base: &T, mine: T, theirs: &T) -> T {
    let (mut merged, _) = merge::data(base, mine, theirs);
    let mut result = theirs.clone();
    for row in T::FIELDS.iter().filter(|row| row.flags.has(Flags::KEEP)) {
        row.swap(&mut result, &mut merged);
    }
    result
}

/// What setting the identity from `before` to `after` means.
fn between<V: Identity>(before: &V, after: &V) -> Transition {
    match (before.is_present(), after.is_present()) {
        (false, false) => Transition::None,
        (false, true) => Transition::Arrives,
        (true, false) => Transition::Leaves,
        // A value that cannot be encoded cannot be shown to be the same one.
        (true, true) if matches!((to_bytes(before), to_bytes(after)), (Ok(a), Ok(b)) if a == b) => {
            Transition::Arrives
        }
        (true, true) => Transition::Changes,
    }
}

/// What a closure did to the identity. Leaving it as it was is no authentication.
fn transition_of<T: SessionData>(before: &T, after: &T) -> Transition {
    let Some((_, row)) = identity_of::<T>() else { return Transition::None };
    match (row.is_authenticated(before), row.is_authenticated(after)) {
        (false, false) => Transition::None,
        (false, true) => Transition::Arrives,
        (true, false) => Transition::Leaves,
        (true, true) if merge::same_field(row, before, after) => Transition::None,
        (true, true) => Transition::Changes,
    }
}

/// Everything at its default, except the fields that outlive a principal.
pub(super) fn kept_of<T: SessionData>(mut data: T) -> T {
    let mut fresh = T::empty();
    for row in T::FIELDS.iter().filter(|row| row.flags.has(Flags::KEEP)) {
        row.swap(&mut fresh, &mut data);
    }
    fresh
}

/// As [`kept_of`], of what a closure made of the data in which it changed the principal. What else it changed it changed
/// in the old principal's data, and bytes do not tell setting from extending.
fn kept_of_changed<T: SessionData>(mut after: T) -> T {
    let mut fresh = T::empty();
    let stays = |flags: Flags| flags.has(Flags::KEEP) || flags.has(Flags::IDENTITY);
    for row in T::FIELDS.iter().filter(|row| stays(row.flags)) {
        row.swap(&mut fresh, &mut after);
    }
    fresh
}
