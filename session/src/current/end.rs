use std::sync::Arc;

use async_lock::MutexGuard;

use super::shared::Shared;
use super::state::{Base, CookieDue, Intent};
use super::{Bits, Slot};
use crate::data::SessionData;
use crate::error::Error;
use crate::event;
use crate::store::Store as _;

impl<T: SessionData> Shared<T> {
    /// Ends the record now. What reduces rights does not wait for a response: a 5xx, a panic or a client that hangs up
    /// must not undo a logout.
    ///
    /// As long as the result is held nobody commits: what is still in memory is of the session that ended, and a commit
    /// would make it a new one. The caller clears it first.
    pub(crate) async fn end(&self) -> Result<MutexGuard<'_, ()>, Error> {
        let one_at_a_time = self.committing.lock().await;
        let (stored, in_doubt) = {
            let state = self.lock();
            let withheld = state.withheld.as_ref().and_then(|withheld| withheld.base.stored.as_ref());
            let stored = state.base.stored.as_ref().or(withheld);
            let stored = stored.map(|stored| stored.handle).or(state.intent.leave);
            (stored, state.in_flight.as_ref().map(|pending| pending.handle()))
        };
        // A commit that may have been made may have begun another session, of which nobody has the token yet.
        let begun = in_doubt.filter(|handle| stored != Some(*handle));
        for handle in [stored, begun].into_iter().flatten() {
            self.runtime.store.delete(&handle).await?;
            event::destroyed(handle);
        }
        if stored.is_none() && begun.is_none() {
            return Ok(one_at_a_time);
        }
        let mut state = self.lock();
        state.base.stored = None;
        let withheld = state.withheld.take();
        let in_flight = state.in_flight.take();
        if let Some(pending) = &in_flight {
            pending.give_back(&mut state);
        }
        state.intent.leave = None;
        if stored.is_some() {
            state.cookie = CookieDue::Remove;
        }
        drop(state);
        // A commit that may have been made to it does not matter any more. It holds the app's data.
        drop((in_flight, withheld));
        Ok(one_at_a_time)
    }

    pub(crate) async fn destroy(&self) -> Result<(), Error> {
        let _nobody_commits = self.end().await?;
        let empty = Arc::new(T::empty());
        let base = Base { data: Arc::clone(&empty), fields: bytes::Bytes::new(), stored: None };
        let mut state = self.lock();
        let old = (std::mem::replace(&mut state.data, empty), std::mem::replace(&mut state.base, base));
        state.version += 1;
        state.touched = Bits::default();
        state.slots = Vec::<Slot>::new();
        state.intent = Intent::default();
        drop(state);
        // The app's data, dropped outside the lock.
        drop(old);
        Ok(())
    }
}
