//! The sessions of somebody: look-ups by the values of indexed fields.
//!
//! A field with `#[session(index)]` gives [`Sessions`](crate::Sessions) a method `by_<field>`, and that gives the
//! [`SessionsOf`] a value: a list for the page "your devices", a count, and the ways to end them.
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "testing"))] {
//! use session::{SessionData, Sessions};
//! # use session::clock::SystemClock;
//! # use session::testing::{ReferenceStore, block_on};
//!
//! #[derive(SessionData, Clone)]
//! struct UserSession {
//!     #[session(identity, index)]
//!     user_id: Option<i64>,
//!     browser: String,
//! }
//!
//! # block_on(async {
//! # let store = ReferenceStore::new(SystemClock);
//! let sessions = Sessions::<UserSession, _>::new(store);
//! let session = sessions.create();
//! session.sign_in(42);
//! session.set_browser("Firefox".into());
//! sessions.save(&session).await?;
//!
//! for device in sessions.by_user_id(&42).list().await?.devices {
//!     assert_eq!(device.session().browser(), "Firefox");
//!     assert!(device.is(&session));
//! }
//! assert_eq!(sessions.by_user_id(&42).revoke_all().await?.ended, 1);
//! # Ok::<(), session::Error>(())
//! # }).unwrap();
//! # }
//! ```

mod device;
mod find;
mod revoke;
pub(crate) mod term;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use device::{Device, Devices};
pub use find::SessionsOf;
pub use revoke::{Revoked, Unfinished};

use crate::data::{IndexLens, SessionData};
use crate::runtime::Runtime;

/// Where look-ups look: what generated methods stand on.
pub struct Lookup<T, S> {
    runtime: Arc<Runtime>,
    store: S,
    data: PhantomData<fn() -> T>,
}

impl<T, S> Lookup<T, S> {
    pub(crate) const fn new(runtime: Arc<Runtime>, store: S) -> Self {
        Self { runtime, store, data: PhantomData }
    }
}

impl<T: SessionData, S> fmt::Debug for Lookup<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lookup<{}>", T::NAME)
    }
}

/// The look-ups of session data without an indexed field: none.
#[derive(Debug)]
pub struct NoIndexes;

impl<T, S> From<Lookup<T, S>> for NoIndexes {
    fn from(_: Lookup<T, S>) -> Self {
        Self
    }
}

/// The sessions with that value in the field that `L` points to. What `by_<field>` does.
pub fn by<'l, T, L, S>(
    lookup: &'l Lookup<T, S>,
    key: &<L::Value as crate::data::Indexed>::Key,
) -> SessionsOf<'l, T, S>
where
    T: SessionData,
    L: IndexLens<T>,
{
    SessionsOf::new(lookup, L::INDEX, term::of_key::<T, L>(key))
}
