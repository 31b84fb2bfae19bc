use std::fmt;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::bridge::mounted;
use super::{Refused, read_only_session_of, session_of};
use crate::Session;
use crate::data::SessionData;
use crate::tower::{Authenticated, AuthenticatedRejection, ReadOnly, SessionRejection};

/// The request's session, empty if it has none yet. The first extractor of a request loads it; several in one request
/// are handles of one session.
///
/// Rejects with 503 if the store cannot be asked, and 500 if the middleware is missing or the record cannot be used. For
/// what becomes of that in `Option<Session<T>>`, see [`Refused`]; that is `Some` where nothing is stored, other than
/// [`Stored`].
impl<T: SessionData> FromRequest for Session<T> {
    type Error = Refused<SessionRejection>;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (mount, session) = (mounted::<T>(request), session_of(request));
        Box::pin(async move {
            session.await.map_err(|error| Refused::<SessionRejection>::new(error.into(), mount))
        })
    }
}

/// The request's session, `None` if nothing is stored for it yet. Rejects as `Session<T>` does.
///
/// In the place of axum's `Option<Session<T>>`: in actix-web an `Option` says whether an extractor failed.
pub struct Stored<T: SessionData>(pub Option<Session<T>>);

impl<T: SessionData> FromRequest for Stored<T> {
    type Error = Refused<SessionRejection>;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = Session::<T>::from_request(request, payload);
        Box::pin(async move { session.await.map(|session| Self((!session.is_new()).then_some(session))) })
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
    type Error = Refused<AuthenticatedRejection>;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (mount, session) = (mounted::<T>(request), session_of(request));
        Box::pin(async move {
            let session = Self::of(session.await);
            session.map_err(|rejection| Refused::<AuthenticatedRejection>::new(rejection, mount))
        })
    }
}

impl<T: SessionData> FromRequest for ReadOnly<T> {
    type Error = Refused<SessionRejection>;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (mount, session) = (mounted::<T>(request), read_only_session_of(request));
        Box::pin(async move {
            let session = session.await.map(Self);
            session.map_err(|error| Refused::<SessionRejection>::new(error.into(), mount))
        })
    }
}
