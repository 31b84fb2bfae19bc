use std::time::Duration;

use super::Moment;

/// What is known of one way on which invalidations come: whether it works, and since when without a gap.
///
/// ```text
///          subscribed(g)                proven(g, sent)
///   down ────────────────▶ subscribed ────────────────▶ live until sent + lease
///    ▲                        ▲   ▲                         │   │
///    │                        │   └──── time: the lease is over │
///    └──── lost(g) ───────────┴──── gap: subscribed(g + 1) ─────┘
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Feed {
    /// Which life of it. A new one begins whenever a message may have been missed.
    generation: u64,
    /// When the newest heartbeat was sent that has come back, in this generation.
    proven: Option<Moment>,
}

impl Feed {
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// Begins a generation: messages come from here on, and what was proven before means nothing any more.
    pub(super) const fn subscribed(&mut self, generation: u64) {
        *self = Self { generation, proven: None };
    }

    /// A heartbeat that was sent then has come back. Of another generation it proves nothing.
    pub(super) fn prove(&mut self, generation: u64, sent: Moment) {
        if generation == self.generation {
            self.proven = Some(self.proven.map_or(sent, |proven| proven.max(sent)));
        }
    }

    /// Nothing comes any more: that generation is over, for what is being loaded, too.
    pub(super) fn lost(&mut self, generation: u64) {
        if generation == self.generation {
            *self = Self::default();
        }
    }

    /// How old the newest proof is, if the lease that it gave is not over: nothing that was written longer ago can have
    /// been missed.
    pub(super) fn lag(&self, now: Moment, lease: Duration) -> Option<Duration> {
        self.proven.map(|sent| now.saturating_sub(sent)).filter(|lag| *lag < lease)
    }
}
