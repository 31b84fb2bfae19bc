use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::meter::approximately;
use super::{
    CACHE_BYTES, CACHE_CHANGES, CACHE_ENTRIES, CACHE_REQUESTS, CACHE_STALENESS, LabelValue, Meter, Metric,
};

/// What a near cache has done since it was made, and how it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is what its name says; the others have a sentence")]
pub struct CacheSnapshot {
    pub hits: u64,
    pub misses: u64,
    /// Reads of an entry that nothing vouched for at that moment.
    pub unverified: u64,
    pub filled: u64,
    /// Entries that made room for others, or whose time was over.
    pub evicted: u64,
    pub invalidated: u64,
    pub entries: u64,
    pub bytes: u64,
    /// How old what is served may be: the time since the newest proof that messages arrive was sent.
    pub staleness: Duration,
}

/// Tells a [`Meter`] of a cache, from one [`CacheSnapshot`] to the next.
#[derive(Debug)]
pub struct CacheMeter {
    meter: Meter,
    store: &'static str,
    last: Mutex<CacheSnapshot>,
}

impl CacheMeter {
    /// Of the cache in front of the store of that name.
    pub fn new(meter: Meter, store: &'static str) -> Self {
        Self { meter, store, last: Mutex::default() }
    }

    /// Tells of what has happened since the last time. A cache whose numbers went down has begun anew.
    pub fn report(&self, now: CacheSnapshot) {
        let last = std::mem::replace(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner), now);
        let store = ("store", LabelValue::from(self.store));
        let count = |metric: &Metric, label: &'static str, word: &'static str, before: u64, now: u64| {
            let more = now.checked_sub(before).unwrap_or(now);
            self.meter.increment(metric, &[store, (label, word.into())], more);
        };
        count(&CACHE_REQUESTS, "outcome", "hit", last.hits, now.hits);
        count(&CACHE_REQUESTS, "outcome", "miss", last.misses, now.misses);
        count(&CACHE_REQUESTS, "outcome", "unverified", last.unverified, now.unverified);
        count(&CACHE_CHANGES, "change", "filled", last.filled, now.filled);
        count(&CACHE_CHANGES, "change", "evicted", last.evicted, now.evicted);
        count(&CACHE_CHANGES, "change", "invalidated", last.invalidated, now.invalidated);
        self.meter.gauge(&CACHE_ENTRIES, &[store], approximately(now.entries));
        self.meter.gauge(&CACHE_BYTES, &[store], approximately(now.bytes));
        self.meter.gauge(&CACHE_STALENESS, &[store], now.staleness.as_secs_f64());
    }
}
