//! Searching all sessions of a store: streams of them, counts, and ending those that match.
//!
//! Queries are methods of [`Sessions`], for stores that can be [scanned](crate::store::Scan). They look
//! at every session there is, so they are for operators, jobs and migrations; for "the sessions of this user" there are
//! indexes.
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "testing"))] {
//! use session::{SessionData, Sessions};
//! # use session::testing::{ReferenceStore, block_on};
//! # use session::clock::SystemClock;
//!
//! #[derive(SessionData, Clone)]
//! struct UserSession {
//!     #[session(identity)]
//!     user_id: Option<i64>,
//!     beta: bool,
//! }
//!
//! # block_on(async {
//! # let store = ReferenceStore::new(SystemClock);
//! let sessions = Sessions::<UserSession, _>::new(store);
//! let testers = sessions.count_by(|session| session.beta()).await?.matched;
//!
//! let mut anonymous = sessions.find_by(|session| session.user_id().is_none());
//! while let Some(session) = anonymous.next().await {
//!     println!("{:?}", session?.id());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! # }
//! ```
//!
//! # What a query sees
//!
//! Every session that lives from its beginning to its end. One that begins or ends meanwhile may be seen or not. A store
//! may show one twice (Redis does while its table of keys grows or shrinks); counts and ends count it once.
//!
//! # What a query costs
//!
//! A stream holds one page of sessions and asks for the next one when somebody wants it: two store calls a page, one for
//! [`ids`](crate::Sessions::ids). It can be dropped at any time. Nothing is locked and nothing is asked of a server that
//! would hold up its other clients for long.
//!
//! # What cannot be read
//!
//! is an item of the stream, with the session's handle: the query goes on. Where the store cannot be asked the query
//! ends, and says so; it never passes for complete.

mod bulk;
mod claim;
mod pages;
mod streams;
mod tally;

use std::ops::ControlFlow;

pub use bulk::BulkDelete;
pub use streams::{Each, FindBy, Ids};
pub use tally::{Interrupted, QueryError, Tally};

use crate::current::Session;
use crate::data::SessionData;
use crate::sessions::Sessions;
use crate::store::Scan;

/// How many sessions a page has, unless something else is asked for.
const PAGE: usize = 200;

/// The most of it.
const PAGE_MAX: usize = 1000;

/// Queries: see [the module](self) for what they see and cost.
impl<T: SessionData, S: Scan + Clone> Sessions<T, S> {
    /// All sessions. Changes of them are saved with [`save`](Self::save).
    pub fn each(&self) -> Each<T, S> {
        Each::new(self)
    }

    /// The sessions that match.
    pub fn find_by<P>(&self, predicate: P) -> FindBy<T, S, P>
    where
        P: FnMut(&Session<T>) -> bool,
    {
        FindBy::new(self.each(), predicate)
    }

    /// A session that matches, the first that is found; `None` if there is none.
    ///
    /// # Errors
    /// Nothing matched, and something could not be read that might have; or the store could not be asked.
    pub async fn find_first<P>(&self, predicate: P) -> Result<Option<Session<T>>, QueryError>
    where
        P: FnMut(&Session<T>) -> bool + Send,
    {
        let mut found = self.find_by(predicate);
        let mut unread = None;
        while let Some(item) = found.next().await {
            match item {
                Ok(session) => return Ok(Some(session)),
                Err(error @ QueryError::Session { .. }) => {
                    unread.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        unread.map_or(Ok(None), Err)
    }

    /// How many sessions match, and which ones could not be asked whether they do. Holds the handles of those that match
    /// meanwhile.
    ///
    /// # Errors
    /// The store could not be asked; what had been counted is in the error.
    pub async fn count_by<P>(&self, mut predicate: P) -> Result<Tally, Interrupted>
    where
        P: FnMut(&Session<T>) -> bool + Send,
    {
        let mut tally = Tally::default();
        let mut counted = std::collections::HashSet::new();
        let mut each = self.each();
        while let Some(item) = each.next().await {
            match item {
                Ok(session) => {
                    tally.seen += 1;
                    if predicate(&session) && session_id(&session).is_some_and(|id| counted.insert(id)) {
                        tally.matched += 1;
                    }
                }
                Err(QueryError::Ended(error)) => return Err(Interrupted { tally, error }),
                Err(failure) => {
                    tally.seen += 1;
                    tally.failed(failure);
                }
            }
        }
        Ok(tally)
    }

    /// The handles of all sessions, also of those that cannot be read.
    pub fn ids(&self) -> Ids<S> {
        Ids::new(self.store.clone())
    }

    /// Ends the sessions that match, when it is awaited.
    ///
    /// **A session is ended only as it was when it matched.** If it is changed in between, it is asked again, so a guest
    /// who signs in at that moment stays, and a session that is written with every request does not get away either. A
    /// touch is no change. To end a session whatever happens to it, [`delete`](Self::delete) its handle.
    ///
    /// Two store calls for each page and two for each session that matches, 32 sessions at once.
    pub fn bulk_delete<P>(&self, predicate: P) -> BulkDelete<T, S, P>
    where
        P: FnMut(&Session<T>) -> bool + Send,
    {
        BulkDelete::new(self, predicate, |_| ControlFlow::Continue(()))
    }
}

fn session_id<T: SessionData>(session: &Session<T>) -> Option<crate::token::Handle> {
    let current: &crate::current::Current<T> = session;
    current.id()
}
