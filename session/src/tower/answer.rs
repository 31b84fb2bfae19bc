//! What a client is told when its session fails: a status and a fixed sentence, never the error's own words.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

use crate::error::{Error, ErrorKind};

/// A response whose text is fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// In seconds.
    pub(crate) retry_after: Option<u64>,
    pub(crate) content_type: &'static str,
    pub(crate) body: &'static str,
}

const TEXT: &str = "text/plain; charset=utf-8";

impl Answer {
    /// The session could not be loaded, so the handler was not run and the client may try again.
    pub(crate) fn to_load_failure(error: &Error) -> Self {
        if let ErrorKind::Unavailable { retry_after, .. } = error.kind() {
            // Rounded up, so that nobody comes back while a breaker is still open.
            let seconds =
                retry_after.map_or(1, |after| after.as_secs() + u64::from(after.subsec_nanos() > 0));
            return Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                retry_after: Some(seconds.max(1)),
                content_type: TEXT,
                body: "Sessions are not available at the moment. Please try again soon.\n",
            };
        }
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            retry_after: None,
            content_type: TEXT,
            body: "The session could not be used.\n",
        }
    }

    /// Nobody is signed in, and the client is not a person with a browser.
    pub(crate) const fn unauthenticated() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            retry_after: None,
            content_type: "application/json",
            body: "{\"error\":\"unauthenticated\"}",
        }
    }

    pub(crate) fn into_response<B: From<&'static str>>(self) -> Response<B> {
        let mut response = Response::new(B::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The status of a response that is replaced because the session could not be committed. The handler has run, so none
/// of them invites the client to try the same again by itself.
pub(super) fn status_of_commit_failure(error: &Error) -> StatusCode {
    match error.kind() {
        ErrorKind::Unavailable { .. }
        | ErrorKind::Contended { .. }
        | ErrorKind::OutcomeUnknown
        | ErrorKind::Full { .. } => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Gone(_) | ErrorKind::Conflict { .. } | ErrorKind::TooManySessions { .. } => {
            StatusCode::CONFLICT
        }
        // What was asked for cannot be kept, and asking again does not help (RFC 4918 §11.5).
        ErrorKind::TooLarge { .. } => StatusCode::INSUFFICIENT_STORAGE,
        // Signing in again helps.
        ErrorKind::Binding { .. } => StatusCode::UNAUTHORIZED,
        // Asking again over TLS helps.
        ErrorKind::PlainHttp => StatusCode::FORBIDDEN,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::error::Applied;
    use crate::store::Gone;

    #[test]
    fn an_outage_asks_the_client_to_come_back_and_nothing_else_does() {
        let retry = |retry_after| {
            let kind = ErrorKind::Unavailable { applied: Applied::No, retry_after };
            let answer = Answer::to_load_failure(&Error::new(kind));
            assert_eq!(answer.status, 503);
            answer.retry_after
        };
        assert_eq!(retry(None), Some(1));
        assert_eq!(retry(Some(Duration::ZERO)), Some(1));
        assert_eq!(retry(Some(Duration::from_millis(2_001))), Some(3));
        assert_eq!(retry(Some(Duration::from_secs(30))), Some(30));
        for kind in [ErrorKind::Corrupt, ErrorKind::TooNew { version: 9 }, ErrorKind::MissingLayer] {
            let answer = Answer::to_load_failure(&Error::new(kind));
            assert_eq!((answer.status.as_u16(), answer.retry_after), (500, None));
        }
    }

    #[test]
    fn a_client_never_sees_the_errors_own_words() {
        let error =
            Error::unavailable(Applied::Unknown, "redis at 10.0.0.7 refused").in_context("secret context");
        let response: Response<String> = Answer::to_load_failure(&error).into_response();
        assert!(!response.body().contains("redis") && !response.body().contains("context"));
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn a_failed_commit_has_the_status_that_says_what_to_do() {
        let status = |kind| status_of_commit_failure(&Error::new(kind)).as_u16();
        assert_eq!(status(ErrorKind::Unavailable { applied: Applied::Unknown, retry_after: None }), 503);
        assert_eq!(status(ErrorKind::Contended { attempts: 3 }), 503);
        assert_eq!(status(ErrorKind::OutcomeUnknown), 503);
        assert_eq!(status(ErrorKind::Full { limit: 1 }), 503);
        assert_eq!(status(ErrorKind::Gone(Gone::Deleted)), 409);
        assert_eq!(status(ErrorKind::Conflict { field: "cart" }), 409);
        assert_eq!(status(ErrorKind::TooManySessions { limit: 3 }), 409);
        assert_eq!(status(Error::too_large(2, 1).kind().clone()), 507);
        assert_eq!(status(ErrorKind::Binding { what: "ip" }), 401);
        assert_eq!(status(ErrorKind::PlainHttp), 403);
        assert_eq!(status(ErrorKind::Encode { field: "cart" }), 500);
    }
}
