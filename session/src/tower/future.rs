use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use super::headers;
use super::mounted::{Ending, Mount};
use crate::data::SessionData;
use crate::http::Finish;

pin_project! {
    /// The future of [`SessionService`](super::SessionService): the inner one, and then the end of the exchange if the
    /// session was asked for. It allocates in that case only.
    ///
    /// Dropped before the commit was sent, nothing has happened.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, B, T: SessionData> {
        #[pin]
        state: State<F, B>,
        ending: Option<Ending<T>>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, B> {
        Running { #[pin] inner: F },
        Finishing { response: Option<Response<B>>, finish: Pin<Box<dyn Future<Output = Option<Finish>> + Send>> },
        Refused,
    }
}

impl<F, B, T: SessionData> ResponseFuture<F, B, T> {
    pub(super) const fn run(inner: F, mount: Arc<Mount<T>>) -> Self {
        Self { state: State::Running { inner }, ending: Some(Ending(mount)) }
    }

    /// Answers 500 without having run the inner service.
    pub(super) const fn refuse() -> Self {
        Self { state: State::Refused, ending: None }
    }
}

impl<F, B, E, T> Future for ResponseFuture<F, B, T>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Default,
    T: SessionData,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut state = this.state;
        loop {
            let next = match (state.as_mut().project(), this.ending.as_ref()) {
                (StateProj::Running { inner }, Some(Ending(mount))) => {
                    let response = ready!(inner.poll(cx))?;
                    if !mount.is_open() {
                        // Whoever opens it from here on opens it too late.
                        mount.close();
                        return Poll::Ready(Ok(response));
                    }
                    let (mount, status) = (Arc::clone(mount), response.status().as_u16());
                    let finish = Box::pin(async move { mount.finish(status).await });
                    State::Finishing { response: Some(response), finish }
                }
                (StateProj::Finishing { response, finish }, Some(Ending(mount))) => {
                    let finish = ready!(finish.as_mut().poll(cx));
                    let response = response.take().expect("a future is not polled after it is ready");
                    return Poll::Ready(Ok(match finish {
                        Some(finish) => headers::apply(finish, response, mount.events()),
                        None => response,
                    }));
                }
                _ => {
                    let mut response = Response::new(B::default());
                    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    return Poll::Ready(Ok(response));
                }
            };
            state.set(next);
        }
    }
}

impl<F, B, T: SessionData> fmt::Debug for ResponseFuture<F, B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").field("session", &T::NAME).finish_non_exhaustive()
    }
}
