use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::check::check;
use super::layer::Policy;
use crate::data::SessionData;
use crate::tower::guard::GuardFuture;

/// The service that [`CsrfGuard`](super::CsrfGuard) makes.
pub struct CsrfGuardService<S, T> {
    inner: S,
    policy: Arc<Policy>,
    session: PhantomData<fn() -> T>,
}

impl<S, T> CsrfGuardService<S, T> {
    pub(super) const fn new(inner: S, policy: Arc<Policy>) -> Self {
        Self { inner, policy, session: PhantomData }
    }
}

impl<S, T, ReqBody, ResBody> Service<Request<ReqBody>> for CsrfGuardService<S, T>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    T: SessionData,
    ReqBody: Body<Data: Send> + From<Bytes> + Send + 'static,
    ResBody: From<&'static str>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = GuardFuture<S, ReqBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        if request.method().is_safe() || self.policy.exempt.contain(request.uri().path()) {
            return GuardFuture::pass(self.inner.call(request));
        }
        GuardFuture::judge(&mut self.inner, check::<T, ReqBody>(request, Arc::clone(&self.policy)))
    }
}

impl<S: Clone, T> Clone for CsrfGuardService<S, T> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.policy))
    }
}

impl<S: fmt::Debug, T: SessionData> fmt::Debug for CsrfGuardService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfGuardService")
            .field("inner", &self.inner)
            .field("session", &T::NAME)
            .field("policy", &self.policy)
            .finish()
    }
}
