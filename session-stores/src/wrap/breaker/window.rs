//! How many calls ended lately, and how many of them failed.

use std::time::Duration;

use session::clock::Timestamp;

/// The window moves on by a tenth of itself.
pub(super) const BUCKETS: usize = 10;

/// Counts by tenths of a window; those that are out of it are written over. Fixed size.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// Of one tenth, in milliseconds.
    width: u64,
    /// The tenth that was written last: a clock that goes back goes on counting there.
    latest: u64,
    buckets: [Bucket; BUCKETS],
}

#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    /// Which tenth since the beginning of time.
    tenth: u64,
    calls: u32,
    failures: u32,
}

impl Window {
    pub(super) fn new(span: Duration) -> Self {
        let width = u64::try_from(span.as_millis()).unwrap_or(u64::MAX) / BUCKETS as u64;
        Self { width: width.max(1), latest: 0, buckets: [Bucket::default(); BUCKETS] }
    }

    pub(super) fn record(&mut self, failed: bool, now: Timestamp) {
        self.latest = self.latest.max(self.tenth(now));
        let bucket = &mut self.buckets[place(self.latest)];
        if bucket.tenth != self.latest {
            *bucket = Bucket { tenth: self.latest, ..Bucket::default() };
        }
        bucket.calls = bucket.calls.saturating_add(1);
        bucket.failures = bucket.failures.saturating_add(u32::from(failed));
    }

    /// The calls within the window, and the failures among them.
    pub(super) fn totals(&self, now: Timestamp) -> (u32, u32) {
        let latest = self.latest.max(self.tenth(now));
        let within = |bucket: &&Bucket| latest - bucket.tenth < BUCKETS as u64;
        self.buckets.iter().filter(within).fold((0, 0), |(calls, failures), bucket| {
            (bucket.calls.saturating_add(calls), bucket.failures.saturating_add(failures))
        })
    }

    pub(super) fn clear(&mut self) {
        self.buckets = [Bucket::default(); BUCKETS];
    }

    const fn tenth(&self, now: Timestamp) -> u64 {
        now.as_millis() / self.width
    }
}

#[expect(clippy::cast_possible_truncation, reason = "less than BUCKETS")]
const fn place(tenth: u64) -> usize {
    (tenth % BUCKETS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_is_older_than_the_window_is_forgotten_tenth_by_tenth() {
        let mut window = Window::new(Duration::from_secs(1));
        for tenth in 0..10 {
            window.record(tenth % 2 == 0, at(50_000 + tenth * 100));
        }
        assert_eq!(window.totals(at(50_999)), (10, 5));
        assert_eq!(window.totals(at(51_000)), (9, 4));
        assert_eq!(window.totals(at(51_100)), (8, 4));
        window.record(true, at(51_150));
        assert_eq!(window.totals(at(51_150)), (9, 5));
        assert_eq!(window.totals(at(53_000)), (0, 0));
    }

    #[test]
    fn a_clock_that_goes_back_loses_nothing() {
        let mut window = Window::new(Duration::from_secs(1));
        window.record(true, at(50_000));
        window.record(true, at(1));
        assert_eq!(window.totals(at(1)), (2, 2));
    }

    #[test]
    fn what_was_never_written_is_nothing_at_the_beginning_of_time_too() {
        let window = Window::new(Duration::from_secs(1));
        assert_eq!(window.totals(at(0)), (0, 0));
    }
}
