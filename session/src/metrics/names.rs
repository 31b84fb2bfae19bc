//! The metrics that there are. The table in the module's documentation is this one; a test compares them.

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Metric {
    /// Its name, for Prometheus and everybody else. Names do not change.
    pub name: &'static str,
    /// What its numbers are.
    pub kind: MetricKind,
    /// In what they are counted.
    pub unit: Unit,
    /// The labels that every number has.
    pub labels: &'static [&'static str],
    /// What it tells, in a few words.
    pub help: &'static str,
}

/// What the numbers of a [`Metric`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// They add up.
    Counter,
    /// The last one is what is.
    Gauge,
    /// How they are distributed is what counts.
    Histogram,
}

/// In what a [`Metric`] is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// In things.
    Count,
    /// In seconds.
    Seconds,
    /// In bytes.
    Bytes,
}

macro_rules! metrics {
    ($($(#[doc = $help:literal])+ $constant:ident = $name:literal, $kind:ident, $unit:ident, [$($label:literal),*];)*) => {
        $(
            $(#[doc = $help])+
            pub const $constant: Metric = Metric {
                name: $name,
                kind: MetricKind::$kind,
                unit: Unit::$unit,
                labels: &[$($label),*],
                help: concat!($($help),+),
            };
        )*

        /// All of them.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    /// Events, by name.
    EVENTS = "session_events_total", Counter, Count, ["event"];
    /// Sessions that were ended, by whom.
    ENDED = "session_ended_total", Counter, Count, ["by"];
    /// Events that tell of an error, by its kind.
    FAILURES = "session_failures_total", Counter, Count, ["event", "kind"];
    /// Answers of the store that a commit took.
    COMMIT_ATTEMPTS = "session_commit_attempts", Histogram, Count, [];
    /// Changes of circuit breakers.
    BREAKER_CHANGES = "session_breaker_changes_total", Counter, Count, ["store", "traffic", "to"];
    /// The state of a circuit breaker. 0: closed, 1: half open, 2: open.
    BREAKER_STATE = "session_breaker_state", Gauge, Count, ["store", "traffic", "shard"];
    /// Answers of a store.
    OPERATIONS = "session_store_operations_total", Counter, Count, ["store", "operation", "outcome"];
    /// How long the answers of a store took.
    OPERATION_SECONDS = "session_store_operation_seconds", Histogram, Seconds, ["store", "operation"];
    /// The fields of records that were read and written.
    RECORD_BYTES = "session_store_record_bytes", Histogram, Bytes, ["store", "operation"];
    /// Operations that were tried again.
    RETRIES = "session_store_retries_total", Counter, Count, ["store", "operation"];
    /// Live sessions that a full store gave up.
    EVICTED = "session_store_evicted_total", Counter, Count, ["store"];
    /// Live sessions, when somebody last counted them.
    LIVE = "session_live", Gauge, Count, ["store"];
    /// Reads of a near cache.
    CACHE_REQUESTS = "session_cache_requests_total", Counter, Count, ["store", "outcome"];
    /// What became of the entries of a near cache.
    CACHE_CHANGES = "session_cache_changes_total", Counter, Count, ["store", "change"];
    /// Entries of a near cache.
    CACHE_ENTRIES = "session_cache_entries", Gauge, Count, ["store"];
    /// The bytes of a near cache's entries.
    CACHE_BYTES = "session_cache_bytes", Gauge, Bytes, ["store"];
    /// How old what a near cache serves may be at this moment.
    CACHE_STALENESS = "session_cache_staleness_seconds", Gauge, Seconds, ["store"];
}
