use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::Session;
use crate::data::SessionData;
use crate::tower::{
    Authenticated, AuthenticatedRejection, ReadOnly, SessionRejection, read_only_session_of, session_of,
};

/// The request's session, empty if it has none yet. The first extractor of a request loads it; several in one request
/// are handles of one session.
///
/// Rejects with 503 if the store cannot be asked, and 500 if the layer is missing or the record cannot be used: an
/// outage never looks like an empty session.
impl<T: SessionData, S: Send + Sync> FromRequestParts<S> for Session<T> {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        session_of(&*parts).await.map_err(SessionRejection::from)
    }
}

/// The request's session, `None` if nothing is stored for it yet. Rejects as `Session<T>` does.
impl<T: SessionData, S: Send + Sync> OptionalFromRequestParts<S> for Session<T> {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        let session: Self = session_of(&*parts).await?;
        Ok((!session.is_new()).then_some(session))
    }
}

impl<T: SessionData, S: Send + Sync> FromRequestParts<S> for Authenticated<T> {
    type Rejection = AuthenticatedRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Self::of(session_of(&*parts).await)
    }
}

impl<T: SessionData, S: Send + Sync> FromRequestParts<S> for ReadOnly<T> {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        read_only_session_of(&*parts).await.map(Self).map_err(SessionRejection::from)
    }
}
