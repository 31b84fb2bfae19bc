//! What happened that an operator wants to know, as `tracing` events, in one place.
//!
//! No secret, cookie or field value is ever a field of an event; a session appears as the first bits of its handle.

use tracing::{debug, error, info, warn};

use crate::codec::DecodeError;
use crate::config::OnMismatch;
use crate::error::Error;
use crate::evolve::OnFailure;
use crate::store::Gone;
use crate::token::Handle;

/// A well-formed token named a live record, but with a secret that is not its own.
pub(crate) fn unknown_secret(handle: Handle) {
    warn!(target: "session", ?handle, "a session was asked for with a wrong or outdated secret");
}

/// A field was written as another shape; it reads as its default and its bytes are kept.
pub(crate) fn shape_mismatch(handle: Handle, field: &'static str, why: Option<DecodeError>) {
    warn!(target: "session", ?handle, field, ?why, "a stored field has another shape; read as default, bytes kept");
}

/// A field was last written as a former type, and that value has no counterpart in the present one.
pub(crate) fn conversion_failed(handle: Handle, field: &'static str) {
    warn!(target: "session", ?handle, field, "a stored field could not be converted; read as default, bytes kept");
}

/// A session of an older schema version could not be converted to the present one.
pub(crate) fn upgrade_failed(handle: Handle, error: &Error, answer: OnFailure) {
    error!(target: "session", ?handle, %error, ?answer, "a session of an older version could not be converted");
}

/// More well-formed tokens came under the cookie's name than any browser sends by accident.
pub(crate) fn too_many_cookies() {
    warn!(target: "session", "too many different session cookies in one request; none is used");
}

/// More sessions than one, of different principals, came with one request.
pub(crate) fn ambiguous_cookies(count: usize) {
    warn!(target: "session", count, "several live sessions of different principals in one request; none is used");
}

/// A request that changed nothing important ended after its session did.
pub(crate) fn late_write(handle: Handle, why: Gone) {
    info!(target: "session", ?handle, %why, "a late write was dropped");
}

/// A cookie had the form of a signed session id, and not its signature. No store was asked.
pub(crate) fn forged_id() {
    warn!(target: "session", "a session id with a wrong signature was refused");
}

/// A request came over plain HTTP, where a `Secure` cookie has no business.
pub(crate) fn plain_http(has_cookie: bool) {
    error!(
        target: "session",
        has_cookie,
        "a request came over plain HTTP, so it has no session and gets no cookie: serve HTTPS; behind a proxy that does, \
         name it with `SessionConfig::builder().trusted_proxies(…)`; for development use `SessionConfig::localhost()`"
    );
}

/// A session came from another client than the one that it is bound to.
pub(crate) fn binding_mismatch(handle: Handle, what: &'static str, answer: OnMismatch) {
    warn!(target: "session", ?handle, what, ?answer, "a session was used by another client than it is bound to");
}

/// What a request set while its session was withheld is dropped.
pub(crate) fn withheld_write(what: &'static str) {
    info!(target: "session", what, "a session is withheld until its principal signs in again; a write was dropped");
}

/// A login found its session gone and began a new one.
pub(crate) fn login_moved(from: Handle, to: Handle, why: Gone) {
    info!(target: "session", ?from, ?to, %why, "a login began a new session, because the old one was gone");
}

/// A session id came back that was replaced by age, after its grace: two parties hold ids of one session.
pub(crate) fn reused_secret(handle: Handle) {
    warn!(target: "session", ?handle, "a session id was used again long after it was replaced");
}

/// The store could not be asked, and the request goes on without its session.
pub(crate) fn degraded(error: &Error) {
    warn!(target: "session", %error, "a request goes on without its session");
}

/// What was set in a session that stands in for another one is dropped.
pub(crate) fn dropped_in_outage() {
    warn!(target: "session", "a request changed its session while the store could not be asked; the change is lost");
}

/// A record that does not decode is left alone, and its client begins anew.
pub(crate) fn set_aside(error: &Error) {
    error!(target: "session", %error, "a damaged session was set aside; its client begins a new one");
}

pub(crate) fn rotated(handle: Handle, rotations: u32) {
    debug!(target: "session", ?handle, rotations, "session id rotated");
}

pub(crate) fn created(handle: Handle) {
    debug!(target: "session", ?handle, "session created");
}

pub(crate) fn destroyed(handle: Handle) {
    debug!(target: "session", ?handle, "session ended");
}

pub(crate) fn merged(handle: Handle, attempts: u32) {
    debug!(target: "session", ?handle, attempts, "concurrent changes were merged");
}

/// What was just committed cannot be read back: a merge policy or a conversion wrote what nobody reads.
pub(crate) fn unreadable(handle: Handle, error: &Error) {
    error!(target: "session", ?handle, %error, "a session was committed that cannot be read back");
}

/// Moving the idle deadline failed; the page was served all the same.
pub(crate) fn touch_failed(handle: Handle, error: &Error) {
    warn!(target: "session", ?handle, %error, "the session's deadline could not be moved on");
}

/// A claimed message of a failed response could not be released; its claim ends by itself.
pub(crate) fn release_failed(handle: Handle, error: &Error) {
    warn!(target: "session", ?handle, %error, "a claimed message stays claimed for some seconds");
}

/// The response is replaced because the session could not be committed.
pub(crate) fn commit_failed(error: &Error) {
    error!(target: "session", %error, "the session could not be committed; the response is replaced");
}

/// A handle that outlived its response was dropped with changes that nobody committed.
pub(crate) fn late_change(handle: Option<Handle>) {
    error!(
        target: "session",
        ?handle,
        "a session was changed after its response had left, and dropped without `commit().await`: the change is lost"
    );
}
