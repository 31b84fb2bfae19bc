//! For how long a connection has said nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Whether something is without an answer, and since when. It is the connection's, and not that of one of the operations
/// that share it: one that has a millisecond left learns nothing of the server by waiting for it.
pub(super) struct Silence {
    made: Instant,
    /// How long after `made` something was sent for the first time since the last answer, in nanoseconds; zero if nothing
    /// was.
    from: AtomicU64,
}

impl Silence {
    pub(super) fn new() -> Self {
        Self { made: Instant::now(), from: AtomicU64::new(0) }
    }

    /// Something is sent.
    pub(super) fn sends(&self) {
        // Never zero; and no connection lives for centuries.
        let now = u64::try_from(self.made.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1);
        let _from_before = self.from.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// An answer came.
    pub(super) fn hears(&self) {
        self.from.store(0, Ordering::Relaxed);
    }

    /// For how long something has been without an answer while no other came.
    pub(super) fn lasts(&self) -> Duration {
        match self.from.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            from => self.made.elapsed().saturating_sub(Duration::from_nanos(from)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_lasts_from_the_first_question_after_the_last_answer() {
        let second = Duration::from_secs(1);
        let silence = Silence::new();
        tokio::time::advance(second).await;
        assert_eq!(silence.lasts(), Duration::ZERO);
        silence.sends();
        tokio::time::advance(second).await;
        silence.sends();
        tokio::time::advance(second).await;
        assert_eq!(silence.lasts(), 2 * second);
        silence.hears();
        assert_eq!(silence.lasts(), Duration::ZERO);
        tokio::time::advance(second).await;
        silence.sends();
        tokio::time::advance(second).await;
        assert_eq!(silence.lasts(), second);
    }
}
