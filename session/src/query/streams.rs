use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::QueryError;
use super::pages::{Found, Handles, Pages, Records};
use crate::current::Session;
use crate::data::SessionData;
use crate::load;
use crate::runtime::Runtime;
use crate::sessions::Sessions;
use crate::store::{Load, Scan};
use crate::token::Handle;

/// The handles of all sessions: see [`Sessions::ids`].
#[must_use = "a stream does nothing unless it is polled"]
pub struct Ids<S: Scan> {
    pages: Pages<S, Handles>,
    rows: vec::IntoIter<Handle>,
}

impl<S: Scan + Clone> Ids<S> {
    pub(super) fn new(store: S) -> Self {
        Self { pages: Pages::of(store), rows: Vec::new().into_iter() }
    }
}

impl<S: Scan + Clone> Stream for Ids<S> {
    type Item = Result<Handle, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(handle) = self.rows.next() {
                return Poll::Ready(Some(Ok(handle)));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(rows)) => self.rows = rows.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(QueryError::Ended(error)))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// All sessions: see [`Sessions::each`].
#[must_use = "a stream does nothing unless it is polled"]
pub struct Each<T, S: Scan> {
    runtime: Arc<Runtime>,
    pages: Pages<S, Records>,
    rows: vec::IntoIter<Found>,
    data: PhantomData<fn() -> T>,
}

impl<T: SessionData, S: Scan + Clone> Each<T, S> {
    pub(super) fn new(sessions: &Sessions<T, S>) -> Self {
        Self {
            runtime: Arc::clone(&sessions.runtime),
            pages: Pages::of(sessions.store.clone()),
            rows: Vec::new().into_iter(),
            data: PhantomData,
        }
    }
}

impl<T: SessionData, S: Scan + Clone> Stream for Each<T, S> {
    type Item = Result<Session<T>, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            while let Some((handle, load)) = self.rows.next() {
                let session = match load {
                    // It ended since the page was made.
                    Ok(Load::Absent) => continue,
                    Ok(Load::Found(record)) => load::of_record_at(&self.runtime, handle, record),
                    Err(error) => Err(error),
                };
                return Poll::Ready(Some(
                    session.map_err(|error| QueryError::Session { session: handle, error }),
                ));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(rows)) => self.rows = rows.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(QueryError::Ended(error)))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// The sessions that match: see [`Sessions::find_by`].
#[must_use = "a stream does nothing unless it is polled"]
pub struct FindBy<T, S: Scan, P> {
    each: Each<T, S>,
    predicate: P,
}

impl<T, S: Scan, P> FindBy<T, S, P> {
    pub(super) const fn new(each: Each<T, S>, predicate: P) -> Self {
        Self { each, predicate }
    }
}

impl<T: SessionData, S: Scan + Clone, P: FnMut(&Session<T>) -> bool> Stream for FindBy<T, S, P> {
    type Item = Result<Session<T>, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.each).poll_next(cx)) {
                Some(Ok(session)) if !(self.predicate)(&session) => {}
                item => return Poll::Ready(item),
            }
        }
    }
}

/// What all three have. None of them holds anything that is pinned.
macro_rules! streams {
    ($($stream:ident<$($parameter:ident),*> where [$($bounds:tt)*], $pages:ident$(.$inner:ident)?;)*) => {$(
        impl<$($bounds)*> $stream<$($parameter),*> {
            /// In pages of so many sessions, 1000 at the most; default: 200.
            pub fn page_size(mut self, sessions: usize) -> Self {
                self.$pages$(.$inner)?.size(sessions);
                self
            }

            /// The next item, when it is there; `None` at the end. For where there is no `StreamExt` at hand.
            pub async fn next(&mut self) -> Option<<Self as Stream>::Item> {
                std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
            }
        }

        impl<$($bounds)*> Unpin for $stream<$($parameter),*> {}

        impl<$($bounds)*> fmt::Debug for $stream<$($parameter),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($stream))
            }
        }
    )*};
}

streams! {
    Ids<S> where [S: Scan + Clone], pages;
    Each<T, S> where [T: SessionData, S: Scan + Clone], pages;
    FindBy<T, S, P> where [T: SessionData, S: Scan + Clone, P: FnMut(&Session<T>) -> bool], each.pages;
}
