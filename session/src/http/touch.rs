//! What a response that changes nothing may still ask of the store.

use std::sync::Arc;
use std::time::Duration;

use crate::commit::fits;
use crate::current::{CookieDue, Key, Shared};
use crate::data::SessionData;
use crate::event;
use crate::record::Record;
use crate::store::{Store as _, Touch, Touched};

/// Moves the idle deadline on if it is worth a store call. That this fails is no reason to withhold the page.
///
/// Also asks whether an id is still good that another request was given and that this one is about to give again: a login
/// may have replaced it meanwhile, and what that one has given to the client must stay.
pub(super) async fn touch<T: SessionData>(shared: &Shared<T>) {
    let runtime = &shared.runtime;
    let due = {
        let mut state = shared.lock();
        let asked = std::mem::take(&mut state.intent.touch);
        let doubted = state.cookie == CookieDue::Reissue;
        let Some(stored) = &state.base.stored else { return };
        let threshold = match asked || doubted {
            true => Duration::ZERO,
            false => runtime.config.touch_threshold_for(stored.header.idle_span),
        };
        let wanted = runtime.store.now().after(stored.header.idle_span).min(stored.header.absolute_deadline);
        let gain = wanted.since(stored.header.idle_deadline);
        (doubted || !gain.is_zero() && gain >= threshold).then(|| {
            let touch = match &stored.key {
                Key::Sealed(_) => {
                    let record = Record { header: stored.header.clone(), fields: state.base.fields.clone() };
                    Touch::held(stored.handle, record, threshold)
                }
                key => Touch::new(stored.handle, key.proof(), threshold),
            };
            (touch, Arc::clone(stored))
        })
    };
    let Some((touch, touched_at)) = due else { return };
    let touched = runtime.store.touch(&touch).await.and_then(|touched| match &touched {
        Touched::Until { sealed: Some(sealed), .. } => fits(sealed, &runtime.config).map(|()| touched),
        _ => Ok(touched),
    });
    // A commit that the app made meanwhile has made another record of it, with deadlines and perhaps a cookie of its own.
    match touched {
        Ok(Touched::Until { idle_deadline, sealed }) => {
            let mut state = shared.lock();
            let Some(stored) = state.base.stored.as_mut().filter(|now| Arc::ptr_eq(now, &touched_at)) else {
                return;
            };
            drop(touched_at);
            let stored = Arc::make_mut(stored);
            stored.header.idle_deadline = idle_deadline;
            if let Some(sealed) = sealed {
                stored.key = Key::Sealed(sealed);
                state.cookie = CookieDue::Issue;
            }
        }
        Ok(Touched::Gone(why)) => {
            let mut state = shared.lock();
            if state.base.stored.as_ref().is_some_and(|now| Arc::ptr_eq(now, &touched_at)) {
                state.withdraw();
            }
            drop(state);
            event::gone(&runtime.events, touch.handle, why);
            event::late_write(&runtime.events, touch.handle, why);
        }
        Err(error) => {
            shared.lock().withdraw_doubted();
            event::touch_failed(&runtime.events, touch.handle, &error);
        }
    }
}
