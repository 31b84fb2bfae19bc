use super::{Breaker, CookieSent, Failure, Fingerprint, RevokedBy};
use crate::codec::DecodeError;
use crate::config::{Assurance, OnCorrupt, OnMismatch};
use crate::data::OnFailure;
use crate::store::{Gone, Rotation};

/// What has happened.
///
/// `session` is the fingerprint of the session that it is about. There is no event for a request that does not use its
/// session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are what the sentence above them names")]
pub enum SessionEvent {
    /// A stored session was opened: by its cookie, by its token, or by its handle.
    Loaded { session: Fingerprint },
    /// A session was stored for the first time.
    Created { session: Fingerprint },
    /// Somebody authenticated in a session, and that was committed.
    Authenticated { session: Fingerprint },
    /// Changes were written. `attempts` counts the store's answers that it took.
    Committed { session: Fingerprint, revision: u64, attempts: u32 },
    /// Changes were merged with those of concurrent requests, and the result was written.
    Merged { session: Fingerprint, attempts: u32 },
    /// The session id was replaced; `from` and `to` are the fingerprints of the ids, where the store keeps the record.
    Rotated {
        session: Fingerprint,
        from: Option<Fingerprint>,
        to: Option<Fingerprint>,
        how: Rotation,
        rotations: u32,
    },
    /// The session was ended, by its own request or by [`Sessions::delete`](crate::Sessions::delete).
    Destroyed { session: Fingerprint },
    /// A request was still using a session when its deadline had passed. One that expires unused is not seen by anybody.
    Expired { session: Fingerprint },
    /// The session was ended, though not by its own request.
    Revoked { session: Fingerprint, by: RevokedBy },
    /// All sessions were ended.
    Cleared { sessions: u64 },
    /// The response of a request that used its session is about to leave.
    Responding { session: Option<Fingerprint>, cookie: CookieSent },

    /// A token of the right form names no session: it expired, was ended, or never was.
    UnknownId { session: Fingerprint },
    /// A token names a live session, but its secret is not that session's. `shown` is the fingerprint of the id.
    UnknownSecret { session: Fingerprint, shown: Fingerprint },
    /// An id was used that was replaced by age, after its grace: two parties hold ids of one session.
    ReusedSecret { session: Fingerprint, shown: Fingerprint },
    /// More well-formed tokens came under the cookie's name than any browser sends by accident; none was used.
    TooManyCookies,
    /// A session that is spread over several cookies came without all of them, and was not used.
    IncompleteCookie,
    /// Live sessions of different principals came with one request; none was used.
    AmbiguousCookies { sessions: usize },
    /// A cookie has the form of a signed session id, but not its signature. No store was asked.
    ForgedId,
    /// A request came over plain HTTP, so it has no session and gets no cookie, which is for TLS alone.
    PlainHttp { has_cookie: bool },
    /// The request does not come from the client that the session is bound to. `what` does not match.
    BindingMismatch { session: Fingerprint, what: &'static str, answer: OnMismatch },
    /// A request was turned away that another site may have made the browser send.
    CsrfRefused { why: String },
    /// Sealed bytes are not by any of our keys, or were changed. `what` says of what kind they are.
    DecryptFailed { session: Option<Fingerprint>, what: &'static str },
    /// A session that its client holds came back after it was ended, rotated or revoked, and was refused: a copy, or a
    /// client that had not heard of it.
    RevokedUsed { session: Fingerprint, why: Gone },
    /// A session that its client holds lives longer than marks on it would be kept, and was refused: lifetimes were longer
    /// when it was made.
    OutlivesMarks { session: Fingerprint },

    /// A request that changed nothing important ended after its session did; what it wrote was dropped.
    LateWrite { session: Fingerprint, why: Gone },
    /// A request that changed nothing important set something while its session was withheld; it was dropped.
    WithheldWrite { what: &'static str },
    /// A login found its session gone and began a new one.
    LoginMoved { from: Fingerprint, to: Fingerprint, why: Gone },
    /// A handle that outlived its response was dropped with changes that nobody committed: they are lost.
    LateChange { session: Option<Fingerprint> },

    /// A field was stored in another shape. It reads as its default; its bytes are kept.
    ShapeMismatch { session: Fingerprint, field: &'static str, why: Option<DecodeError> },
    /// A field was last written as a former type, and its value has no counterpart in the present one.
    ConversionFailed { session: Fingerprint, field: &'static str },
    /// A session of an older schema version could not be converted to the present one.
    UpgradeFailed { session: Fingerprint, failure: Failure, answer: OnFailure },
    /// A stored session is damaged. It is kept as it is.
    Corrupt { failure: Failure, answer: OnCorrupt },
    /// What was just committed cannot be read back: a merge policy or a conversion wrote what nobody reads.
    Unreadable { session: Fingerprint, failure: Failure },

    /// A session could not be loaded, and the request that needs it is refused.
    LoadFailed { failure: Failure },
    /// A session could not be committed, and the response is replaced.
    CommitFailed { failure: Failure },
    /// The idle deadline could not be moved on. The page was served all the same.
    TouchFailed { session: Fingerprint, failure: Failure },
    /// A message that a failed response had claimed could not be released. Its claim ends by itself.
    ReleaseFailed { session: Fingerprint, failure: Failure },
    /// The store could not be asked, and the request goes on without its session.
    Degraded { failure: Failure },
    /// A request changed the session that stands in for its own during an outage: the change is lost.
    DroppedInOutage,
    /// A circuit breaker changed its state. `traffic` is what it lets through (`reads`, `writes`, `scans`) to that shard of
    /// the store, where it has several.
    BreakerChanged { store: &'static str, traffic: &'static str, shard: usize, from: Breaker, to: Breaker },
    /// An operation is tried again. `attempt` is the one that is about to be made; the first was 1.
    Retried { store: &'static str, operation: &'static str, attempt: u32 },
    /// A store that was full gave up live sessions for others.
    Evicted { store: &'static str, sessions: u64 },

    /// A configuration was put to use that deviates from what its assurance level recommends.
    AssuranceDeviates { assurance: Assurance },

    /// No session layer is mounted for this session type.
    MissingLayer { data: &'static str, failure: Failure },
    /// Two layers of one request use one cookie.
    CookieClash { cookie: String, data: &'static str },
    /// A response that depends on its session was marked for shared caches; it is not any more.
    CachingOverruled { header: String, value: String },
    /// A cookie could not be written into the response, which is replaced.
    UnwritableCookie,
}

impl SessionEvent {
    /// The event's name, in lower case: for logs and labels. Names do not change.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Loaded { .. } => "loaded",
            Self::Created { .. } => "created",
            Self::Authenticated { .. } => "authenticated",
            Self::Committed { .. } => "committed",
            Self::Merged { .. } => "merged",
            Self::Rotated { .. } => "rotated",
            Self::Destroyed { .. } => "destroyed",
            Self::Expired { .. } => "expired",
            Self::Revoked { .. } => "revoked",
            Self::Cleared { .. } => "cleared",
            Self::Responding { .. } => "responding",
            Self::UnknownId { .. } => "unknown_id",
            Self::UnknownSecret { .. } => "unknown_secret",
            Self::ReusedSecret { .. } => "reused_secret",
            Self::TooManyCookies => "too_many_cookies",
            Self::IncompleteCookie => "incomplete_cookie",
            Self::AmbiguousCookies { .. } => "ambiguous_cookies",
            Self::ForgedId => "forged_id",
            Self::PlainHttp { .. } => "plain_http",
            Self::BindingMismatch { .. } => "binding_mismatch",
            Self::CsrfRefused { .. } => "csrf_refused",
            Self::DecryptFailed { .. } => "decrypt_failed",
            Self::RevokedUsed { .. } => "revoked_used",
            Self::OutlivesMarks { .. } => "outlives_marks",
            Self::LateWrite { .. } => "late_write",
            Self::WithheldWrite { .. } => "withheld_write",
            Self::LoginMoved { .. } => "login_moved",
            Self::LateChange { .. } => "late_change",
            Self::ShapeMismatch { .. } => "shape_mismatch",
            Self::ConversionFailed { .. } => "conversion_failed",
            Self::UpgradeFailed { .. } => "upgrade_failed",
            Self::Corrupt { .. } => "corrupt",
            Self::Unreadable { .. } => "unreadable",
            Self::LoadFailed { .. } => "load_failed",
            Self::CommitFailed { .. } => "commit_failed",
            Self::TouchFailed { .. } => "touch_failed",
            Self::ReleaseFailed { .. } => "release_failed",
            Self::Degraded { .. } => "degraded",
            Self::DroppedInOutage => "dropped_in_outage",
            Self::BreakerChanged { .. } => "breaker_changed",
            Self::Retried { .. } => "retried",
            Self::Evicted { .. } => "evicted",
            Self::AssuranceDeviates { .. } => "assurance_deviates",
            Self::MissingLayer { .. } => "missing_layer",
            Self::CookieClash { .. } => "cookie_clash",
            Self::CachingOverruled { .. } => "caching_overruled",
            Self::UnwritableCookie => "unwritable_cookie",
        }
    }

    /// The error that it tells of, where it tells of one.
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::UpgradeFailed { failure, .. }
            | Self::Corrupt { failure, .. }
            | Self::Unreadable { failure, .. }
            | Self::LoadFailed { failure }
            | Self::CommitFailed { failure }
            | Self::TouchFailed { failure, .. }
            | Self::ReleaseFailed { failure, .. }
            | Self::Degraded { failure }
            | Self::MissingLayer { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// The session that it is about, where it is about one.
    pub const fn session(&self) -> Option<Fingerprint> {
        match *self {
            Self::Loaded { session, .. }
            | Self::Created { session, .. }
            | Self::Authenticated { session, .. }
            | Self::Committed { session, .. }
            | Self::Merged { session, .. }
            | Self::Rotated { session, .. }
            | Self::Destroyed { session, .. }
            | Self::Expired { session, .. }
            | Self::Revoked { session, .. }
            | Self::UnknownId { session, .. }
            | Self::UnknownSecret { session, .. }
            | Self::ReusedSecret { session, .. }
            | Self::BindingMismatch { session, .. }
            | Self::RevokedUsed { session, .. }
            | Self::OutlivesMarks { session, .. }
            | Self::LateWrite { session, .. }
            | Self::ShapeMismatch { session, .. }
            | Self::ConversionFailed { session, .. }
            | Self::UpgradeFailed { session, .. }
            | Self::Unreadable { session, .. }
            | Self::TouchFailed { session, .. }
            | Self::ReleaseFailed { session, .. }
            | Self::LoginMoved { to: session, .. } => Some(session),
            Self::Responding { session, .. }
            | Self::DecryptFailed { session, .. }
            | Self::LateChange { session, .. } => session,
            Self::Cleared { .. }
            | Self::TooManyCookies
            | Self::IncompleteCookie
            | Self::AmbiguousCookies { .. }
            | Self::ForgedId
            | Self::PlainHttp { .. }
            | Self::CsrfRefused { .. }
            | Self::WithheldWrite { .. }
            | Self::Corrupt { .. }
            | Self::LoadFailed { .. }
            | Self::CommitFailed { .. }
            | Self::Degraded { .. }
            | Self::DroppedInOutage
            | Self::BreakerChanged { .. }
            | Self::Retried { .. }
            | Self::Evicted { .. }
            | Self::AssuranceDeviates { .. }
            | Self::MissingLayer { .. }
            | Self::CookieClash { .. }
            | Self::CachingOverruled { .. }
            | Self::UnwritableCookie => None,
        }
    }
}
