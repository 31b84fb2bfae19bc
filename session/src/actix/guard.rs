//! The guards of [`crate::tower`], as middleware of actix-web.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error as ActixError, HttpMessage as _};
use bytes::Bytes;
use futures_core::Stream as _;
use futures_util::future::LocalBoxFuture;
use http::Response;
use http_body::{Body, Frame};

use super::bridge::{head, response};
use crate::data::SessionData;
use crate::tower::{CsrfGuard, RequireAuth};

/// What decides whether a request passes.
pub trait Guard: Clone + 'static {
    /// Whether it passes unseen.
    fn is_exempt(&self, request: &ServiceRequest) -> bool;

    /// The request as it was, and the response that ends it here, unless it passes.
    fn judge(
        &self,
        request: ServiceRequest,
    ) -> impl Future<Output = (ServiceRequest, Option<Response<&'static str>>)>;
}

impl<T: SessionData> Guard for RequireAuth<T> {
    fn is_exempt(&self, request: &ServiceRequest) -> bool {
        self.is_exempt(request.uri().path())
    }

    async fn judge(&self, request: ServiceRequest) -> (ServiceRequest, Option<Response<&'static str>>) {
        let refusal = self.refusal(head(request.request())).await;
        (request, refusal)
    }
}

impl<T: SessionData> Guard for CsrfGuard<T> {
    fn is_exempt(&self, request: &ServiceRequest) -> bool {
        self.is_exempt(request.method().is_safe(), request.uri().path())
    }

    async fn judge(&self, mut request: ServiceRequest) -> (ServiceRequest, Option<Response<&'static str>>) {
        let body = Incoming(request.take_payload());
        let (checked, refusal) = self.check(head(request.request()).map(|()| body)).await;
        request.set_payload(checked.into_body().0);
        (request, refusal)
    }
}

/// The service that a guard makes.
#[derive(Debug)]
pub struct Guarded<S, G> {
    inner: Rc<S>,
    guard: G,
}

impl<S, B, G> Service<ServiceRequest> for Guarded<S, G>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError> + 'static,
    B: MessageBody + 'static,
    G: Guard,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = ActixError;
    type Future = LocalBoxFuture<'static, Result<Self::Response, ActixError>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), ActixError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if self.guard.is_exempt(&request) {
            let passed = self.inner.call(request);
            return Box::pin(async move { Ok(passed.await?.map_into_left_body()) });
        }
        let (inner, guard) = (Rc::clone(&self.inner), self.guard.clone());
        Box::pin(async move {
            match guard.judge(request).await {
                (request, None) => Ok(inner.call(request).await?.map_into_left_body()),
                (request, Some(refusal)) => {
                    Ok(request.into_response(response(&refusal)).map_into_right_body())
                }
            }
        })
    }
}

macro_rules! transform {
    ($guard:ident) => {
        impl<S, B, T> Transform<S, ServiceRequest> for $guard<T>
        where
            S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError> + 'static,
            B: MessageBody + 'static,
            T: SessionData,
        {
            type Response = ServiceResponse<EitherBody<B>>;
            type Error = ActixError;
            type Transform = Guarded<S, Self>;
            type InitError = ();
            type Future = Ready<Result<Self::Transform, ()>>;

            fn new_transform(&self, inner: S) -> Self::Future {
                ready(Ok(Guarded { inner: Rc::new(inner), guard: self.clone() }))
            }
        }
    };
}

transform!(RequireAuth);
transform!(CsrfGuard);

/// A request's body, as `http-body` has it.
struct Incoming(Payload);

impl From<Bytes> for Incoming {
    fn from(bytes: Bytes) -> Self {
        Self(Payload::from(bytes))
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = actix_web::error::PayloadError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.0).poll_next(cx).map(|data| data.map(|data| data.map(Frame::data)))
    }
}
