//! The responses: every header in one place.

use ::axum::body::Body;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::html::Html;

/// No script, nothing from elsewhere, no frame around it, no form to anybody else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

fn respond(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers: [(HeaderName, &'static str); 6] = [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        // Not `no-referrer`: with that, browsers say of forms that they come from nowhere.
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

pub(super) fn page(status: StatusCode, html: Html) -> Response<Body> {
    respond(status, "text/html; charset=utf-8", html.into_string())
}

pub(super) fn json(status: StatusCode, json: String) -> Response<Body> {
    respond(status, "application/json", json)
}

pub(super) fn style() -> Response<Body> {
    respond(StatusCode::OK, "text/css; charset=utf-8", include_str!("style.css"))
}

/// On to that path, by `GET`.
pub(super) fn see(path: &str) -> Response<Body> {
    let mut response = respond(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Body::empty());
    if let Ok(location) = HeaderValue::try_from(path) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
