//! What the wrappers tell an operator, as `tracing` events, in one place. No secret and no session data; errors by their
//! own words, which have neither.

use std::time::Duration;

use session::Error;
use tracing::{debug, info, warn};

use super::breaker::{BreakerState, CircuitChange};
use super::refusal::Saturated;

pub(super) fn circuit_changed(change: &CircuitChange) {
    let CircuitChange { circuit, from: _, to, generation, calls, failures } = change;
    match to {
        BreakerState::Open => {
            warn!(target: "session", %circuit, generation, calls, failures, "a circuit to the session store opened");
        }
        BreakerState::HalfOpen => {
            info!(target: "session", %circuit, generation, "a circuit to the session store is being tried");
        }
        BreakerState::Closed => {
            info!(target: "session", %circuit, generation, "a circuit to the session store closed");
        }
    }
}

pub(super) fn retrying(operation: &'static str, error: &Error, attempts: u32, wait: Duration) {
    debug!(target: "session", operation, %error, attempts, ?wait, "a call to the session store is tried again");
}

pub(super) fn saturated(saturated: Saturated) {
    debug!(target: "session", %saturated, "a call to the session store was refused");
}
