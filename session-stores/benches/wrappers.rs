//! What the wrappers cost on top of a store: a load that is answered at once, and one whose answer comes with the next
//! turn of the runtime, which is what a network is like.
//!
//! `cargo bench -p session-stores --features resilience --bench wrappers`

use std::time::{Duration, Instant};

use session::store::{Load, Locator, Store};
use session::testing::{Fault, Faulty, Operation};
use session::{Error, Handle};
use session_stores::MemoryStore;
use session_stores::wrap::{
    BreakerConfig, Bulkhead, BulkheadConfig, CircuitBreaker, ResilienceConfig, Retry, RetryBudget,
    RetryPolicy, TimeLimits, Timeout, resilient,
};
use tokio::runtime::Runtime;

const AT: Locator = Locator::Handle(Handle::from_bytes([7; 16]));

/// The best of some runs: what disturbs only ever adds.
#[expect(clippy::disallowed_methods, reason = "a measurement is of real time")]
fn best(runtime: &Runtime, store: &impl Store, before: impl Fn()) -> Duration {
    const TURNS: u32 = 2_000;
    let time = || {
        (0..TURNS).for_each(|_| before());
        runtime.block_on(async {
            let begin = Instant::now();
            for _ in 0..TURNS {
                assert!(matches!(store.load(&AT).await, Ok(Load::Absent)));
            }
            begin.elapsed() / TURNS
        })
    };
    (0..25).map(|_| time()).min().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "prints what it measured")]
fn show(runtime: &Runtime, name: &str, store: &impl Store, wire: &Faulty<MemoryStore>) {
    let at_once = best(runtime, store, || {});
    let later = best(runtime, store, || wire.next(Operation::Load, Fault::Delay(1)));
    println!("{name:16} at once {at_once:>8?}, later {later:>8?}");
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let wire = Faulty::new(MemoryStore::new());
    let store = || wire.clone();
    show(&runtime, "none", &store(), &wire);
    show(&runtime, "Timeout", &Timeout::new(store(), TimeLimits::default())?, &wire);
    show(&runtime, "CircuitBreaker", &CircuitBreaker::new(store(), BreakerConfig::default())?, &wire);
    show(&runtime, "Retry", &Retry::new(store(), RetryPolicy::default(), RetryBudget::default())?, &wire);
    show(&runtime, "Bulkhead", &Bulkhead::new(store(), BulkheadConfig::default())?, &wire);
    show(&runtime, "resilient", &resilient(store(), ResilienceConfig::default())?, &wire);
    Ok(())
}
