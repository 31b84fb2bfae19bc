use std::fmt;
use std::ops::Deref;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::reject::{AuthenticatedRejection, SessionRejection};
use crate::Session;
use crate::data::SessionData;
use crate::tower::guard::is_authenticated;
use crate::tower::{read_only_session_of, session_of};

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

/// The request's session, if somebody is signed in: the identity field is present. Otherwise the handler does not run
/// and the client gets 401 with `{"error":"unauthenticated"}`.
///
/// To send people to a page for signing in, and to guard many routes at once, use
/// [`RequireAuth`](crate::tower::RequireAuth).
pub struct Authenticated<T: SessionData>(pub Session<T>);

impl<T: SessionData, S: Send + Sync> FromRequestParts<S> for Authenticated<T> {
    type Rejection = AuthenticatedRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let session = session_of(&*parts).await.map_err(SessionRejection::from)?;
        if is_authenticated(&session) {
            Ok(Self(session))
        } else {
            Err(AuthenticatedRejection::Unauthenticated)
        }
    }
}

/// The request's session, for a handler that only reads, and is content with what this node remembers where the store cannot
/// be asked. Without an outage it is the session as ever; in one it may lag behind, or have ended, says so
/// ([`is_degraded`](crate::Current::is_degraded)), and nothing of it is stored. Rejects as `Session<T>` does where nothing is
/// remembered. Only a store with a near cache remembers anything.
///
/// The first extractor of a request decides, so in a handler that takes several this one comes first.
pub struct ReadOnly<T: SessionData>(pub Session<T>);

impl<T: SessionData, S: Send + Sync> FromRequestParts<S> for ReadOnly<T> {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        read_only_session_of(&*parts).await.map(Self).map_err(SessionRejection::from)
    }
}

impl<T: SessionData> Deref for ReadOnly<T> {
    type Target = Session<T>;

    fn deref(&self) -> &Session<T> {
        &self.0
    }
}

impl<T: SessionData> Clone for ReadOnly<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Shows no data.
impl<T: SessionData> fmt::Debug for ReadOnly<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOnly").field("session", &T::NAME).finish_non_exhaustive()
    }
}

impl<T: SessionData> Deref for Authenticated<T> {
    type Target = Session<T>;

    fn deref(&self) -> &Session<T> {
        &self.0
    }
}

impl<T: SessionData> Clone for Authenticated<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Shows no data.
impl<T: SessionData> fmt::Debug for Authenticated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").field("session", &T::NAME).finish_non_exhaustive()
    }
}
