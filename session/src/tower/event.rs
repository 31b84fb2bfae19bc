//! What the adapters tell an operator. No secret, cookie or field value is ever part of it.

use http::{HeaderName, HeaderValue};
use tracing::{error, warn};

use super::guard::CsrfRefusal;
use crate::error::Error;

/// An extractor or guard found no session because its layer is missing, or the store gave none.
pub(super) fn load_failed(error: &Error) {
    error!(target: "session", %error, "the session could not be loaded; the handler was not run");
}

/// A request was turned away that another site may have sent.
pub(super) fn csrf_refused(reason: CsrfRefusal) {
    warn!(target: "session", %reason, "a request was refused");
}

/// Two layers of one request would take each other's cookie.
pub(super) fn same_cookie_twice(cookie: &str, session: &str) {
    error!(
        target: "session",
        cookie,
        session,
        "two session layers use one cookie: mount the layer once, or give each its own name with \
         `SessionConfig::builder().cookie_name(…)`"
    );
}

/// A response that depends on a session was marked for shared caches.
pub(super) fn shared_caching(header: &HeaderName, value: &HeaderValue) {
    warn!(
        target: "session",
        %header,
        ?value,
        "a response that depends on a session was marked for shared caches; it is not any more: remove the mark, or \
         do not use the session there"
    );
}

/// What the engine wants to set is no header value. It checks names and writes tokens itself, so this is a bug in it.
pub(super) fn unwritable_cookie() {
    error!(target: "session", "a session cookie could not be written; the response is replaced");
}
