//! Every wrapper keeps every law of the store inside.

use std::sync::Arc;
use std::time::Duration;

use session::testing::{Faulty, ManualClock};
use session_stores::MemoryStore;
use session_stores::wrap::{
    BreakerConfig, Bulkhead, BulkheadConfig, CircuitBreaker, ResilienceConfig, Resilient, Retry, RetryBudget,
    TimeLimits, Timeout, resilient,
};

use super::subject::OnRuntime;
use super::{at_once, memory};

type Wire = Faulty<MemoryStore>;

fn wire(clock: Arc<ManualClock>) -> Wire {
    Faulty::new(memory(clock))
}

fn kept(store: &MemoryStore) -> usize {
    store.stats().total + store.stats().tombstones
}

fn timeout(clock: Arc<ManualClock>) -> Timeout<Wire> {
    Timeout::new(wire(clock), TimeLimits::default()).unwrap()
}

fn retry(clock: Arc<ManualClock>) -> Retry<Wire> {
    Retry::new(wire(clock), at_once(), RetryBudget::default()).unwrap()
}

/// An outage of the suite must not leave an open circuit for the calls after it.
fn breaker(clock: Arc<ManualClock>) -> CircuitBreaker<Wire> {
    let patient = BreakerConfig { minimum_calls: 100, ..BreakerConfig::default() };
    CircuitBreaker::new(wire(clock), patient).unwrap()
}

fn bulkhead(clock: Arc<ManualClock>) -> Bulkhead<Wire> {
    // Long enough for a machine that has other things to do: it is not the time that is tested here.
    let max_wait = Duration::from_secs(20);
    let narrow = BulkheadConfig { max_in_flight: 2, max_wait, ..BulkheadConfig::default() };
    Bulkhead::new(wire(clock), narrow).unwrap()
}

fn all(clock: Arc<ManualClock>) -> Resilient<Wire> {
    let mut config = ResilienceConfig::default();
    config.breaker.minimum_calls = 100;
    resilient(wire(clock), config).unwrap()
}

fn all_alone(clock: Arc<ManualClock>) -> Resilient<MemoryStore> {
    resilient(memory(clock), ResilienceConfig::default()).unwrap()
}

session::conformance! {
    mod timed_out;
    subject = OnRuntime(OnClock::new(timeout).severable(|store, cut| store.inner().cut(cut)));
    also = [scan, outage];
}

session::conformance! {
    mod retried;
    subject = OnRuntime(OnClock::new(retry).severable(|store, cut| store.inner().cut(cut)));
    also = [scan, outage];
}

session::conformance! {
    mod broken;
    subject = OnRuntime(OnClock::new(breaker).severable(|store, cut| store.inner().cut(cut)));
    also = [scan, outage];
}

session::conformance! {
    mod bounded;
    subject = OnRuntime(OnClock::new(bulkhead).severable(|store, cut| store.inner().cut(cut)));
    also = [scan, outage];
}

session::conformance! {
    mod all_of_them;
    subject = OnRuntime(
        OnClock::new(all).severable(|store, cut| store.inner().inner().inner().inner().cut(cut)),
    );
    also = [scan, outage];
}

session::conformance! {
    mod all_of_them_with_defaults;
    subject = OnRuntime(
        OnClock::new(all_alone).measured(|store| kept(store.inner().inner().inner().inner())),
    );
    also = [scan, memory];
}
