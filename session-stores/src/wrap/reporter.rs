use session::event::{Breaker, Events, SessionEvent};

use super::breaker::Circuit;

/// Where a wrapper tells what has happened, and how it calls the store inside.
#[derive(Debug, Clone)]
pub(super) struct Reporter {
    store: &'static str,
    events: Events,
}

impl Default for Reporter {
    fn default() -> Self {
        Self::new(Events::default(), "store")
    }
}

impl Reporter {
    pub(super) const fn new(events: Events, store: &'static str) -> Self {
        Self { store, events }
    }

    pub(super) fn breaker_changed(&self, circuit: Circuit, from: Breaker, to: Breaker) {
        let Circuit { traffic, shard } = circuit;
        let (store, traffic) = (self.store, traffic.name());
        self.events.emit(&SessionEvent::BreakerChanged { store, traffic, shard, from, to });
    }

    /// `attempts` have failed, and one more will be made.
    pub(super) fn retrying(&self, operation: &'static str, attempts: u32) {
        let attempt = attempts.saturating_add(1);
        self.events.emit(&SessionEvent::Retried { store: self.store, operation, attempt });
    }
}
