//! The wrappers of `session-stores` around a real store: the laws still hold, and a request gets what it should.

mod batches;
mod configured;
mod laws;
mod network;
mod requests;
mod subject;

use std::sync::Arc;
use std::time::Duration;

use session::testing::ManualClock;
use session_stores::MemoryStore;
use session_stores::wrap::RetryPolicy;

const MS: Duration = Duration::from_millis(1);

fn memory(clock: Arc<ManualClock>) -> MemoryStore {
    MemoryStore::builder().clock(clock).build()
}

/// Many attempts, and no wait between them.
fn at_once() -> RetryPolicy {
    RetryPolicy { attempts: 64, base: Duration::ZERO, cap: Duration::ZERO, ..RetryPolicy::default() }
}
