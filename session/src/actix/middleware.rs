use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::InternalError;
use actix_web::{Error as ActixError, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::bridge::{self, apply, mount};
use crate::data::SessionData;
use crate::error::Error;
use crate::runtime::Runtime;
use crate::tower::event;
use crate::tower::mounted::{Ending, Mount};

/// Gives the requests to an app, scope or resource their session, with the promises of
/// [`SessionLayer`](crate::tower::SessionLayer).
///
/// It is made of a [`Runtime`] and of nothing else, because actix-web makes an app for each of its workers: the runtime is
/// made once, outside of the closure, and shared by all of them, and by axum's routers too if there are any.
///
/// The peer's address is the connection's. On a Unix socket there is none, so sessions cannot be bound to addresses there.
pub struct SessionMiddleware<T> {
    runtime: Arc<Runtime>,
    session: PhantomData<fn() -> T>,
}

impl<T: SessionData> SessionMiddleware<T> {
    /// Sessions of that runtime.
    ///
    /// # Panics
    /// Where the session data needs what the configuration or the store does not have: keys, for `secret` fields; an
    /// index, for indexed ones. [`try_new`](Self::try_new) gives an error instead.
    pub fn new(runtime: Arc<Runtime>) -> Self {
        Self::try_new(runtime).unwrap_or_else(|error| panic!("{error}"))
    }

    /// As [`new`](Self::new), for a program that reports by itself what is wrong with its configuration.
    ///
    /// # Errors
    /// `Config`: the session data needs what the configuration or the store does not have.
    pub fn try_new(runtime: Arc<Runtime>) -> Result<Self, Error> {
        runtime.fits::<T>()?;
        Ok(Self { runtime, session: PhantomData })
    }
}

impl<S, B, T> Transform<S, ServiceRequest> for SessionMiddleware<T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError>,
    S::Future: 'static,
    B: MessageBody + 'static,
    T: SessionData,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = ActixError;
    type Transform = SessionMiddlewareService<S, T>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let runtime = Arc::clone(&self.runtime);
        ready(Ok(SessionMiddlewareService { inner, runtime, session: PhantomData }))
    }
}

/// The service that [`SessionMiddleware`] makes.
pub struct SessionMiddlewareService<S, T> {
    inner: S,
    runtime: Arc<Runtime>,
    session: PhantomData<fn() -> T>,
}

impl<S, B, T> Service<ServiceRequest> for SessionMiddlewareService<S, T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError>,
    S::Future: 'static,
    B: MessageBody + 'static,
    T: SessionData,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = ActixError;
    type Future = LocalBoxFuture<'static, Result<Self::Response, ActixError>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), ActixError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        match mount::<T>(&self.runtime, &request) {
            Ok(mount) => {
                let ending = Ending(mount);
                let response = self.inner.call(request);
                Box::pin(async move { end(response.await, &ending.0).await })
            }
            Err(clash) => {
                event::same_cookie_twice(self.runtime.config().events(), &clash.cookie, T::NAME);
                let refused = request.into_response(HttpResponse::InternalServerError().finish());
                Box::pin(ready(Ok(refused.map_into_right_body())))
            }
        }
    }
}

/// Ends the exchange. An error is the response that it makes.
async fn end<T: SessionData, B: MessageBody>(
    response: Result<ServiceResponse<B>, ActixError>,
    mount: &Mount<T>,
) -> Result<ServiceResponse<EitherBody<B>>, ActixError> {
    match overruled(response, mount) {
        Ok(mut response) => {
            let Some(finish) = mount.finish(response.status().as_u16()).await else { return Ok(response) };
            match apply(finish, response.response_mut(), mount.events()) {
                None => Ok(response),
                Some(status) => Ok(response.map_body(|head, _| {
                    head.status = status;
                    EitherBody::right(BoxBody::new(()))
                })),
            }
        }
        Err(error) => {
            let mut response = error.error_response();
            let Some(finish) = mount.finish(response.status().as_u16()).await else { return Err(error) };
            if let Some(status) = apply(finish, &mut response, mount.events()) {
                response = response.set_body(BoxBody::new(()));
                *response.status_mut() = status;
            }
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The response, or what takes its place because the handler ran without hearing that its session could not be loaded: see
/// [`Refused`](super::Refused).
fn overruled<T: SessionData, B: MessageBody>(
    response: Result<ServiceResponse<B>, ActixError>,
    mount: &Mount<T>,
) -> Result<ServiceResponse<EitherBody<B>>, ActixError> {
    let status = match &response {
        Ok(response) => response.status(),
        Err(error) => error.error_response().status(),
    };
    match (mount.overruling().filter(|_| !status.is_server_error()), response) {
        (None, response) => response.map(ServiceResponse::map_into_left_body),
        (Some(answer), Ok(response)) => {
            let instead = bridge::response(&answer.clone().into_response());
            Ok(response.into_response(instead).map_into_right_body())
        }
        (Some(answer), Err(error)) => {
            let instead = bridge::response(&answer.clone().into_response());
            Err(InternalError::from_response(error, instead).into())
        }
    }
}

impl<T> Clone for SessionMiddleware<T> {
    fn clone(&self) -> Self {
        Self { runtime: Arc::clone(&self.runtime), session: PhantomData }
    }
}

impl<T: SessionData> fmt::Debug for SessionMiddleware<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionMiddleware").field("session", &T::NAME).finish_non_exhaustive()
    }
}

impl<S, T: SessionData> fmt::Debug for SessionMiddlewareService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionMiddlewareService").field("session", &T::NAME).finish_non_exhaustive()
    }
}
