//! Ending a session at once. What reduces rights does not wait for a response: a 5xx, a panic or a client that hangs up
//! must not undo a logout.
//!
//! From the first store call to the last change of the state nobody commits: what is in memory meanwhile is of the session
//! that ended, and a commit would make it a new one.

use std::sync::Arc;

use super::shared::Shared;
use super::state::{Base, CookieDue, Intent};
use super::{Bits, Slot};
use crate::data::{Identity as _, IdentityLens, SessionData};
use crate::error::{Applied, Error};
use crate::event;
use crate::store::Store as _;

/// What was ended in the store.
struct Ended {
    /// A session that the client has a cookie of.
    known: bool,
    /// A session that a commit without an answer may have begun: nobody has its token yet.
    begun: bool,
}

impl<T: SessionData> Shared<T> {
    pub(crate) async fn destroy(&self) -> Result<(), Error> {
        let _nobody_commits = self.committing.lock().await;
        let ended = self.delete().await?;
        self.forget(&ended);
        let empty = Arc::new(T::empty());
        let base = Base { data: Arc::clone(&empty), fields: bytes::Bytes::new(), stored: None };
        let mut state = self.lock();
        let old = (std::mem::replace(&mut state.data, empty), std::mem::replace(&mut state.base, base));
        state.version += 1;
        state.departures += 1;
        state.touched = Bits::default();
        state.slots = Vec::<Slot>::new();
        state.intent = Intent::default();
        drop(state);
        // The app's data, dropped outside the lock.
        drop(old);
        Ok(())
    }

    /// Ends the session of whoever is signed in. Where nobody is, nothing happens: a stray click on a link to sign out
    /// must not cost an anonymous visitor the cart.
    pub(crate) async fn sign_out<L: IdentityLens<T>>(&self) -> Result<(), Error> {
        let _nobody_commits = self.committing.lock().await;
        if self.is_nobodys::<L>() {
            return Ok(());
        }
        let ended = self.delete().await?;
        // The principal leaves before the record is forgotten: what outlives them is read as its header says.
        self.set_identity::<L>(&L::Value::nobody());
        self.forget(&ended);
        Ok(())
    }

    /// Whether nobody is signed in: not as far as the request sees, where a sign-in without an answer counts, nor in a
    /// record that is still to end because a setter has taken the principal out.
    fn is_nobodys<L: IdentityLens<T>>(&self) -> bool {
        let data = {
            let state = self.lock();
            let stored =
                state.base.stored.as_ref().is_some_and(|stored| !stored.header.principal.is_nobody());
            let withheld = state.withheld.is_some();
            let leaves = state.begun.is_some() || state.intent.leave.is_some();
            if state.degraded || stored || withheld || leaves {
                return false;
            }
            Arc::clone(&state.data)
        };
        !L::get(&data).is_present()
    }

    /// Ends in the store whatever is stored of this session.
    async fn delete(&self) -> Result<Ended, Error> {
        let (known, begun) = {
            let state = self.lock();
            if state.degraded {
                let outage = "the session that could not be loaded has not been ended";
                return Err(Error::unavailable(Applied::No, outage));
            }
            let withheld = state.withheld.as_ref().and_then(|withheld| withheld.base.stored.as_ref());
            let known = state.base.stored.as_ref().or(withheld);
            let known = known.map(|stored| stored.handle).or(state.intent.leave);
            (known, state.in_flight.as_ref().and_then(|pending| pending.begun()).or(state.begun))
        };
        for handle in [known, begun].into_iter().flatten() {
            self.runtime.store.delete(&handle).await?;
            event::destroyed(&self.runtime.events, handle);
        }
        Ok(Ended { known: known.is_some(), begun: begun.is_some() })
    }

    /// Nothing is stored any more.
    fn forget(&self, ended: &Ended) {
        if !ended.known && !ended.begun {
            return;
        }
        let mut state = self.lock();
        state.base.stored = None;
        let (in_flight, withheld) = (state.in_flight.take(), state.withheld.take());
        if let Some(pending) = &in_flight {
            pending.give_back(&mut state);
        }
        (state.intent.leave, state.begun) = (None, None);
        if ended.known {
            state.cookie = CookieDue::Remove;
        }
        drop(state);
        // A commit that may have been made to it does not matter any more. It holds the app's data.
        drop((in_flight, withheld));
    }
}
