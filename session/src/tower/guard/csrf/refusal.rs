use std::fmt;

use http::StatusCode;

use crate::tower::Answer;

/// Why [`CsrfGuard`](super::CsrfGuard) turned a request away. An extension of the response, for whoever wants to show a
/// page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CsrfRefusal {
    /// Another site, or another host of this one, made the browser send it.
    CrossSite,
    /// The session's token is missing.
    MissingToken,
    /// The token is not the session's, or not any more.
    WrongToken,
    /// The form is longer than is read to look for the token.
    FormTooLarge,
    /// The form could not be read.
    FormUnreadable,
}

impl CsrfRefusal {
    pub(in crate::tower::guard) const fn answer(self) -> Answer {
        let (status, body) = match self {
            Self::CrossSite | Self::MissingToken | Self::WrongToken => {
                (StatusCode::FORBIDDEN, "{\"error\":\"csrf\"}")
            }
            Self::FormTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "{\"error\":\"form_too_large\"}"),
            Self::FormUnreadable => (StatusCode::BAD_REQUEST, "{\"error\":\"form_unreadable\"}"),
        };
        Answer { status, retry_after: None, content_type: "application/json", body }
    }
}

impl fmt::Display for CsrfRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CrossSite => "another site made the browser send it",
            Self::MissingToken => "it has no CSRF token",
            Self::WrongToken => "its CSRF token is not the session's",
            Self::FormTooLarge => "its form is too long to look for a CSRF token",
            Self::FormUnreadable => "its form could not be read",
        })
    }
}
