//! What an operator wants to know of the feeds, as `tracing` events, in one place.

use session::Error;
use tracing::{debug, info, warn};

/// The feeds are these now.
pub(super) fn laid_out(feeds: &[String]) {
    info!(target: "session", ?feeds, "the feeds of the near cache");
}

/// Nobody says which feeds there are.
pub(super) fn layout_unknown(error: &Error) {
    warn!(target: "session", ?error, "the feeds of the near cache are not known");
}

/// Messages come.
pub(super) fn subscribed(feed: &str) {
    info!(target: "session", feed, "the near cache hears of changes");
}

/// Messages do not come any more.
pub(super) fn lost(feed: &str, why: &'static str) {
    warn!(target: "session", feed, why, "the near cache does not hear of changes; sessions are read from the store");
}

/// A subscription failed.
pub(super) fn subscribing_failed(feed: &str, error: &Error) {
    warn!(target: "session", feed, ?error, "the near cache cannot subscribe; sessions are read from the store");
}

/// A heartbeat was not sent, or not answered.
pub(super) fn beat_failed(feed: &str, error: &Error) {
    debug!(target: "session", feed, ?error, "a heartbeat of the near cache failed");
}

/// A message was lost, or could not be read.
pub(super) fn gap(feed: &str, why: &'static str) {
    warn!(target: "session", feed, why, "the near cache may have missed a change, and begins anew");
}
