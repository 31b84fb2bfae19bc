//! The session of one request: what handlers hold.
//!
//! [`Session`] dereferences to the generated accessors, and these to [`Current`], which has what every session has,
//! whatever its fields. Fields come first, so that a method that a later version adds to [`Current`] never changes what
//! existing code means.

pub(crate) mod access;
mod bits;
mod change;
mod end;
mod gate;
mod session;
mod shared;
pub(crate) mod slot;
mod snapshot;
mod state;
mod withhold;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub(crate) use bits::Bits;
pub use session::Session;
pub(crate) use shared::Shared;
pub(crate) use slot::Slot;
pub use snapshot::Ref;
pub(crate) use state::{Base, CookieDue, Intent, Key, State, Stored};

use crate::commit::When;
use crate::csrf::{self, CsrfToken};
use crate::data::{Flags, SessionData};
use crate::error::Error;
use crate::load;
use crate::store::Store as _;
use crate::token::Handle;

/// What every session can do, whatever its fields.
///
/// All clones of a handle see the same data, in handlers, middleware and tasks. Nothing here blocks: reading and changing
/// is done on snapshots, and the methods that ask the store are async.
pub struct Current<T: SessionData> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: SessionData> Current<T> {
    /// The session's handle, if it is stored. Not secret: it may go to logs and device lists, and opens nothing.
    pub fn id(&self) -> Option<Handle> {
        self.stored(|stored| stored.handle)
    }

    /// Whether the session is not stored yet. It will be when something is set.
    pub fn is_new(&self) -> bool {
        self.shared.lock().base.stored.is_none()
    }

    /// Whether the store could not be asked and this session stands in for one that may be there
    /// ([`OnUnavailable::Proceed`](crate::config::OnUnavailable)): it holds nothing, or what this node remembered where a
    /// route asked for that ([`open_read_only`](crate::http::Exchange::open_read_only)), and nothing of it is stored.
    pub fn is_degraded(&self) -> bool {
        self.shared.lock().degraded
    }

    /// Whether the client has a session that it does not get: it is bound to another client, and its principal has not
    /// signed in again ([`OnMismatch::Reauthenticate`](crate::config::OnMismatch)). Until then this one holds nothing, and
    /// nothing of it is stored.
    pub fn is_withheld(&self) -> bool {
        self.shared.lock().withheld.is_some()
    }

    /// When the session was created, by the store's clock; `None` if it is not stored yet.
    pub fn created_at(&self) -> Option<SystemTime> {
        self.stored(|stored| stored.header.created.into())
    }

    /// When somebody last authenticated in this session.
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.stored(|stored| stored.header.authenticated_at.map(SystemTime::from)).flatten()
    }

    /// How often the session id was rotated.
    pub fn rotations(&self) -> u32 {
        self.stored(|stored| stored.header.rotations).unwrap_or_default()
    }

    /// When the session ends unless it is used; `None` if it is not stored yet.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.stored(|stored| stored.header.deadline().into())
    }

    /// When the session ends however much it is used; `None` if it is not stored yet.
    pub fn ends_at(&self) -> Option<SystemTime> {
        self.stored(|stored| stored.header.absolute_deadline.into())
    }

    /// How long until [`expires_at`](Self::expires_at); zero if that is past.
    pub fn time_until_expiry(&self) -> Option<Duration> {
        self.stored(|stored| stored.header.deadline())
            .map(|deadline| load::until(&self.shared.runtime, deadline))
    }

    /// Whether the session's deadline has passed while this request ran. A session that is not stored has none.
    pub fn is_expired(&self) -> bool {
        self.stored(|stored| stored.header.is_expired(self.shared.runtime.store.now())).unwrap_or(false)
    }

    /// Whether the session is stored and its deadline has not passed.
    pub fn is_valid(&self) -> bool {
        !self.is_new() && !self.is_expired()
    }

    /// Reads several fields of one moment.
    pub fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.shared.data())
    }

    /// All fields of this moment, to keep.
    pub fn snapshot(&self) -> Arc<T> {
        self.shared.data()
    }

    /// Changes several fields at once. `change` works on a copy and holds no lock: it may read and change the same
    /// session. What others change meanwhile is merged field by field, as concurrent requests are; if `change` panics,
    /// nothing is changed.
    ///
    /// Changing the identity field here is a change of principal only if the value differs. Then the session starts clean:
    /// of everything else in the struct only `keep` fields stay, whatever the closure did to the others. Set what belongs
    /// to the new principal afterwards.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        self.shared.update(change)
    }

    /// Gives the session another id with this response: every older token is dead at once. Changing the principal or a
    /// privilege does so by itself. Nothing is done to a session that is not stored yet.
    pub fn rotate_id(&self) {
        self.shared.lock().intent.rotate = true;
    }

    /// Moves the idle deadline on with this response, however recently that was done. Using a session does so by itself
    /// now and then.
    pub fn touch(&self) {
        self.shared.lock().intent.touch = true;
    }

    /// Gives the session the lifetime of "remember me", from the last authentication on, and a cookie that outlives the
    /// browser. Has an effect while somebody is signed in.
    pub fn remember(&self) {
        self.shared.lock().intent.remember = Some(true);
    }

    /// Gives the session the ordinary lifetime again.
    pub fn forget(&self) {
        self.shared.lock().intent.remember = Some(false);
    }

    /// Keeps all flash values for one more page.
    pub fn keep_all(&self) {
        self.each_flash(Slot::keep);
    }

    /// Drops all flash values.
    pub fn discard_all(&self) {
        self.each_flash(Slot::discard);
    }

    /// Writes what was changed now, rather than with the response: for streams, sockets and jobs. At most one store call
    /// if nobody else changes the session, none if nothing was changed.
    ///
    /// # Errors
    /// * `Gone`: the session ended or its id was rotated meanwhile; nothing was written.
    /// * `HeadSent`: the response has left and the change needs a cookie: creating, rotating, signing in.
    /// * `Unavailable`, `OutcomeUnknown`, `Contended`, `Conflict`, `Encode`, `TooLarge`, `Full`.
    ///
    /// After an error the changes are still there to be committed again; after `OutcomeUnknown` this request cannot, since
    /// they may have been made.
    pub async fn commit(&self) -> Result<(), Error> {
        self.shared.commit(When::Asked).await
    }

    /// Ends the session now and for good: no request, node or retry brings it back. The response, whatever its status,
    /// removes the cookie. What is set afterwards begins a new session. One store call, none if nothing is stored.
    ///
    /// # Errors
    /// `Unavailable`: the session may not have ended. Nothing else was changed.
    pub async fn destroy(&self) -> Result<(), Error> {
        self.shared.destroy().await
    }

    /// A CSRF token of this session, for a form of the page that this response shows. Another text each time, and no store
    /// call. A session that is not stored yet has one, too: it is valid if this request stores the session, and not needed
    /// if nothing is stored. Ask for it after what this request changes of principal and privileges, which ends the
    /// tokens from before.
    ///
    /// [`CsrfGuard`](crate::tower::guard::CsrfGuard) checks it.
    ///
    /// # Errors
    /// `Config`: there are no keys. `NoRandomness`.
    pub fn csrf_token(&self) -> Result<CsrfToken, Error> {
        csrf::issue(&self.shared.runtime.config, &self.shared.csrf_scope_to_come()?)
    }

    /// Whether that is a [CSRF token](Self::csrf_token) of this session, for handlers that get it in their own way. Never
    /// for a session that is not stored.
    ///
    /// # Errors
    /// `Config`: there are no keys.
    pub fn is_csrf_token(&self, text: impl AsRef<[u8]>) -> Result<bool, Error> {
        match self.shared.csrf_scope() {
            Some(scope) => csrf::accepts(&self.shared.runtime.config, &scope, text.as_ref()),
            None => Ok(false),
        }
    }

    /// The session data as JSON, for exports and support. Fields follow the struct's own `Serialize`.
    ///
    /// # Errors
    /// `Encode`: a value that JSON does not have.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> Result<serde_json::Value, Error>
    where
        T: serde::Serialize,
    {
        serde_json::to_value(&*self.shared.data())
            .map_err(|error| Error::new(crate::error::ErrorKind::Encode { field: T::NAME }).caused_by(error))
    }

    fn stored<R>(&self, read: impl FnOnce(&Stored) -> R) -> Option<R> {
        self.shared.lock().base.stored.as_deref().map(read)
    }

    fn each_flash(&self, work: fn(&mut Slot)) {
        let mut state = self.shared.lock();
        for (index, _) in T::FIELDS.iter().enumerate().filter(|(_, row)| row.flags.has(Flags::FLASH)) {
            work(state.slot(index));
        }
    }
}

impl<T: SessionData> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// Shows which session it is, not what is in it.
impl<T: SessionData> fmt::Debug for Current<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(T::NAME).field("id", &self.id()).finish_non_exhaustive()
    }
}
