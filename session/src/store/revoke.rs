//! Revoking what clients hold: marks on a server that say which sealed records are not accepted any more.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::record::{Nonce, Principal};
use crate::token::Handle;

/// How much longer marks are kept than [`Revoke::covers`] says: for the clocks of nodes that differ from the marks'.
pub const MARGIN: Duration = Duration::from_secs(60 * 60);

/// A store of marks: a small number of bytes for each logout, none for a session that lives.
///
/// A record that the client keeps cannot be deleted. What can be kept on a server is from when on its principal's records
/// count, and from which strict rotation on its own successors do. A copy of a record that was marked is refused wherever
/// the marks are asked for.
///
/// # Laws
///
/// 1. *Marks only grow*: nothing moves [`Marks::not_before`] back or [`Marks::min_rotations`] down, whatever the order of
///    calls.
/// 2. *Time is the store's own*, the same for [`Marks::now`] and [`Marks::not_before`].
/// 3. *A raise is made once*: of several to the same number one is, and that one also when it is asked for again by its
///    nonce.
/// 4. *Marks outlive what they mark*: each is there for [`covers`](Self::covers) and [`MARGIN`] from its last change on.
/// 5. *Unavailable is never unmarked.* What could not be asked is an error. So is a mark for which there is no room.
/// 6. *Memory is bounded*, and marks go away after their time.
pub trait Revoke: Send + Sync + 'static {
    /// The marks of a principal and of one record's lineage. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn marks(
        &self,
        principal: &Principal,
        lineage: &Handle,
    ) -> impl Future<Output = Result<Marks, Error>> + Send;

    /// Refuses all that the principal has authenticated up to now; when that was. One store call.
    ///
    /// # Errors
    /// `Unavailable`, `Full`.
    fn revoke_all(&self, principal: &Principal) -> impl Future<Output = Result<Timestamp, Error>> + Send;

    /// Refuses records of that lineage with fewer strict rotations than `to`; whether it is this commit, named by its
    /// nonce, that did so, now or before. If not, another one was there first, and nothing was changed. One store call.
    ///
    /// # Errors
    /// `Unavailable`, `Full`.
    fn raise(&self, lineage: &Handle, to: u32, by: Nonce)
    -> impl Future<Output = Result<bool, Error>> + Send;

    /// Refuses every record of that lineage; whether any was accepted before. One store call.
    ///
    /// # Errors
    /// `Unavailable`, `Full`.
    fn end(&self, lineage: &Handle) -> impl Future<Output = Result<bool, Error>> + Send;

    /// The longest life of a record, from authentication to its absolute deadline, that the marks are kept for.
    fn covers(&self) -> Duration;
}

/// What is marked of a principal and a lineage, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// What the principal authenticated then or earlier is refused.
    pub not_before: Option<Timestamp>,
    /// Records of the lineage with fewer strict rotations are refused; [`ENDED`](Self::ENDED) refuses all of them.
    pub min_rotations: u32,
    /// The moment, by the clock of the marks.
    pub now: Timestamp,
}

impl Marks {
    /// More strict rotations than any record has.
    pub const ENDED: u32 = u32::MAX;

    /// No marks.
    pub const fn none(now: Timestamp) -> Self {
        Self { not_before: None, min_rotations: 0, now }
    }

    /// The earliest moment, from now on, at which an authentication counts.
    pub fn next_authentication(&self) -> Timestamp {
        let after = self.not_before.map(|not_before| not_before.after(Duration::from_millis(1)));
        self.now.max(after.unwrap_or_default())
    }
}

impl<R: Revoke> Revoke for Arc<R> {
    fn marks(
        &self,
        principal: &Principal,
        lineage: &Handle,
    ) -> impl Future<Output = Result<Marks, Error>> + Send {
        (**self).marks(principal, lineage)
    }

    fn revoke_all(&self, principal: &Principal) -> impl Future<Output = Result<Timestamp, Error>> + Send {
        (**self).revoke_all(principal)
    }

    fn raise(
        &self,
        lineage: &Handle,
        to: u32,
        by: Nonce,
    ) -> impl Future<Output = Result<bool, Error>> + Send {
        (**self).raise(lineage, to, by)
    }

    fn end(&self, lineage: &Handle) -> impl Future<Output = Result<bool, Error>> + Send {
        (**self).end(lineage)
    }

    fn covers(&self) -> Duration {
        (**self).covers()
    }
}

/// Marks whose store's type is forgotten.
#[derive(Clone)]
pub struct DynRevoke(Arc<dyn Erased>);

impl DynRevoke {
    /// Forgets the type of `marks`.
    pub fn new(marks: impl Revoke) -> Self {
        Self(Arc::new(marks))
    }
}

impl fmt::Debug for DynRevoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynRevoke").field("covers", &self.0.covers()).finish_non_exhaustive()
    }
}

type Answer<'a, V> = Pin<Box<dyn Future<Output = Result<V, Error>> + Send + 'a>>;

trait Erased: Send + Sync + 'static {
    fn marks<'a>(&'a self, principal: &'a Principal, lineage: &'a Handle) -> Answer<'a, Marks>;
    fn revoke_all<'a>(&'a self, principal: &'a Principal) -> Answer<'a, Timestamp>;
    fn raise<'a>(&'a self, lineage: &'a Handle, to: u32, by: Nonce) -> Answer<'a, bool>;
    fn end<'a>(&'a self, lineage: &'a Handle) -> Answer<'a, bool>;
    fn covers(&self) -> Duration;
}

impl<R: Revoke> Erased for R {
    fn marks<'a>(&'a self, principal: &'a Principal, lineage: &'a Handle) -> Answer<'a, Marks> {
        Box::pin(Revoke::marks(self, principal, lineage))
    }

    fn revoke_all<'a>(&'a self, principal: &'a Principal) -> Answer<'a, Timestamp> {
        Box::pin(Revoke::revoke_all(self, principal))
    }

    fn raise<'a>(&'a self, lineage: &'a Handle, to: u32, by: Nonce) -> Answer<'a, bool> {
        Box::pin(Revoke::raise(self, lineage, to, by))
    }

    fn end<'a>(&'a self, lineage: &'a Handle) -> Answer<'a, bool> {
        Box::pin(Revoke::end(self, lineage))
    }

    fn covers(&self) -> Duration {
        Revoke::covers(self)
    }
}

impl Revoke for DynRevoke {
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        self.0.marks(principal, lineage).await
    }

    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        self.0.revoke_all(principal).await
    }

    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        self.0.raise(lineage, to, by).await
    }

    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        self.0.end(lineage).await
    }

    fn covers(&self) -> Duration {
        self.0.covers()
    }
}
