use std::fmt;

#[cfg(any(feature = "axum", feature = "actix"))]
use super::Answer;
use crate::error::Error;

/// The session could not be given to a handler, which did not run.
///
/// As a response: 503 with `Retry-After` if the store cannot be asked, 500 otherwise, and a fixed sentence; what went
/// wrong is in the log and in [`error`](Self::error). The client's cookie stays as it is.
#[derive(Debug)]
pub struct SessionRejection(Error);

impl SessionRejection {
    /// What went wrong.
    pub const fn error(&self) -> &Error {
        &self.0
    }

    /// What went wrong.
    pub fn into_error(self) -> Error {
        self.0
    }

    #[cfg(any(feature = "axum", feature = "actix"))]
    pub(crate) fn answer(&self) -> Answer {
        Answer::to_load_failure(&self.0)
    }
}

impl From<Error> for SessionRejection {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for SessionRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session could not be loaded")
    }
}

impl std::error::Error for SessionRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Why [`Authenticated`](super::Authenticated) did not let a request pass.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthenticatedRejection {
    /// Nobody is signed in: 401.
    Unauthenticated,
    /// The session could not be loaded, so nobody knows.
    Session(SessionRejection),
}

impl AuthenticatedRejection {
    #[cfg(any(feature = "axum", feature = "actix"))]
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::Unauthenticated => Answer::unauthenticated(),
            Self::Session(rejection) => rejection.answer(),
        }
    }
}

impl From<SessionRejection> for AuthenticatedRejection {
    fn from(rejection: SessionRejection) -> Self {
        Self::Session(rejection)
    }
}

impl fmt::Display for AuthenticatedRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated => f.write_str("nobody is signed in"),
            Self::Session(rejection) => rejection.fmt(f),
        }
    }
}

impl std::error::Error for AuthenticatedRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unauthenticated => None,
            Self::Session(rejection) => std::error::Error::source(rejection),
        }
    }
}
