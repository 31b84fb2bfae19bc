use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{PAGE, PAGE_MAX};
use crate::error::Error;
use crate::store::{Cursor, Load, Scan};
use crate::token::Handle;

/// What of its sessions a page has.
pub(super) trait Want<S>: 'static {
    type Row: Send + 'static;

    fn rows(store: &S, handles: Vec<Handle>) -> impl Future<Output = Result<Vec<Self::Row>, Error>> + Send;
}

/// Their handles.
#[derive(Debug)]
pub(super) struct Handles;

impl<S: Scan> Want<S> for Handles {
    type Row = Handle;

    async fn rows(_: &S, handles: Vec<Handle>) -> Result<Vec<Handle>, Error> {
        Ok(handles)
    }
}

/// Their records.
#[derive(Debug)]
pub(super) struct Records;

/// A handle, and what a load of it found.
pub(super) type Found = (Handle, Result<Load, Error>);

impl<S: Scan> Want<S> for Records {
    type Row = Found;

    async fn rows(store: &S, handles: Vec<Handle>) -> Result<Vec<Found>, Error> {
        let loads = match handles.is_empty() {
            true => Vec::new(),
            false => store.load_many(&handles).await?,
        };
        Ok(handles.into_iter().zip(loads).collect())
    }
}

/// Goes through a store page by page, and asks for one only when somebody wants it.
pub(super) struct Pages<S, W: Want<S>> {
    pub(super) store: S,
    limit: usize,
    at: At<W::Row>,
    want: PhantomData<W>,
}

type Asking<R> = Pin<Box<dyn Future<Output = Result<(Vec<R>, Option<Cursor>), Error>> + Send>>;

enum At<R> {
    /// Before a page.
    Between(Option<Cursor>),
    /// A page was given out: whoever polls lets others run first, since a store in memory is never waited for.
    Breathing(Option<Cursor>),
    Asking(Asking<R>),
    Over,
}

impl<S, W: Want<S>> Pages<S, W> {
    pub(super) fn of(store: S) -> Self {
        Self { store, limit: PAGE, at: At::Between(None), want: PhantomData }
    }

    pub(super) fn size(&mut self, limit: usize) {
        self.limit = limit.clamp(1, PAGE_MAX);
    }
}

impl<S: Scan + Clone, W: Want<S>> Pages<S, W> {
    /// The next page; nothing after the last one, and nothing after an error.
    pub(super) fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<W::Row>, Error>>> {
        loop {
            match &mut self.at {
                At::Over => return Poll::Ready(None),
                At::Breathing(cursor) => {
                    self.at = At::Between(cursor.take());
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                At::Between(cursor) => {
                    let (store, cursor, limit) = (self.store.clone(), cursor.take(), self.limit);
                    self.at = At::Asking(Box::pin(async move {
                        let page = store.scan(cursor.as_ref(), limit).await?;
                        Ok((W::rows(&store, page.handles).await?, page.next))
                    }));
                }
                At::Asking(asking) => {
                    let answer = ready!(asking.as_mut().poll(cx));
                    self.at = match &answer {
                        Ok((_, Some(next))) => At::Breathing(Some(next.clone())),
                        Ok((_, None)) | Err(_) => At::Over,
                    };
                    return Poll::Ready(Some(answer.map(|(rows, _)| rows)));
                }
            }
        }
    }

    pub(super) async fn next(&mut self) -> Option<Result<Vec<W::Row>, Error>> {
        std::future::poll_fn(|cx| self.poll_page(cx)).await
    }
}
