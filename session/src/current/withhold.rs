//! A session that came from another client than the one it is bound to, where the configuration lets its principal have
//! it back by signing in again.

use std::sync::Arc;

use super::shared::Shared;
use super::state::{Base, CookieDue, State, Withheld};
use crate::data::{SessionData, identity_of};
use crate::merge;

impl<T: SessionData> State<T> {
    /// Puts everything that was loaded out of reach: what is left is a session that holds nothing.
    pub(crate) fn withhold(&mut self, what: &'static str) {
        let empty = Arc::new(T::empty());
        let base = Base { data: Arc::clone(&empty), fields: bytes::Bytes::new(), stored: None };
        let base = std::mem::replace(&mut self.base, base);
        let slots = std::mem::take(&mut self.slots);
        self.data = empty;
        self.cookie = CookieDue::Nothing;
        self.withheld = Some(Box::new(Withheld { what, base, slots }));
    }
}

impl<T: SessionData> Shared<T> {
    /// `arriving` has a principal who has just signed in. If it is the one of the session that is withheld, the session is
    /// there again, with what this request has set meanwhile merged into it; the sign-in then is one to a session that is
    /// theirs already. If it is somebody else the session ends, as it does with any change of principal.
    pub(super) fn give_back(&self, arriving: &T) {
        let empty = T::empty();
        loop {
            let withheld = self.lock().withheld.as_ref().map(|withheld| withheld.base.clone());
            let Some(base) = withheld else { return };
            let is_theirs =
                identity_of::<T>().is_some_and(|(_, row)| merge::same_field(row, &base.data, arriving));
            if !is_theirs {
                let mut state = self.lock();
                let ended = state.withheld.take();
                state.intent.leave = base.stored.map(|stored| stored.handle);
                drop(state);
                // The app's data, dropped outside the lock.
                drop(ended);
                return;
            }
            let (current, version) = self.versioned();
            let (merged, refused) = merge::data::<T>(&empty, T::clone(&current), &base.data);
            let mut replaced = None;
            let answer = self.replace(version, merged, |state| {
                let Some(withheld) = state.withheld.take() else { return };
                let Withheld { base, slots, .. } = *withheld;
                replaced = Some(std::mem::replace(&mut state.base, base));
                for loaded in slots {
                    let slot = state.slot(loaded.row);
                    (slot.stored, slot.claimed_until) = (loaded.stored, loaded.claimed_until);
                }
                state.refused = state.refused.or(refused);
            });
            if answer.is_ok() {
                return;
            }
        }
    }
}
