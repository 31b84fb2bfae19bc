use std::sync::atomic::{AtomicU64, Ordering};

/// How much of the traffic may be retries, so that a store in trouble is not asked three times as often as a healthy one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryBudget {
    /// Retries for a hundred calls. Default: 10.
    pub percent: u32,
    /// Retries that are to be had without calls before them, and the most that can be saved up. Default: 50.
    pub reserve: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { percent: 10, reserve: 50 }
    }
}

/// Every call puts something in, every retry takes something out. No clock: of any number of calls, the retries are at
/// most `percent` per cent and the reserve.
#[derive(Debug)]
pub(super) struct Purse {
    budget: RetryBudget,
    /// In hundredths of a retry.
    balance: AtomicU64,
}

const RETRY: u64 = 100;

impl Purse {
    pub(super) fn new(budget: RetryBudget) -> Self {
        Self { budget, balance: AtomicU64::new(u64::from(budget.reserve) * RETRY) }
    }

    pub(super) fn put(&self) {
        let most = u64::from(self.budget.reserve) * RETRY;
        let more = |balance: u64| {
            (balance < most).then(|| most.min(balance.saturating_add(self.budget.percent.into())))
        };
        // A full purse stays as it is.
        let _ = self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    pub(super) fn take(&self) -> bool {
        let less = |balance: u64| balance.checked_sub(RETRY);
        self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_part_of_the_traffic_and_a_reserve() {
        let purse = Purse::new(RetryBudget { percent: 10, reserve: 5 });
        let calls = |calls| (0..calls).map(|_| purse.put()).count();
        let retries = || (0..1000).filter(|_| purse.take()).count();
        assert_eq!(retries(), 5);
        calls(9);
        assert_eq!(retries(), 0);
        calls(1);
        assert_eq!(retries(), 1);
        calls(1_000_000);
        assert_eq!(retries(), 5);
    }

    #[test]
    fn no_budget_is_no_retry() {
        let purse = Purse::new(RetryBudget { percent: 0, reserve: 0 });
        purse.put();
        assert!(!purse.take());
    }
}
