use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use super::claim::{self, Claim};
use super::pages::{Found, Pages, Records};
use super::{Interrupted, QueryError, Tally};
use crate::current::Session;
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::{self, RevokedBy};
use crate::load;
use crate::record::Record;
use crate::runtime::Runtime;
use crate::sessions::Sessions;
use crate::store::{Load, Scan};
use crate::token::Handle;

/// How many sessions are ended at once.
const AT_ONCE: usize = 32;

/// How often a session is asked again that keeps changing. Each time it was changed within one round trip.
const ROUNDS: u32 = 16;

/// Ends sessions when it is awaited: see [`Sessions::bulk_delete`].
///
/// Gives a [`Tally`]: how many were ended, exactly, and what failed. If the store cannot be asked any more it is an
/// [`Interrupted`], which has the tally of what was done. It may be dropped at any time; of the sessions that it was about
/// to end then, each is either ended or not, or, in the worst case, lost to its client and ended by its deadline.
///
/// Every session that it ends is an event: [`Revoked`](crate::event::SessionEvent::Revoked) by
/// [`Search`](RevokedBy::Search).
#[must_use = "nothing is ended unless it is awaited"]
pub struct BulkDelete<T, S: Scan, P, F = fn(&Tally) -> ControlFlow<()>> {
    runtime: Arc<Runtime>,
    pages: Pages<S, Records>,
    predicate: P,
    progress: F,
    data: PhantomData<fn() -> T>,
}

impl<T: SessionData, S: Scan + Clone, P> BulkDelete<T, S, P> {
    pub(super) fn new(
        sessions: &Sessions<T, S>,
        predicate: P,
        progress: fn(&Tally) -> ControlFlow<()>,
    ) -> Self {
        Self {
            runtime: Arc::clone(&sessions.runtime),
            pages: Pages::of(sessions.store.clone()),
            predicate,
            progress,
            data: PhantomData,
        }
    }

    /// With somebody to be told of what was done after each page, who may say
    /// [`Break`](ControlFlow::Break): then it ends there, with [`stopped`](Tally::stopped) in its tally.
    pub fn on_progress<F>(self, progress: F) -> BulkDelete<T, S, P, F>
    where
        F: FnMut(&Tally) -> ControlFlow<()> + Send,
    {
        let Self { runtime, pages, predicate, data, .. } = self;
        BulkDelete { runtime, pages, predicate, progress, data }
    }
}

impl<T: SessionData, S: Scan + Clone, P, F> BulkDelete<T, S, P, F> {
    /// In pages of so many sessions, 1000 at the most; default: 200.
    pub fn page_size(mut self, sessions: usize) -> Self {
        self.pages.size(sessions);
        self
    }
}

impl<T, S, P, F> IntoFuture for BulkDelete<T, S, P, F>
where
    T: SessionData,
    S: Scan + Clone,
    P: FnMut(&Session<T>) -> bool + Send + 'static,
    F: FnMut(&Tally) -> ControlFlow<()> + Send + 'static,
{
    type Output = Result<Tally, Interrupted>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<T, S, P, F> BulkDelete<T, S, P, F>
where
    T: SessionData,
    S: Scan + Clone,
    P: FnMut(&Session<T>) -> bool + Send,
    F: FnMut(&Tally) -> ControlFlow<()> + Send,
{
    async fn run(mut self) -> Result<Tally, Interrupted> {
        let mut tally = Tally::default();
        loop {
            let page = match self.pages.next().await {
                None => return Ok(tally),
                Some(Ok(page)) => page,
                Some(Err(error)) => return Err(Interrupted { tally, error }),
            };
            self.end_page(page, &mut tally).await;
            if (self.progress)(&tally).is_break() {
                tally.stopped = true;
                return Ok(tally);
            }
        }
    }

    async fn end_page(&mut self, page: Vec<Found>, tally: &mut Tally) {
        let mut chosen = Vec::new();
        for (handle, load) in page {
            let record = match load {
                Ok(Load::Found(record)) => record,
                Ok(Load::Absent) => continue,
                Err(error) => {
                    tally.seen += 1;
                    tally.failed(QueryError::Session { session: handle, error });
                    continue;
                }
            };
            tally.seen += 1;
            if self.matches(handle, &record, tally) {
                tally.matched += 1;
                chosen.push((handle, record));
            }
        }
        for _ in 0..ROUNDS {
            chosen = self.end_all(chosen, tally).await;
            if chosen.is_empty() {
                return;
            }
        }
        for (session, _) in chosen {
            let error = Error::new(ErrorKind::Contended { attempts: ROUNDS });
            tally.failed(QueryError::Session { session, error });
        }
    }

    /// Ends them, and gives back those that have changed and match still.
    async fn end_all(&mut self, chosen: Vec<(Handle, Record)>, tally: &mut Tally) -> Vec<(Handle, Record)> {
        let store = &self.pages.store;
        let ends = chosen
            .iter()
            .map(|(handle, record)| async move { (*handle, claim::end(store, *handle, record).await) });
        // Boxed one by one: what a store's commit takes is large, and most pages end few.
        let ends: Vec<_> =
            ends.map(|end| Box::pin(end) as Pin<Box<dyn Future<Output = _> + Send + '_>>).collect();
        let ended: Vec<(Handle, Result<Claim, Error>)> =
            stream::iter(ends).buffer_unordered(AT_ONCE).collect().await;
        let mut again = Vec::new();
        for (handle, claim) in ended {
            match claim {
                Ok(Claim::Ended) => {
                    tally.ended += 1;
                    event::revoked(&self.runtime.events, handle, RevokedBy::Search);
                }
                Ok(Claim::Over) => {}
                Ok(Claim::Changed(record)) => match self.matches(handle, &record, tally) {
                    true => again.push((handle, *record)),
                    false => tally.spared += 1,
                },
                Err(error) => tally.failed(QueryError::Session { session: handle, error }),
            }
        }
        again
    }

    fn matches(&mut self, handle: Handle, record: &Record, tally: &mut Tally) -> bool {
        match load::of_record_at(&self.runtime, handle, record.clone()) {
            Ok(session) => (self.predicate)(&session),
            Err(error) => {
                tally.failed(QueryError::Session { session: handle, error });
                false
            }
        }
    }
}

impl<T, S: Scan, P, F> fmt::Debug for BulkDelete<T, S, P, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BulkDelete")
    }
}
