use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderValue, Response, StatusCode};

use super::CsrfRefusal;
use crate::tower::Answer;

/// What becomes of a request.
pub(super) enum Verdict {
    Pass,
    /// To the page for signing in.
    SignIn(HeaderValue),
    Refuse(Answer),
    /// Another site sent it, or may have.
    Forged(CsrfRefusal),
}

impl Verdict {
    /// The response that ends the request here; `None` if it passes.
    pub(super) fn into_response<B: From<&'static str>>(self) -> Option<Response<B>> {
        match self {
            Self::Pass => None,
            Self::SignIn(location) => {
                let mut response = Response::new(B::from(""));
                *response.status_mut() = StatusCode::SEE_OTHER;
                response.headers_mut().insert(LOCATION, location);
                // Otherwise "back" after the sign-in may lead to the sign-in again.
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                Some(response)
            }
            Self::Refuse(answer) => Some(answer.into_response()),
            Self::Forged(refusal) => {
                let mut response: Response<B> = refusal.answer().into_response();
                response.extensions_mut().insert(refusal);
                Some(response)
            }
        }
    }
}
