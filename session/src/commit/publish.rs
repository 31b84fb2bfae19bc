use std::sync::Arc;

use super::Written;
use super::plan::{FlashAct, Planned};
use crate::clock::Timestamp;
use crate::current::{Base, Bits, CookieDue, Shared};
use crate::data::{Flags, SessionData};
use crate::evolve::read::Reading;
use crate::{event, merge};

/// Makes what was written the request's new base.
///
/// Changes made while the commit ran stay changes: they are merged onto what was written, as another request's would be.
/// Unless the principal left while it ran: then what was written is what they left, and not the next one's base.
pub(super) fn publish<T: SessionData>(shared: &Shared<T>, plan: Planned<'_, T>, written: Written) {
    let Some(plan) = plan.carried_out() else { return };
    let Written { stored, fields, attempts, merged, rotation, issued } = written;
    let events = &shared.runtime.events;
    let before = plan.base.stored.as_ref().filter(|before| before.handle == stored.handle);
    if before.is_none() {
        event::created(events, stored.handle);
    }
    if attempts > 0 {
        event::committed(events, &stored, attempts, merged);
    }
    if plan.intent.authenticate {
        event::authenticated(events, stored.handle);
    }
    if let Some(before) = before.filter(|_| rotation.rotates()) {
        event::rotated(events, before, &stored, rotation);
    }
    let committed = match merged {
        false => Arc::clone(&plan.data),
        true => match shared.runtime.sealing().read::<T>(
            Reading { handle: stored.handle, events },
            &stored.header,
            &fields,
        ) {
            // The pages of this request go on showing the messages that they loaded, and what is not stored stays.
            Ok((mut decoded, _)) => {
                let mut merged = T::clone(&plan.data);
                for row in T::FIELDS.iter().filter(|row| !row.flags.has(Flags::FLASH)) {
                    row.swap(&mut merged, &mut decoded);
                }
                Arc::new(merged)
            }
            // The write was made; the next load will say the same of it.
            Err(error) => {
                event::unreadable(events, stored.handle, &error);
                Arc::clone(&plan.data)
            }
        },
    };

    let (mut current, mut version) = shared.versioned();
    loop {
        let (next, refused) = if version == plan.version {
            (Arc::clone(&committed), Bits::default())
        } else if merged {
            let (merged, refused) = merge::data::<T>(&plan.data, T::clone(&current), &committed);
            (Arc::new(merged), refused)
        } else {
            (Arc::clone(&current), Bits::default())
        };
        let mut state = shared.lock();
        if state.departures != plan.departures {
            let known = plan.base.stored.as_ref().is_some_and(|before| before.handle == stored.handle);
            // What the client knows was marked to end when they left.
            if !known {
                state.begun = Some(stored.handle);
            }
            drop(state);
            // The app's data, dropped outside the lock.
            drop((next, plan));
            return;
        }
        if state.version != version {
            let newer = (Arc::clone(&state.data), state.version);
            drop(state);
            (current, version) = newer;
            continue;
        }
        let old = std::mem::replace(&mut state.data, next);
        state.version += 1;
        state.refused = state.refused.or(refused);
        if version != plan.version {
            state.touched = Bits::ALL;
        }
        // The store took the write from whoever holds that id.
        let is_good = state.cookie == CookieDue::Reissue;
        if issued || is_good || plan.intent.remember.is_some() {
            state.cookie = CookieDue::Issue;
        }
        let base = Base { data: Arc::clone(&committed), fields, stored: Some(stored) };
        let base = std::mem::replace(&mut state.base, base);
        for change in &plan.flash {
            let slot = state.slot(change.row);
            if let FlashAct::Claim(_, until) = change.what {
                (slot.claimed, slot.claimed_until) = (true, until);
                continue;
            }
            if let FlashAct::Release(_) = change.what {
                (slot.claimed, slot.claimed_until) = (false, Timestamp::default());
                continue;
            }
            let planned = plan.slots.iter().find(|planned| planned.row == change.row);
            slot.forget_stored();
            if let FlashAct::Set { id, .. } = change.what {
                slot.written = Some(id);
            }
            if planned.is_some_and(|planned| planned.set == slot.set) {
                slot.set = None;
            }
        }
        drop(state);
        // The app's data, dropped outside the lock.
        drop((old, base, plan));
        return;
    }
}
