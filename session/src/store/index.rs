//! Finding sessions by a value: what an index is asked, and what a commit says to it.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use ring::digest;

use super::{Absolute, Condition, Store, Write};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::record::{Nonce, Principal, Stamp};
use crate::token::Handle;

/// How long a login may take, from the load of its session to its commit: what a bar says of the time before it is known
/// for so long.
pub const LOGIN_LIFE: Duration = Duration::from_secs(60 * 60);

/// What an index is asked by: an indexed field and one value of it, as 128 bits of a hash.
///
/// The hash has no key, so the term of a value that can be guessed, such as a small number, can be computed by whoever
/// guesses it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term([u8; 16]);

impl Term {
    /// The term of these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Everything of one principal.
    pub fn of_principal(principal: &Principal) -> Self {
        Self::of(b"session/index/principal/1", &principal.0)
    }

    /// Everything with that value in the field of that name.
    pub(crate) fn of_value(name32: u32, value: &[u8]) -> Self {
        Self::of(b"session/index/value/1", &[&name32.to_le_bytes(), value].concat())
    }

    fn of(what: &[u8], bytes: &[u8]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(what);
        context.update(bytes);
        let mut term = [0; 16];
        term.copy_from_slice(&context.finish().as_ref()[..16]);
        Self(term)
    }
}

/// Shows nothing of it: the term of a small number can be looked up in a table of all of them.
impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Term(..)")
    }
}

/// What a commit says to the indexes. Every commit that makes a session one of a term's says so, and the store sees to it
/// that the session is a member before anybody can load it as one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// A moment before which the request has surely begun, by the store's clock: see [`Store::past`].
    pub since: Timestamp,
    /// The terms that the record has from now on, of which it is not a member yet, or not until that deadline.
    pub adds: Vec<Term>,
    /// The terms that it has no more.
    pub removes: Vec<Term>,
    /// Until when the record lives at the most, if that stays as it is.
    pub deadline: Option<Timestamp>,
    /// How long after the term was asked the commit can still come.
    pub within: Duration,
    /// How many sessions may be of a term at a time.
    pub limit: Option<Limit>,
    /// Members of the limit's term that are to be ended first.
    pub evicts: Vec<Member>,
}

/// How many sessions may be of one term at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Of which.
    pub term: Term,
    /// The most.
    pub most: u32,
}

impl Listing {
    /// Says nothing yet.
    pub const fn new(since: Timestamp) -> Self {
        Self {
            since,
            adds: Vec::new(),
            removes: Vec::new(),
            deadline: None,
            within: Duration::from_secs(60),
            limit: None,
            evicts: Vec::new(),
        }
    }

    /// The most sessions of that term, if it has a limit.
    pub fn most(&self, term: &Term) -> Option<u32> {
        self.limit.filter(|limit| limit.term == *term).map(|limit| limit.most)
    }
}

/// A commit, as the terms see it that it adds its session to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Which session.
    pub handle: Handle,
    /// See [`Listing::since`].
    pub since: Timestamp,
    /// Somebody authenticates.
    pub authenticates: bool,
    /// No earlier than the session's absolute deadline.
    pub until: Timestamp,
    /// What the commit makes of the record, if it is made.
    pub stamp: Stamp,
}

impl Write {
    /// What terms are told of this write at `now`; nothing if it says nothing to any.
    pub fn entry(&self, now: Timestamp) -> Option<Entry> {
        let listing = self.listing.as_deref()?;
        let revision = match &self.condition {
            Condition::Absent { .. } => 1,
            Condition::Matches { stamp, .. } => stamp.revision.saturating_add(1),
            Condition::Held(header) => header.revision.saturating_add(1),
        };
        let until = match (listing.deadline, self.times.absolute) {
            (Some(deadline), _) => deadline,
            // What it is computed from is in the past, or is the moment of the commit.
            (None, Absolute::Span(span)) => now.after(span).after(listing.within),
            (None, Absolute::Keep) => now.after(self.times.idle_span).after(listing.within),
        };
        Some(Entry {
            handle: self.handle,
            since: listing.since,
            authenticates: self.times.authenticates,
            until,
            stamp: Stamp { revision, nonce: self.nonce },
        })
    }
}

/// A session in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Which session.
    pub handle: Handle,
    /// No earlier than its absolute deadline, whichever of the commits that said so was made.
    pub until: Timestamp,
    /// When it became a member.
    pub added: Timestamp,
    /// Which commits said so: the nonce is that of the last one, the revision the highest that one of them made, or was
    /// going to make.
    pub stamp: Stamp,
    /// It was a member when the term was barred, and is not the exception: it is to end.
    pub doomed: bool,
}

impl Member {
    /// A stamp that no commit makes.
    pub const NEVER: Stamp = Stamp { revision: 0, nonce: Nonce([0; 8]) };
}

/// A store that finds sessions by the values of indexed fields.
///
/// # Laws
///
/// 1. *An index never misses a live session*: a session is a member of its terms before it can be loaded, and until its
///    absolute deadline, however often it is touched.
/// 2. *Nothing outruns a bar.* A commit whose request began at or before [`bar`](Self::bar) adds no session to the term;
///    what is a member by then is shown to whoever bars, and [`end`](Self::end) stops it, also before it is created.
/// 3. *A limit is exact*: no commit adds a session to a term that has as many members as it may.
/// 4. *A member goes as it was seen*: [`unlist`](Self::unlist) removes nothing that another commit has added since.
/// 5. *A commit that was not made lists nothing*, unless nobody can know whether it was.
/// 6. *Nothing stays*: members go with their deadlines, bars [`LOGIN_LIFE`] after the last of what they doomed.
///
/// [`Roll`](super::Roll) has these laws as a plain data structure.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no index, so it cannot list the sessions of a value",
    note = "listing and counting somebody's sessions needs a store that keeps the sessions itself: memory, or Redis"
)]
pub trait Index: Store {
    /// The members of a term, live or dead: whether one lives, its record says. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn members(&self, term: &Term) -> impl Future<Output = Result<Vec<Member>, Error>> + Send;

    /// Refuses every commit to add a session to that term whose request began by now; `except` for one session, unless
    /// that is to end since an earlier bar. The members, which are to be ended. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn bar(
        &self,
        term: &Term,
        except: Option<&Handle>,
    ) -> impl Future<Output = Result<Vec<Member>, Error>> + Send;

    /// Ends a session as [`delete`](Store::delete) does, and leaves a tombstone also where there is none yet: a create that
    /// is under way comes too late. Whether one was live. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn end(&self, handle: &Handle) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Takes members out of a term, each if it is as it was seen. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    fn unlist(&self, term: &Term, members: &[Member]) -> impl Future<Output = Result<(), Error>> + Send;
}

impl<S: Index> Index for std::sync::Arc<S> {
    fn members(&self, term: &Term) -> impl Future<Output = Result<Vec<Member>, Error>> + Send {
        (**self).members(term)
    }

    fn bar(
        &self,
        term: &Term,
        except: Option<&Handle>,
    ) -> impl Future<Output = Result<Vec<Member>, Error>> + Send {
        (**self).bar(term, except)
    }

    fn end(&self, handle: &Handle) -> impl Future<Output = Result<bool, Error>> + Send {
        (**self).end(handle)
    }

    fn unlist(&self, term: &Term, members: &[Member]) -> impl Future<Output = Result<(), Error>> + Send {
        (**self).unlist(term, members)
    }
}
