use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::GuardFuture;
use super::answer::judge;
use super::rules::Rules;
use crate::data::SessionData;

/// The service that [`RequireAuth`](super::RequireAuth) makes.
pub struct RequireAuthService<S, T> {
    inner: S,
    rules: Arc<Rules>,
    session: PhantomData<fn() -> T>,
}

impl<S, T> RequireAuthService<S, T> {
    pub(super) const fn new(inner: S, rules: Arc<Rules>) -> Self {
        Self { inner, rules, session: PhantomData }
    }
}

impl<S, T, ReqBody, ResBody> Service<Request<ReqBody>> for RequireAuthService<S, T>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    T: SessionData,
    ReqBody: Send + 'static,
    ResBody: From<&'static str>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = GuardFuture<S, ReqBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        if self.rules.are_exempt(request.uri().path()) {
            return GuardFuture::pass(self.inner.call(request));
        }
        GuardFuture::judge(&mut self.inner, judge::<T, ReqBody>(request, Arc::clone(&self.rules)))
    }
}

impl<S: Clone, T> Clone for RequireAuthService<S, T> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.rules))
    }
}

impl<S: fmt::Debug, T: SessionData> fmt::Debug for RequireAuthService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireAuthService")
            .field("inner", &self.inner)
            .field("session", &T::NAME)
            .field("rules", &self.rules)
            .finish()
    }
}
