//! What the adapters tell an operator. No secret, cookie or field value is ever part of it.

use http::Extensions;
use http::header::{HeaderName, HeaderValue};

use super::guard::CsrfRefusal;
use super::mounted::Mount;
use crate::data::SessionData;
use crate::error::Error;
use crate::event::{Events, SessionEvent};

/// An extractor or guard found no session because its layer is missing. Without the layer there is no configuration, so
/// this goes to the log alone.
pub(crate) fn missing_layer(data: &'static str, error: &Error) {
    Events::default().emit(&SessionEvent::MissingLayer { data, failure: error.into() });
}

/// A request was turned away that another site may have sent.
pub(super) fn csrf_refused<T: SessionData>(request: &Extensions, reason: CsrfRefusal) {
    let told = SessionEvent::CsrfRefused { why: reason.to_string() };
    match Mount::<T>::of(request) {
        Some(mount) => mount.events().emit(&told),
        None => Events::default().emit(&told),
    }
}

/// Two layers of one request would take each other's cookie.
pub(crate) fn same_cookie_twice(events: &Events, cookie: &str, data: &'static str) {
    events.emit(&SessionEvent::CookieClash { cookie: cookie.to_owned(), data });
}

/// A response that depends on a session was marked for shared caches.
pub(super) fn shared_caching(events: &Events, header: &HeaderName, value: &HeaderValue) {
    let (header, value) = (header.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    events.emit(&SessionEvent::CachingOverruled { header, value });
}

/// What the engine wants to set is no header value. It checks names and writes tokens itself, so this is a bug in it.
pub(super) fn unwritable_cookie(events: &Events) {
    events.emit(&SessionEvent::UnwritableCookie);
}
