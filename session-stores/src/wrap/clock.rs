use session::clock::{Clock, Timestamp};
use tokio::time::Instant;

/// Time that never goes back, from the runtime's timers; the system's clock may be set. Its moments mean something among
/// themselves alone, and a paused runtime pauses them.
#[derive(Debug)]
pub(super) struct Monotonic {
    origin: Instant,
}

impl Monotonic {
    pub(super) fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Clock for Monotonic {
    fn now(&self) -> Timestamp {
        Timestamp::default().after(self.origin.elapsed())
    }
}
