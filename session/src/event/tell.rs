//! One function for each thing that the runtime tells of: from what it has at hand to the event. Called after the fact,
//! and with no lock held that another request could wait for.

use super::{CookieSent, Events, Fingerprint, RevokedBy, SessionEvent};
use crate::codec::DecodeError;
use crate::config::{Assurance, OnCorrupt, OnMismatch};
use crate::current::Stored;
use crate::error::Error;
use crate::evolve::OnFailure;
use crate::store::{Gone, Rotation};
use crate::token::{Handle, Proof};

pub(crate) fn loaded(events: &Events, handle: Handle) {
    events.emit(&SessionEvent::Loaded { session: handle.into() });
}

pub(crate) fn created(events: &Events, handle: Handle) {
    events.emit(&SessionEvent::Created { session: handle.into() });
}

pub(crate) fn authenticated(events: &Events, handle: Handle) {
    events.emit(&SessionEvent::Authenticated { session: handle.into() });
}

/// `merged`: others' changes are in what was written.
pub(crate) fn committed(events: &Events, stored: &Stored, attempts: u32, merged: bool) {
    let session = stored.handle.into();
    events.emit(&SessionEvent::Committed { session, revision: stored.header.revision, attempts });
    if merged {
        events.emit(&SessionEvent::Merged { session, attempts });
    }
}

pub(crate) fn rotated(events: &Events, from: &Stored, to: &Stored, how: Rotation) {
    events.emit(&SessionEvent::Rotated {
        session: to.handle.into(),
        from: from.key.fingerprint(),
        to: to.key.fingerprint(),
        how,
        rotations: to.header.rotations,
    });
}

pub(crate) fn destroyed(events: &Events, handle: Handle) {
    events.emit(&SessionEvent::Destroyed { session: handle.into() });
}

pub(crate) fn revoked(events: &Events, handle: Handle, by: RevokedBy) {
    events.emit(&SessionEvent::Revoked { session: handle.into(), by });
}

pub(crate) fn cleared(events: &Events, sessions: u64) {
    events.emit(&SessionEvent::Cleared { sessions });
}

pub(crate) fn responding(events: &Events, handle: Option<Handle>, cookie: CookieSent) {
    events.emit(&SessionEvent::Responding { session: handle.map(Fingerprint::from), cookie });
}

/// A token of the right form names no session.
pub(crate) fn unknown_id(events: &Events, handle: Handle) {
    events.emit(&SessionEvent::UnknownId { session: handle.into() });
}

/// A well-formed token named a live record, but with a secret that is not its own.
pub(crate) fn unknown_secret(events: &Events, handle: Handle, shown: &Proof) {
    let shown = Fingerprint::of_secret(shown);
    events.emit(&SessionEvent::UnknownSecret { session: handle.into(), shown });
}

/// A session id came back that was replaced by age, after its grace: two parties hold ids of one session.
pub(crate) fn reused_secret(events: &Events, handle: Handle, shown: &Proof) {
    let shown = Fingerprint::of_secret(shown);
    events.emit(&SessionEvent::ReusedSecret { session: handle.into(), shown });
}

/// More well-formed tokens came under the cookie's name than any browser sends by accident.
pub(crate) fn too_many_cookies(events: &Events) {
    events.emit(&SessionEvent::TooManyCookies);
}

/// A session that is in several cookies came without all of them.
pub(crate) fn incomplete_cookie(events: &Events) {
    events.emit(&SessionEvent::IncompleteCookie);
}

/// More sessions than one, of different principals, came with one request.
pub(crate) fn ambiguous_cookies(events: &Events, sessions: usize) {
    events.emit(&SessionEvent::AmbiguousCookies { sessions });
}

/// A cookie had the form of a signed session id, and not its signature.
pub(crate) fn forged_id(events: &Events) {
    events.emit(&SessionEvent::ForgedId);
}

/// A request came over plain HTTP, where a `Secure` cookie has no business.
pub(crate) fn plain_http(events: &Events, has_cookie: bool) {
    events.emit(&SessionEvent::PlainHttp { has_cookie });
}

/// A session came from another client than the one that it is bound to.
pub(crate) fn binding_mismatch(events: &Events, handle: Handle, what: &'static str, answer: OnMismatch) {
    events.emit(&SessionEvent::BindingMismatch { session: handle.into(), what, answer });
}

/// What a request set while its session was withheld is dropped.
pub(crate) fn withheld_write(events: &Events, what: &'static str) {
    events.emit(&SessionEvent::WithheldWrite { what });
}

/// What was to be written comes too late, for that reason.
pub(crate) fn gone(events: &Events, handle: Handle, why: Gone) {
    if why == Gone::Expired {
        events.emit(&SessionEvent::Expired { session: handle.into() });
    }
}

/// A request that changed nothing important ended after its session did.
pub(crate) fn late_write(events: &Events, handle: Handle, why: Gone) {
    events.emit(&SessionEvent::LateWrite { session: handle.into(), why });
}

/// A login found its session gone and began a new one.
pub(crate) fn login_moved(events: &Events, from: Handle, to: Handle, why: Gone) {
    events.emit(&SessionEvent::LoginMoved { from: from.into(), to: to.into(), why });
}

/// A handle that outlived its response was dropped with changes that nobody committed.
pub(crate) fn late_change(events: &Events, handle: Option<Handle>) {
    events.emit(&SessionEvent::LateChange { session: handle.map(Fingerprint::from) });
}

/// A field that is sealed by itself does not open: it was damaged, comes from another session, or its key is gone.
pub(crate) fn sealed_field(events: &Events, handle: Handle) {
    events.emit(&SessionEvent::DecryptFailed { session: Some(handle.into()), what: "field" });
}

/// A field was written as another shape; it reads as its default and its bytes are kept.
pub(crate) fn shape_mismatch(events: &Events, handle: Handle, field: &'static str, why: Option<DecodeError>) {
    events.emit(&SessionEvent::ShapeMismatch { session: handle.into(), field, why });
}

/// A field was last written as a former type, and that value has no counterpart in the present one.
pub(crate) fn conversion_failed(events: &Events, handle: Handle, field: &'static str) {
    events.emit(&SessionEvent::ConversionFailed { session: handle.into(), field });
}

/// A session of an older schema version could not be converted to the present one.
pub(crate) fn upgrade_failed(events: &Events, handle: Handle, error: &Error, answer: OnFailure) {
    events.emit(&SessionEvent::UpgradeFailed { session: handle.into(), failure: error.into(), answer });
}

/// A record that does not decode is left alone.
pub(crate) fn corrupt(events: &Events, error: &Error, answer: OnCorrupt) {
    events.emit(&SessionEvent::Corrupt { failure: error.into(), answer });
}

/// What was just committed cannot be read back: a merge policy or a conversion wrote what nobody reads.
pub(crate) fn unreadable(events: &Events, handle: Handle, error: &Error) {
    events.emit(&SessionEvent::Unreadable { session: handle.into(), failure: error.into() });
}

/// The session that a request needs could not be loaded.
pub(crate) fn load_failed(events: &Events, error: &Error) {
    events.emit(&SessionEvent::LoadFailed { failure: error.into() });
}

/// The response is replaced because the session could not be committed.
pub(crate) fn commit_failed(events: &Events, error: &Error) {
    events.emit(&SessionEvent::CommitFailed { failure: error.into() });
}

/// Moving the idle deadline failed; the page was served all the same.
pub(crate) fn touch_failed(events: &Events, handle: Handle, error: &Error) {
    events.emit(&SessionEvent::TouchFailed { session: handle.into(), failure: error.into() });
}

/// A claimed message of a failed response could not be released; its claim ends by itself.
pub(crate) fn release_failed(events: &Events, handle: Handle, error: &Error) {
    events.emit(&SessionEvent::ReleaseFailed { session: handle.into(), failure: error.into() });
}

/// The store could not be asked, and the request goes on without its session.
pub(crate) fn degraded(events: &Events, error: &Error) {
    events.emit(&SessionEvent::Degraded { failure: error.into() });
}

/// What was set in a session that stands in for another one is dropped.
pub(crate) fn dropped_in_outage(events: &Events) {
    events.emit(&SessionEvent::DroppedInOutage);
}

/// A configuration is put to use, perhaps one that deviates from the assurance level it declares.
pub(crate) fn assurance(events: &Events, assurance: &Assurance) {
    if !assurance.deviations().is_empty() {
        events.emit(&SessionEvent::AssuranceDeviates { assurance: assurance.clone() });
    }
}
