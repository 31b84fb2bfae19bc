//! Who gets to the pages for operators: here whoever knows a password, by HTTP's own `Basic`. A real app asks its session
//! whether that is somebody of its staff.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What opens the pages.
#[derive(Clone)]
pub(crate) struct Password(pub(crate) Arc<str>);

/// Somebody who knows it.
pub(crate) struct Operator;

impl FromRequestParts<Password> for Operator {
    type Rejection = (StatusCode, [(HeaderName, &'static str); 1], &'static str);

    async fn from_request_parts(parts: &mut Parts, password: &Password) -> Result<Self, Self::Rejection> {
        let shown = parts.headers.get(AUTHORIZATION).and_then(|shown| shown.to_str().ok());
        let shown = shown.and_then(|shown| STANDARD.decode(shown.strip_prefix("Basic ")?).ok());
        // An example: a real comparison of passwords is of their hashes, and takes the same time whatever is wrong.
        match shown {
            Some(shown) if shown == format!("operator:{}", password.0).into_bytes() => Ok(Self),
            _ => Err((
                StatusCode::UNAUTHORIZED,
                [(WWW_AUTHENTICATE, "Basic realm=\"operators\"")],
                "operators only",
            )),
        }
    }
}
