//! What an operator wants to know of the connections, as `tracing` events, in one place. No key, no value and no
//! password is ever part of one.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::failure::Failure;

/// A connection was made.
pub(super) fn connected(server: &str) {
    debug!(target: "session", server, "connected to a Redis server");
}

/// A connection could not be made.
pub(super) fn connecting_failed(server: &str, error: &dyn std::error::Error, again_in: Duration) {
    warn!(target: "session", server, error = %Chain(error), ?again_in, "a Redis server cannot be reached");
}

/// A connection is of no use any more; the next operation makes another.
pub(super) fn disconnected(server: &str, why: &str) {
    info!(target: "session", server, why, "a connection to a Redis server was given up");
}

/// Other servers have the slots of the cluster now.
pub(super) fn slots_changed(masters: &[String]) {
    info!(target: "session", ?masters, "the masters of the Redis cluster");
}

/// Nobody says who has the slots.
pub(super) fn slots_unknown(why: &Failure) {
    warn!(target: "session", ?why, "no server of the Redis cluster gave its slots");
}

/// Sentinel made another server the master.
pub(super) fn master_changed(server: &str) {
    info!(target: "session", server, "Sentinel names another master");
}

/// An error with what led to it, in one line.
struct Chain<'e>(&'e dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut error = self.0;
        while let Some(source) = error.source() {
            write!(f, ": {source}")?;
            error = source;
        }
        Ok(())
    }
}
