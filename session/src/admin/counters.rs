use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::event::{EventSink, SessionEvent};

/// Counts events by their kind since it was made: a sink for the configuration's events, and what the pages show of them.
/// Clones count together.
#[derive(Debug, Clone, Default)]
pub struct LiveCounters(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl LiveCounters {
    /// The counts that are not zero, by the name of the event.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl EventSink for LiveCounters {
    fn on_event(&self, event: &SessionEvent) {
        // As many entries as there are kinds, so the lock is held for nanoseconds.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(event.name()).or_default() += 1;
    }
}
