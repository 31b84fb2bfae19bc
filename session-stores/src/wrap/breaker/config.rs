use std::time::Duration;

use super::super::check::Problems;
use super::window::BUCKETS;

/// When a circuit opens, and when it closes again.
///
/// It opens when a call fails and, of the calls that ended within `window`, at least `minimum_calls` in number, at least
/// `failures` and at least `failure_percent` per cent failed. After `reset_timeout` it lets `probes` calls through at a
/// time; `successes` answers close it, one failure opens it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// How far back the circuit looks, to a tenth of it. Default: 10 s.
    pub window: Duration,
    /// Of fewer calls nothing is concluded. Default: 5.
    pub minimum_calls: u32,
    /// How many must have failed. Default: 5.
    pub failures: u32,
    /// What part of all must have failed, so that a store under load is not given up for a few. Default: 50.
    pub failure_percent: u32,
    /// How long nothing is let through; and after how long a probe without an answer counts as failed. Default: 1 s: a
    /// probe is one call, and a session that could be had is worth it.
    pub reset_timeout: Duration,
    /// How many calls at once find out whether the store is back. Default: 1.
    pub probes: u32,
    /// How many of them must have been answered. Default: 2.
    pub successes: u32,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(10),
            minimum_calls: 5,
            failures: 5,
            failure_percent: 50,
            reset_timeout: Duration::from_secs(1),
            probes: 1,
            successes: 2,
        }
    }
}

impl BreakerConfig {
    pub(in super::super) fn check(&self, problems: &mut Problems) {
        let shortest = Duration::from_millis(BUCKETS as u64);
        problems.expect(self.window >= shortest, || {
            format!("breaker.window is {:?}: use at least {shortest:?}", self.window)
        });
        problems.expect(!self.reset_timeout.is_zero(), || {
            "breaker.reset_timeout is zero, so no circuit would ever be open: give the store some time"
                .to_owned()
        });
        problems.expect((1..=100).contains(&self.failure_percent), || {
            format!("breaker.failure_percent is {}: use 1 to 100", self.failure_percent)
        });
        for (name, number) in
            [("failures", self.failures), ("probes", self.probes), ("successes", self.successes)]
        {
            problems.expect(number > 0, || format!("breaker.{name} is zero: one is the least"));
        }
    }

    /// Whether that many failures open the circuit.
    pub(super) const fn gives_up(&self, calls: u32, failures: u32) -> bool {
        calls >= self.minimum_calls
            && failures >= self.failures
            && failures as u64 * 100 >= calls as u64 * self.failure_percent as u64
    }
}
