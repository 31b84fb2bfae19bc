use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::verdict::Verdict;

type Judged<B> = Pin<Box<dyn Future<Output = (Request<B>, Verdict)> + Send>>;

pin_project! {
    /// The future of [`RequireAuthService`](super::RequireAuthService) and
    /// [`CsrfGuardService`](super::CsrfGuardService): it looks at the request and its session, then runs the inner service
    /// or answers in its place.
    #[must_use = "futures do nothing unless polled"]
    pub struct GuardFuture<S, ReqBody> where S: Service<Request<ReqBody>> {
        #[pin]
        state: State<S, ReqBody>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<S, ReqBody> where S: Service<Request<ReqBody>> {
        Judging { service: S, judged: Judged<ReqBody> },
        Passing { #[pin] inner: S::Future },
    }
}

impl<S: Service<Request<ReqBody>>, ReqBody> GuardFuture<S, ReqBody> {
    pub(super) const fn pass(inner: S::Future) -> Self {
        Self { state: State::Passing { inner } }
    }

    /// The inner service is called later, so the one that is ready goes along and a fresh clone stays.
    pub(super) fn judge(
        ready: &mut S,
        judged: impl Future<Output = (Request<ReqBody>, Verdict)> + Send + 'static,
    ) -> Self
    where
        S: Clone,
    {
        let fresh = ready.clone();
        let service = std::mem::replace(ready, fresh);
        Self { state: State::Judging { service, judged: Box::pin(judged) } }
    }
}

impl<S, ReqBody, ResBody> Future for GuardFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: From<&'static str>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let inner = match state.as_mut().project() {
                StateProj::Judging { service, judged } => {
                    let (request, verdict) = ready!(judged.as_mut().poll(cx));
                    if let Some(response) = verdict.into_response() {
                        return Poll::Ready(Ok(response));
                    }
                    service.call(request)
                }
                StateProj::Passing { inner } => return inner.poll(cx),
            };
            state.set(State::Passing { inner });
        }
    }
}

impl<S: Service<Request<ReqBody>>, ReqBody> fmt::Debug for GuardFuture<S, ReqBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardFuture").finish_non_exhaustive()
    }
}
