use std::fmt;
use std::ops::Deref;

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use futures_util::future::LocalBoxFuture;

use super::{bridge, read_only_session_of, session_of};
use crate::Session;
use crate::data::SessionData;
use crate::tower::{Authenticated, AuthenticatedRejection, ReadOnly, SessionRejection};

/// The request's session, empty if it has none yet. The first extractor of a request loads it; several in one request
/// are handles of one session.
///
/// Rejects with 503 if the store cannot be asked, and 500 if the middleware is missing or the record cannot be used.
/// `Option<Session<T>>` would hide that: see [`Stored`].
impl<T: SessionData> FromRequest for Session<T> {
    type Error = SessionRejection;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = session_of(request);
        Box::pin(async move { session.await.map_err(SessionRejection::from) })
    }
}

/// The request's session, `None` if nothing is stored for it yet. Rejects as `Session<T>` does.
///
/// In the place of `Option<Session<T>>`, which actix-web makes `None` also where the store cannot be asked.
pub struct Stored<T: SessionData>(pub Option<Session<T>>);

impl<T: SessionData> FromRequest for Stored<T> {
    type Error = SessionRejection;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = session_of::<T>(request);
        Box::pin(async move {
            let session = session.await?;
            Ok(Self((!session.is_new()).then_some(session)))
        })
    }
}

impl<T: SessionData> Deref for Stored<T> {
    type Target = Option<Session<T>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Shows no data.
impl<T: SessionData> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored").field("session", &T::NAME).field("is_some", &self.0.is_some()).finish()
    }
}

impl<T: SessionData> FromRequest for Authenticated<T> {
    type Error = AuthenticatedRejection;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = session_of(request);
        Box::pin(async move { Self::of(session.await) })
    }
}

impl<T: SessionData> FromRequest for ReadOnly<T> {
    type Error = SessionRejection;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = read_only_session_of(request);
        Box::pin(async move { session.await.map(Self).map_err(SessionRejection::from) })
    }
}

impl ResponseError for SessionRejection {
    fn status_code(&self) -> StatusCode {
        self.error_response().status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        bridge::response(self.answer().into_response())
    }
}

impl ResponseError for AuthenticatedRejection {
    fn status_code(&self) -> StatusCode {
        self.error_response().status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        bridge::response(self.answer().into_response())
    }
}
