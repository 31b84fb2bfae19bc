//! [`Retry`]: what could not be asked is asked again, where that is safe.
//!
//! [`again`] says what may be tried again, and has the loop for apps; [`policy`] how often and with what waits; [`budget`]
//! how much of it there may be in all.

mod again;
mod budget;
mod policy;

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use session::clock::Timestamp;
use session::config::SessionConfig;
use session::event::Events;
use session::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan, Store,
    Term, Touch, Touched, Write,
};
use session::{Applied, Error, ErrorKind, Handle};
use tokio::time::timeout_at;

pub use again::{Again, retry};
pub use budget::RetryBudget;
pub use policy::{Jitter, RetryPolicy};

use super::check::Problems;
use super::refusal::TimedOut;
use super::reporter::Reporter;
use super::sharded::Sharded;
use again::pause;
use budget::Purse;
use policy::Course;

/// A store that asks again what could not be asked, as often as a [`RetryPolicy`] and a [`RetryBudget`] allow.
///
/// Only `Unavailable` is tried again, and only what is safe to do twice: loads, batches of them and pages of a scan;
/// touches and deletes, which are idempotent; and commits, which the store knows by their nonce. A commit whose answer
/// was lost is sent again with [`answer_lost`](Write::answer_lost), and what the store says then is the answer, "nobody
/// knows" included. Health checks, counts and clearing pass once: the first are about this moment, the others take
/// long.
///
/// Nothing takes longer than the policy's deadline: an attempt that would is dropped, and the answer is `Unavailable`. If
/// any attempt of a write may have taken effect, the answer is an `Unavailable` that says so, whatever error the last one
/// met. A store that says when to come again ([`retry_after`](ErrorKind::Unavailable)) is not asked before, and not at all
/// if that is too late; an open circuit or a full bulkhead inside is not asked again.
///
/// A retried delete answers what its last attempt found: perhaps that there was no session, since the one before had
/// ended it.
///
/// Needs a tokio runtime with timers. As many store calls as attempts.
#[derive(Debug, Clone)]
pub struct Retry<S> {
    store: S,
    policy: RetryPolicy,
    purse: Arc<Purse>,
    reporter: Reporter,
}

impl<S> Retry<S> {
    /// Retries the calls to `store`.
    ///
    /// # Errors
    /// `Config`: a policy that makes no attempt, or leaves it no time.
    pub fn new(store: S, policy: RetryPolicy, budget: RetryBudget) -> Result<Self, Error> {
        let mut problems = Problems::default();
        policy.check(&mut problems);
        problems.into_result()?;
        let purse = Arc::new(Purse::new(budget));
        Ok(Self { store, policy, purse, reporter: Reporter::default() })
    }

    /// The same, telling other sinks than the log of every retry. `store` is what the events call the store.
    #[must_use]
    pub fn with_events(self, events: impl Into<Events>, store: &'static str) -> Self {
        Self { reporter: Reporter::new(events.into(), store), ..self }
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }

    /// Asks until there is an answer. Each attempt is told whether one before it may have taken effect.
    async fn ask<V, F>(&self, call: Call, mut attempt: impl FnMut(bool) -> F) -> Result<V, Error>
    where
        F: Future<Output = Result<V, Error>>,
    {
        self.purse.put();
        let mut course = Course::begin(&self.policy);
        let mut answer_lost = false;
        loop {
            let error = match timeout_at(course.deadline(), attempt(answer_lost)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => TimedOut::after(self.policy.deadline, call.if_cut),
            };
            answer_lost |= call.if_cut == Applied::Unknown && may_have_applied(&error);
            let again = course.failed(Again::if_unavailable(&error));
            let Some(wait) = again.filter(|_| self.purse.take()) else {
                return Err(if answer_lost { in_doubt(error) } else { error });
            };
            self.reporter.retrying(call.name, course.attempts());
            pause(wait).await;
        }
    }
}

/// What is tried.
#[derive(Debug, Clone, Copy)]
struct Call {
    name: &'static str,
    /// What is known of the effect of an attempt that was cut off.
    if_cut: Applied,
}

impl Call {
    const fn read(name: &'static str) -> Self {
        Self { name, if_cut: Applied::No }
    }

    const fn write(name: &'static str) -> Self {
        Self { name, if_cut: Applied::Unknown }
    }
}

impl<S: Store> Store for Retry<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.load_within(at, Freshness::Promised).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        if freshness == Freshness::AnyCopy {
            // Nothing leaves this process for that.
            return self.store.load_within(at, freshness).await;
        }
        self.ask(Call::read("load"), |_| self.store.load_within(at, freshness)).await
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        self.ask(Call::read("load_many"), |_| self.store.load_many(handles)).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.ask(Call::write("commit"), |answer_lost| {
            let mut attempt = Cow::Borrowed(write);
            if answer_lost && !write.answer_lost {
                attempt.to_mut().answer_lost = true;
            }
            async move { self.store.commit(&attempt).await }
        })
        .await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.ask(Call::write("touch"), |_| self.store.touch(touch)).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.ask(Call::write("delete"), |_| self.store.delete(handle)).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        self.store.health().await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self {
            store,
            policy: self.policy,
            purse: Arc::clone(&self.purse),
            reporter: self.reporter.clone(),
        }))
    }
}

impl<S: Scan> Scan for Retry<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.ask(Call::read("scan"), |_| self.store.scan(cursor, limit)).await
    }

    async fn count(&self) -> Result<u64, Error> {
        self.store.count().await
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.store.clear().await
    }
}

impl<S: Index> Index for Retry<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        self.ask(Call::read("members"), |_| self.store.members(term)).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        self.ask(Call::write("bar"), |_| self.store.bar(term, except)).await
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        self.ask(Call::write("end"), |_| self.store.end(handle)).await
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        self.ask(Call::write("unlist"), |_| self.store.unlist(term, members)).await
    }
}

impl<S: Sharded> Sharded for Retry<S> {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.store.shard_of(handle)
    }
}

fn may_have_applied(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::Unknown, .. })
}

/// No error of a later attempt says anything of one before it that got no answer: not that it never left, and not that
/// the store is full either, which a store may notice before it looks for the nonce.
fn in_doubt(error: Error) -> Error {
    let retry_after = match error.kind() {
        ErrorKind::Unavailable { applied: Applied::Unknown, .. } => return error,
        ErrorKind::Unavailable { retry_after, .. } => *retry_after,
        _ => None,
    };
    Error::new(ErrorKind::Unavailable { applied: Applied::Unknown, retry_after }).caused_by(error)
}
