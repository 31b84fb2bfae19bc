//! What a store is: [`Store`], its laws, and the rules that every server-side store applies.
//!
//! A store knows handles, headers and bytes; it never knows a session's type. It decides time: deadlines are computed
//! and compared by the store's clock, so that an app node whose clock is wrong logs nobody out.

mod erased;
mod freshness;
mod health;
mod index;
mod outcome;
mod revoke;
mod roll;
mod rules;
mod scan;
mod write;

use std::future::Future;

pub use erased::DynStore;
pub use freshness::Freshness;
pub use health::{Health, ServerHealth};
pub use index::{Entry, Index, LOGIN_LIFE, Limit, Listing, Member, Term};
pub use outcome::{Commit, Gone, Load, Loads, Touched};
pub use revoke::{DynRevoke, MARGIN, Marks, Revoke};
pub use roll::{Refusal, Roll};
pub use rules::{Slot, Verdict, decide, decide_held, decide_held_touch, decide_touch};
pub use scan::{Cursor, Page, Scan};
pub use write::{Absolute, Condition, Draft, Rotation, Shown, Times, Touch, Write};

use crate::clock::Timestamp;
use crate::config::SessionConfig;
use crate::error::Error;
use crate::token::Handle;

/// Where a record is: by its handle in a store on the server, or in the client's own hands, sealed.
#[derive(Clone)]
pub enum Locator {
    /// The record of that handle.
    Handle(Handle),
    /// The record itself, as the client sent it: the store's own text, in base64url.
    Sealed(Vec<u8>),
}

impl std::fmt::Debug for Locator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Handle(handle) => f.debug_tuple("Handle").field(handle).finish(),
            Self::Sealed(bytes) => write!(f, "Sealed({} bytes)", bytes.len()),
        }
    }
}

/// Which laws a store keeps, as a type, so that what needs the stronger ones says so in its bounds.
pub trait Kind: Send + Sync + 'static {}

/// Keeps records itself: every law of [`Store`] holds.
#[derive(Debug)]
pub enum ServerSide {}

/// The client keeps the record: it expires and cannot be forged, but an old copy can be sent again.
#[derive(Debug)]
pub enum ClientSide {}

/// Either, known at run time only.
#[derive(Debug)]
pub enum AnyKind {}

impl Kind for ServerSide {}
impl Kind for ClientSide {}
impl Kind for AnyKind {}

/// What a store can and cannot do, at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// The client holds the record: its token changes with every commit and touch.
    pub client_side: bool,
    /// The largest record that fits, in bytes, where there is a bound.
    pub max_record: Option<usize>,
    /// It lists sessions by the values of indexed fields: see [`Index`].
    pub index: bool,
    /// Loads may be answered from copies, and how far these may lag behind a write elsewhere. A client that has written is
    /// then given a short-lived cookie with the revision that it has seen, and comes back with it
    /// ([`Freshness::AtLeast`]): it reads its own writes on every node.
    pub lag: Option<std::time::Duration>,
}

/// Keeps session records.
///
/// # Laws
///
/// A [`ServerSide`] store keeps all of them, a [`ClientSide`] store those marked †.
///
/// 1. *A stale base never applies.* A commit whose base is not the present state changes nothing.
/// 2. *A create never overwrites* a live record or a tombstone, and never happens after its `not_after`.
/// 3. *Nothing revives a deleted handle.* After `delete`, every commit and touch is `Gone`, a delayed create included.
/// 4. *Update, touch and rotation never create*: on an absent record they are `Gone`.
/// 5. † *Expired is absent*, whatever is still kept of it; to the retry of a commit that was made in time, too.
/// 6. *Touch changes the idle deadline alone*: never the data or the stamp, never backwards, never past the absolute
///    deadline.
/// 7. *One secret*: of the old and the new secret of a rotation, at every instant exactly one is current.
/// 8. † *Unavailable is never absent.* What could not be asked is an error.
/// 9. *Commits to one handle are linearizable.*
/// 10. *A retried commit applies once*, known by its nonce as long as the session lives, or says that it cannot know.
/// 11. † *Memory is bounded*, and so is the time to decode.
/// 12. *A handle that was never given out leaves nothing behind* when it is deleted.
/// 13. *A batch is its loads*: for each handle, in its place, what a load would answer.
///
/// [`decide`] and [`decide_touch`] are these laws as pure functions. A store that can run Rust between reading and
/// writing a record calls them under its lock; one that cannot (Redis) mirrors them in its script. [`decide_held`] and
/// [`decide_held_touch`] are those of a store whose records the client keeps.
///
/// # Cancellation
///
/// A future may be dropped at any await point. Before the operation was sent nothing has happened; after that it may
/// have happened whole, never in part.
pub trait Store: Send + Sync + 'static {
    /// Which laws hold.
    type Kind: Kind;

    /// The record, whoever may open it: the caller compares proofs. One store call.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`, `TooNew`.
    fn load(&self, at: &Locator) -> impl Future<Output = Result<Load, Error>> + Send;

    /// As [`load`](Self::load), where copies are kept: how fresh the answer must be. One store call at the most, none if a
    /// copy will do. A store that keeps no copies has only fresh answers; one around another store passes this on.
    ///
    /// # Errors
    /// As `load`. For [`Freshness::AnyCopy`], `Unavailable` where there is no copy.
    fn load_within(
        &self,
        at: &Locator,
        freshness: Freshness,
    ) -> impl Future<Output = Result<Load, Error>> + Send {
        let _ = freshness;
        self.load(at)
    }

    /// The records of several handles, in their order: for each what [`load`](Self::load) answers, an error that concerns
    /// one record alone (`Corrupt`, `TooNew`) in its place.
    ///
    /// As many store calls as handles, one after the other, unless the store has something better: one round trip to each
    /// server that has some of them. A store around another one must pass this on.
    ///
    /// # Errors
    /// `Unavailable`: some of them could not be asked for.
    fn load_many(&self, handles: &[Handle]) -> impl Future<Output = Result<Loads, Error>> + Send {
        async move {
            let mut loads = Vec::with_capacity(handles.len());
            for handle in handles {
                match self.load(&Locator::Handle(*handle)).await {
                    Err(error) if error.is_unavailable() => return Err(error),
                    answer => loads.push(answer),
                }
            }
            Ok(loads)
        }
    }

    /// The one write that changes session data: creates, updates or rotates, whole or not at all. One store call.
    ///
    /// # Errors
    /// `Unavailable` (with what is known of its effect), `Full`, `TooLarge`, `Corrupt`.
    fn commit(&self, write: &Write) -> impl Future<Output = Result<Commit, Error>> + Send;

    /// Moves the idle deadline on. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn touch(&self, touch: &Touch) -> impl Future<Output = Result<Touched, Error>> + Send;

    /// Ends the session, whatever happens to it meanwhile; whether there was one. Needs no proof: logging out always
    /// wins. Idempotent. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn delete(&self, handle: &Handle) -> impl Future<Output = Result<bool, Error>> + Send;

    /// The store's clock, without asking anybody: for a remote store, its best estimate.
    fn now(&self) -> Timestamp;

    /// A moment that has surely passed by the store's clock, as late as can be known: for a store in this process, now. A
    /// store around another one must pass this on.
    fn past(&self) -> Timestamp {
        self.now()
    }

    /// Whether the store works. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn health(&self) -> impl Future<Output = Result<Health, Error>> + Send;

    /// What the store can do.
    fn capabilities(&self) -> Capabilities;

    /// This store, set up for sessions of that configuration; `None` if it works with any. [`Runtime`](crate::Runtime) asks
    /// once, before anything else.
    ///
    /// A store whose records the client keeps binds them to the application and the cookie, and has to know how much room
    /// there is. A store around another one must pass this on.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config): why the store cannot be used so, each reason with its cure.
    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error>
    where
        Self: Sized,
    {
        let _ = config;
        Ok(None)
    }
}

impl<S: Store> Store for std::sync::Arc<S> {
    type Kind = S::Kind;

    fn load(&self, at: &Locator) -> impl Future<Output = Result<Load, Error>> + Send {
        (**self).load(at)
    }

    fn load_within(
        &self,
        at: &Locator,
        freshness: Freshness,
    ) -> impl Future<Output = Result<Load, Error>> + Send {
        (**self).load_within(at, freshness)
    }

    fn load_many(&self, handles: &[Handle]) -> impl Future<Output = Result<Loads, Error>> + Send {
        (**self).load_many(handles)
    }

    fn commit(&self, write: &Write) -> impl Future<Output = Result<Commit, Error>> + Send {
        (**self).commit(write)
    }

    fn touch(&self, touch: &Touch) -> impl Future<Output = Result<Touched, Error>> + Send {
        (**self).touch(touch)
    }

    fn delete(&self, handle: &Handle) -> impl Future<Output = Result<bool, Error>> + Send {
        (**self).delete(handle)
    }

    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn past(&self) -> Timestamp {
        (**self).past()
    }

    fn health(&self) -> impl Future<Output = Result<Health, Error>> + Send {
        (**self).health()
    }

    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        Ok((**self).configured(config)?.map(Self::new))
    }
}
