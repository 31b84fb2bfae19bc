use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::mounted::{Mount, Peer};
use super::{ResponseFuture, event};
use crate::data::SessionData;
use crate::runtime::Runtime;

/// The service that [`SessionLayer`](super::SessionLayer) makes.
///
/// If the inner service fails, its error passes and nothing is committed. A response body is replaced (by its default)
/// only where the session could not be committed.
pub struct SessionService<S, T> {
    inner: S,
    runtime: Arc<Runtime>,
    peer: Peer,
    session: PhantomData<fn() -> T>,
}

impl<S, T> SessionService<S, T> {
    pub(super) const fn new(inner: S, runtime: Arc<Runtime>, peer: Peer) -> Self {
        Self { inner, runtime, peer, session: PhantomData }
    }

    /// The service inside.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The service inside.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, T, ReqBody, ResBody> Service<Request<ReqBody>> for SessionService<S, T>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    T: SessionData,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ResBody, T>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    // The inner service is called here and now, so the one that `poll_ready` found ready is the one that is used.
    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        match Mount::<T>::on(&self.runtime, self.peer, request.extensions_mut()) {
            Ok(mount) => ResponseFuture::run(self.inner.call(request), mount),
            Err(clash) => {
                event::same_cookie_twice(self.runtime.config().events(), &clash.cookie, T::NAME);
                ResponseFuture::refuse()
            }
        }
    }
}

impl<S: Clone, T> Clone for SessionService<S, T> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.runtime), self.peer)
    }
}

impl<S: fmt::Debug, T: SessionData> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("inner", &self.inner)
            .field("session", &T::NAME)
            .field("runtime", &self.runtime)
            .finish_non_exhaustive()
    }
}
