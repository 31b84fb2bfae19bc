//! Metrics: what sessions and their stores do, as numbers, for whoever collects them.
//!
//! Everything goes to a [`MetricsSink`] of the app's choice: [`NullMetrics`], [`LogMetrics`], an own one, or, with the
//! feature `metrics`, whatever is installed for the facade of that name (`FacadeMetrics`). A [`Meter`] stands in front of it:
//! a sink that panics harms nobody.
//!
//! ```
//! use session::SessionConfig;
//! use session::metrics::{LogMetrics, Meter, MetricsEvents};
//!
//! let meter = Meter::new(LogMetrics);
//! // What happens to sessions …
//! let config = SessionConfig::builder().events(MetricsEvents::new(meter.clone())).build()?;
//! // … and, by `session_stores::Instrumented::new(store, meter, "redis")`, what a store is asked and how long it takes.
//! # Ok::<(), session::Error>(())
//! ```
//!
//! # What there is
//!
//! | metric | kind | labels | tells |
//! |---|---|---|---|
//! | `session_events_total` | counter | event | events, by [name](crate::event::SessionEvent::name) |
//! | `session_ended_total` | counter | by | sessions that were ended, by whom; one that expires unused is not seen |
//! | `session_failures_total` | counter | event, kind | events that tell of an error, by its kind |
//! | `session_commit_attempts` | histogram | | answers of the store that a commit took: above 1, it conflicted with others |
//! | `session_breaker_changes_total` | counter | store, traffic, to | changes of circuit breakers |
//! | `session_breaker_state` | gauge | store, traffic, shard | 0: closed, 1: half open, 2: open |
//! | `session_store_operations_total` | counter | store, operation, outcome | answers of a store |
//! | `session_store_operation_seconds` | histogram | store, operation | how long they took |
//! | `session_store_record_bytes` | histogram | store, operation | the fields of records that were read and written |
//! | `session_store_retries_total` | counter | store, operation | operations that were tried again |
//! | `session_store_evicted_total` | counter | store | live sessions that a full store gave up |
//! | `session_live` | gauge | store | live sessions, when somebody counts them: [`Meter::live`] |
//! | `session_cache_requests_total` | counter | store, outcome | reads of a near cache: hit, miss, unverified |
//! | `session_cache_changes_total` | counter | store, change | entries of a near cache: filled, evicted, invalidated |
//! | `session_cache_entries` | gauge | store | entries of a near cache |
//! | `session_cache_bytes` | gauge | store | their bytes |
//! | `session_cache_staleness_seconds` | gauge | store | how old what a near cache serves may be at this moment |
//!
//! No label has a value that comes from outside: a [`LabelValue`] is a word of this program or a small number, so neither an
//! id nor a user can become one, and the number of series is bounded.
//!
//! # The names of Crystal's `session`
//!
//! | there | here |
//! |---|---|
//! | `session.created` | `session_events_total{event="created"}` |
//! | `session.loaded` | `session_events_total{event="loaded"}` |
//! | `session.deleted` | `session_ended_total{by="request"}` |
//! | `session.regenerated` | `session_events_total{event="rotated"}` |
//! | `session.expired` | `session_events_total{event="expired"}` |
//! | `session.error` | `session_failures_total{kind="unavailable"}` |
//! | `session.circuit_breaker.open` | `session_breaker_changes_total{to="open"}` |
//! | `session.circuit_breaker.half_open` | `session_breaker_changes_total{to="half_open"}` |
//! | `session.retry.attempt` | `session_store_retries_total{operation="load"}` |
//! | `session.load_time` | `session_store_operation_seconds{operation="load"}` |
//! | `session.store_time` | `session_store_operation_seconds{operation="commit"}` |
//! | `session.active_count` | `session_live` |

mod cache;
mod events;
#[cfg(feature = "metrics")]
mod facade;
mod log;
mod meter;
mod names;
mod sink;

pub use cache::{CacheMeter, CacheSnapshot};
pub use events::MetricsEvents;
#[cfg(feature = "metrics")]
pub use facade::FacadeMetrics;
pub use log::LogMetrics;
pub use meter::{Meter, Stopwatch};
pub use names::*;
pub use sink::{Label, LabelValue, MetricsSink, NullMetrics};
