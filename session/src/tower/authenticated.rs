use std::fmt;
use std::ops::Deref;

#[cfg(any(feature = "axum", feature = "actix"))]
use super::AuthenticatedRejection;
#[cfg(any(feature = "axum", feature = "actix"))]
use super::guard::is_authenticated;
use crate::Session;
use crate::data::SessionData;
#[cfg(any(feature = "axum", feature = "actix"))]
use crate::error::Error;

/// The request's session, if somebody is signed in: the identity field is present. Otherwise the handler does not run and
/// the client gets 401 with `{"error":"unauthenticated"}`. An extractor for axum and actix-web.
///
/// To send people to a page for signing in, and to guard many routes at once, use
/// [`RequireAuth`](super::RequireAuth).
pub struct Authenticated<T: SessionData>(pub Session<T>);

impl<T: SessionData> Authenticated<T> {
    #[cfg(any(feature = "axum", feature = "actix"))]
    pub(crate) fn of(session: Result<Session<T>, Error>) -> Result<Self, AuthenticatedRejection> {
        let session = session.map_err(super::SessionRejection::from)?;
        match is_authenticated(&session) {
            true => Ok(Self(session)),
            false => Err(AuthenticatedRejection::Unauthenticated),
        }
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
