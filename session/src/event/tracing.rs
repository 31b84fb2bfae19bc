use ::tracing::{debug, error, info, trace, warn};

use super::{Breaker, EventSink, SessionEvent as Event};

/// Turns events into `tracing` events of the target `session`: what goes wrong as errors and warnings, what is worth a
/// line as `info`, the life of sessions as `debug`, and what every request does as `trace`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tracing;

impl EventSink for Tracing {
    #[expect(clippy::too_many_lines, reason = "a table: an event, its level and its sentence")]
    fn on_event(&self, event: &Event) {
        match event {
            Event::Loaded { session } => trace!(target: "session", handle = ?session, "session loaded"),
            Event::Created { session } => debug!(target: "session", handle = ?session, "session created"),
            Event::Authenticated { session } => {
                debug!(target: "session", handle = ?session, "somebody signed in");
            }
            Event::Committed { session, revision, attempts } => {
                trace!(target: "session", handle = ?session, revision, attempts, "session committed");
            }
            Event::Merged { session, attempts } => {
                debug!(target: "session", handle = ?session, attempts, "concurrent changes were merged");
            }
            Event::Rotated { session, from, to, how, rotations } => {
                debug!(target: "session", handle = ?session, ?from, ?to, ?how, rotations, "session id rotated");
            }
            Event::Destroyed { session } => debug!(target: "session", handle = ?session, "session ended"),
            Event::Expired { session } => {
                debug!(target: "session", handle = ?session, "a session expired while it was in use");
            }
            Event::Revoked { session, by } => {
                info!(target: "session", handle = ?session, ?by, "session revoked");
            }
            Event::Cleared { sessions } => info!(target: "session", sessions, "all sessions were ended"),
            Event::Responding { session, cookie } => {
                trace!(target: "session", handle = ?session, ?cookie, "response with a session");
            }

            Event::UnknownId { session } => {
                debug!(target: "session", handle = ?session, "a session was asked for that is not there");
            }
            Event::UnknownSecret { session, shown } => {
                warn!(target: "session", handle = ?session, ?shown, "a session was asked for with a wrong or outdated secret");
            }
            Event::ReusedSecret { session, shown } => {
                warn!(target: "session", handle = ?session, ?shown, "a session id was used again long after it was replaced");
            }
            Event::TooManyCookies => {
                warn!(target: "session", "too many different session cookies in one request; none is used");
            }
            Event::IncompleteCookie => {
                info!(target: "session", "a session came in fewer cookies than it was sent in; it is not used");
            }
            Event::AmbiguousCookies { sessions } => {
                warn!(target: "session", count = sessions, "several live sessions of different principals in one request; none is used");
            }
            Event::ForgedId => {
                warn!(target: "session", "a session id with a wrong signature was refused");
            }
            Event::PlainHttp { has_cookie } => warn!(
                target: "session",
                has_cookie,
                "a request came over plain HTTP, so it has no session and gets no cookie: serve HTTPS; behind a proxy \
                 that does, name it with `SessionConfig::builder().trusted_proxies(…)`; for development use \
                 `SessionConfig::development()`"
            ),
            Event::CsrfRefused { why } => {
                warn!(target: "session", why, "a request was refused that another site may have made the browser send");
            }
            Event::BindingMismatch { session, what, answer } => {
                warn!(target: "session", handle = ?session, what, ?answer, "a session was used by another client than it is bound to");
            }
            // Anybody can send something that does not open.
            Event::DecryptFailed { session: None, what } => {
                info!(target: "session", what, "what a client sent could not be opened by any key");
            }
            Event::DecryptFailed { session, what } => {
                warn!(target: "session", handle = ?session, what, "sealed bytes could not be opened by any key");
            }

            Event::RevokedUsed { session, why } => {
                info!(target: "session", handle = ?session, %why, "a revoked session was refused that its client had kept");
            }
            Event::OutlivesMarks { session } => {
                warn!(target: "session", handle = ?session, "a session was refused that lives longer than marks are kept");
            }

            Event::LateWrite { session, why } => {
                info!(target: "session", handle = ?session, %why, "a late write was dropped");
            }
            Event::WithheldWrite { what } => {
                info!(target: "session", what, "a session is withheld until its principal signs in again; a write was dropped");
            }
            Event::LoginMoved { from, to, why } => {
                info!(target: "session", ?from, ?to, %why, "a login began a new session, because the old one was gone");
            }
            Event::LateChange { session } => error!(
                target: "session",
                handle = ?session,
                "a session was changed after its response had left, and dropped without `commit().await`: the change \
                 is lost"
            ),

            Event::ShapeMismatch { session, field, why } => {
                warn!(target: "session", handle = ?session, field, ?why, "a stored field has another shape; read as default, bytes kept");
            }
            Event::ConversionFailed { session, field } => {
                warn!(target: "session", handle = ?session, field, "a stored field could not be converted; read as default, bytes kept");
            }
            Event::UpgradeFailed { session, failure, answer } => {
                error!(target: "session", handle = ?session, error = %failure, ?answer, "a session of an older version could not be converted");
            }
            Event::Corrupt { failure, answer } => {
                error!(target: "session", error = %failure, ?answer, "a damaged session was found");
            }
            Event::Unreadable { session, failure } => {
                error!(target: "session", handle = ?session, error = %failure, "a session was committed that cannot be read back");
            }

            Event::LoadFailed { failure } => {
                error!(target: "session", error = %failure, "the session could not be loaded; the handler was not run");
            }
            Event::CommitFailed { failure } => {
                error!(target: "session", error = %failure, "the session could not be committed; the response is replaced");
            }
            Event::TouchFailed { session, failure } => {
                warn!(target: "session", handle = ?session, error = %failure, "the session's deadline could not be moved on");
            }
            Event::ReleaseFailed { session, failure } => {
                warn!(target: "session", handle = ?session, error = %failure, "a claimed message stays claimed for some seconds");
            }
            Event::Degraded { failure } => {
                warn!(target: "session", error = %failure, "a request goes on without its session");
            }
            Event::DroppedInOutage => {
                warn!(target: "session", "a request changed its session while the store could not be asked; the change is lost");
            }
            Event::BreakerChanged { store, traffic, shard, from, to: Breaker::Open } => {
                error!(target: "session", store, traffic, shard, ?from, "a store is not asked any more: too many failures");
            }
            Event::BreakerChanged { store, traffic, shard, from, to } => {
                info!(target: "session", store, traffic, shard, ?from, ?to, "a circuit breaker changed its state");
            }
            Event::Retried { store, operation, attempt } => {
                debug!(target: "session", store, operation, attempt, "a store operation is tried again");
            }
            Event::Evicted { store, sessions } => {
                warn!(target: "session", store, sessions, "live sessions were evicted from a full store");
            }

            Event::AssuranceDeviates { assurance } => warn!(
                target: "session",
                level = %assurance.level(),
                deviations = assurance.deviations().join("; "),
                justification = assurance.justification(),
                "sessions deviate from what their assurance level recommends"
            ),

            Event::MissingLayer { data, failure } => {
                error!(target: "session", session = data, error = %failure, "the session could not be loaded; the handler was not run");
            }
            Event::CookieClash { cookie, data } => error!(
                target: "session",
                cookie,
                session = data,
                "two session layers use one cookie: mount the layer once, or give each its own name with \
                 `SessionConfig::builder().cookie_name(…)`"
            ),
            Event::CachingOverruled { header, value } => warn!(
                target: "session",
                header,
                value,
                "a response that depends on a session was marked for shared caches; it is not any more: remove the \
                 mark, or do not use the session there"
            ),
            Event::UnwritableCookie => {
                error!(target: "session", "a session cookie could not be written; the response is replaced");
            }
        }
    }
}
