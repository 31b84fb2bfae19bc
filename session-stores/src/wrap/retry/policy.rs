use std::time::Duration;

use tokio::time::Instant;

use super::super::check::Problems;
use super::again::Again;

/// How often something is tried, and how long it may take in all.
///
/// The wait before the next attempt grows from `base` by `multiplier` up to `cap`, and is random below that: clients that
/// failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// Attempts, with the first one. Default: 3.
    pub attempts: u32,
    /// The longest wait before the second attempt. Default: 20 ms.
    pub base: Duration,
    /// The longest wait before any. Default: 200 ms.
    pub cap: Duration,
    /// By how much the longest wait grows. Default: 2.
    pub multiplier: f64,
    /// How much of it is left to chance.
    pub jitter: Jitter,
    /// For all attempts and the waits between them. No wait begins that would end later. Default: 700 ms.
    pub deadline: Duration,
}

/// How much of a wait is left to chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Jitter {
    /// Everything, from zero to the longest wait ("full jitter"): the least load for a store that comes back.
    #[default]
    Full,
    /// Half of it.
    Half,
    /// Nothing.
    None,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(20),
            cap: Duration::from_millis(200),
            multiplier: 2.0,
            jitter: Jitter::Full,
            deadline: Duration::from_millis(700),
        }
    }
}

impl RetryPolicy {
    pub(in super::super) fn check(&self, problems: &mut Problems) {
        problems
            .expect(self.attempts > 0, || "retry.attempts is zero: one, the first, is the least".to_owned());
        problems.expect(self.multiplier.is_finite() && self.multiplier >= 1.0, || {
            format!("retry.multiplier is {}: use 1 or more", self.multiplier)
        });
        problems.expect(self.base <= self.cap, || {
            format!("retry.base is {:?}, longer than retry.cap, {:?}: shorten it", self.base, self.cap)
        });
        problems.some_time("retry.deadline", self.deadline);
    }

    /// The wait after that many attempts. `random` is any number, each as likely as the others.
    pub fn wait(&self, attempts: u32, random: u64) -> Duration {
        let growth = self.multiplier.powi(i32::try_from(attempts.saturating_sub(1)).unwrap_or(i32::MAX));
        // Too long for a `Duration`, or no number at all, is too long for the cap.
        let longest = Duration::try_from_secs_f64(self.base.as_secs_f64() * growth).unwrap_or(self.cap);
        let longest = u64::try_from(longest.min(self.cap).as_nanos()).unwrap_or(u64::MAX);
        let part =
            |whole: u64| u64::try_from((u128::from(whole) * u128::from(random)) >> 64).unwrap_or(whole);
        Duration::from_nanos(match self.jitter {
            Jitter::Full => part(longest),
            Jitter::Half => longest / 2 + part(longest - longest / 2),
            Jitter::None => longest,
        })
    }
}

/// One run through a policy.
#[derive(Debug)]
pub(super) struct Course<'p> {
    policy: &'p RetryPolicy,
    deadline: Instant,
    attempts: u32,
}

/// As good as never, for a deadline that no clock can express.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

impl<'p> Course<'p> {
    pub(super) fn begin(policy: &'p RetryPolicy) -> Self {
        let now = Instant::now();
        let deadline = now.checked_add(policy.deadline).unwrap_or(now + YEAR);
        Self { policy, deadline, attempts: 0 }
    }

    /// When everything has to be over.
    pub(super) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The attempts that have failed.
    pub(super) const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// An attempt failed: how long to wait for the next one, if there is to be one.
    pub(super) fn failed(&mut self, again: Again) -> Option<Duration> {
        self.attempts = self.attempts.saturating_add(1);
        let least = match again {
            Again::No => return None,
            Again::Yes => Duration::ZERO,
            Again::After(least) => least,
        };
        if self.attempts >= self.policy.attempts {
            return None;
        }
        let wait = self.policy.wait(self.attempts, fastrand::u64(..)).max(least);
        (wait < self.deadline.saturating_duration_since(Instant::now())).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_longest_wait_grows_up_to_the_cap() {
        let policy = RetryPolicy { jitter: Jitter::None, ..RetryPolicy::default() };
        let waits: Vec<_> = (1..8).map(|attempts| policy.wait(attempts, 0).as_millis()).collect();
        assert_eq!(waits, [20, 40, 80, 160, 200, 200, 200]);
        assert_eq!(policy.wait(u32::MAX, 0), policy.cap);
    }

    #[test]
    fn chance_decides_as_much_of_a_wait_as_was_chosen() {
        let wait = |jitter, random| RetryPolicy { jitter, ..RetryPolicy::default() }.wait(1, random);
        assert_eq!(wait(Jitter::Full, 0), Duration::ZERO);
        assert_eq!(wait(Jitter::Full, 1 << 63), 10 * MS);
        assert_eq!(wait(Jitter::Half, 0), 10 * MS);
        assert_eq!(wait(Jitter::Half, 1 << 63), 15 * MS);
        assert!(wait(Jitter::Full, u64::MAX) > 19 * MS && wait(Jitter::Half, u64::MAX) > 19 * MS);
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_the_cap(
            base: u32, cap: u64, multiplier: f64, attempts: u32, random: u64, half: bool,
        ) {
            let base = Duration::from_millis(base.into());
            let cap = Duration::from_millis(cap);
            let jitter = if half { Jitter::Half } else { Jitter::Full };
            let policy = RetryPolicy { base, cap, multiplier, jitter, ..RetryPolicy::default() };
            prop_assert!(policy.wait(attempts, random) <= cap);
        }
    }
}
