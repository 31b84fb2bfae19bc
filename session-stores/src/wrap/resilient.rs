use std::time::Duration;

use session::Error;
use session::event::Events;
use session::store::Store;

use super::breaker::{BreakerConfig, BreakerMonitor, CircuitBreaker};
use super::bulkhead::{Bulkhead, BulkheadConfig};
use super::check::Problems;
use super::retry::{Retry, RetryBudget, RetryPolicy};
use super::sharded::{ShardOf, Sharded, one_shard};
use super::timeout::{TimeLimits, Timeout};

/// The settings of all wrappers that [`resilient`] puts around a store. The defaults answer within 800 ms whatever the
/// store does.
#[derive(Debug, Clone)]
pub struct ResilienceConfig {
    /// How long one answer may take.
    pub limits: TimeLimits,
    /// When a store that fails is left alone.
    pub breaker: BreakerConfig,
    /// How often it is asked again, and how long that may take in all.
    pub retry: RetryPolicy,
    /// How much of the traffic that may be.
    pub budget: RetryBudget,
    /// How much may be under way at once.
    pub bulkhead: BulkheadConfig,
    /// What events call the store. Default: `store`.
    pub name: &'static str,
    /// Where retries and changes of circuits are told. Default: the log alone, through `tracing`.
    pub events: Events,
}

impl Default for ResilienceConfig {
    fn default() -> Self {
        Self {
            limits: TimeLimits::default(),
            breaker: BreakerConfig::default(),
            retry: RetryPolicy::default(),
            budget: RetryBudget::default(),
            bulkhead: BulkheadConfig::default(),
            name: "store",
            events: Events::default(),
        }
    }
}

impl ResilienceConfig {
    /// The longest time until the answer to a load, a commit, a touch, a delete or a page of a scan: waiting for a place,
    /// and all attempts.
    pub const fn longest_answer(&self) -> Duration {
        self.bulkhead.max_wait.saturating_add(self.retry.deadline)
    }

    fn around<S: Store>(
        self,
        store: S,
        circuits: ShardOf<Timeout<S>>,
        places: ShardOf<Retry<CircuitBreaker<Timeout<S>>>>,
    ) -> Result<Resilient<S>, Error> {
        self.check()?;
        let Self { limits, breaker, retry, budget, bulkhead, name, events } = self;
        let store = Timeout::new(store, limits)?;
        let store = CircuitBreaker::with_shards(store, breaker, circuits)?.with_events(events.clone(), name);
        let store = Retry::new(store, retry, budget)?.with_events(events, name);
        Bulkhead::with_shards(store, bulkhead, places)
    }

    fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        self.limits.check(&mut problems);
        self.breaker.check(&mut problems);
        self.retry.check(&mut problems);
        self.bulkhead.check(&mut problems);
        for (name, limit) in self.limits.of_attempts() {
            problems.expect(limit < self.retry.deadline, || {
                format!(
                    "{name} is {limit:?}, and retry.deadline, {:?}, would cut every attempt off before: the circuit \
                     breaker would never hear of a store that hangs; shorten the one or lengthen the other",
                    self.retry.deadline
                )
            });
        }
        problems.into_result()
    }
}

/// A store with every wrapper around it, in the order that [`resilient`] explains.
pub type Resilient<S> = Bulkhead<Retry<CircuitBreaker<Timeout<S>>>>;

/// Makes a store that may be far away, slow or gone fit to stand in front of requests: every answer comes in time, and a
/// store that is down is neither waited for nor run over.
///
/// From the inside out:
///
/// 1. [`Timeout`] makes a store that hangs one that fails, which the others can act on. It is innermost, so that it
///    measures the store and not our own waiting.
/// 2. [`CircuitBreaker`] hears of every attempt, not only of calls whose attempts all failed: it opens after a few
///    hundred milliseconds of silence, also where there is little traffic, and stands between a retry and a store that
///    was just given up.
/// 3. [`Retry`] holds the deadline over all attempts. It does not wait for a circuit that is open.
/// 4. [`Bulkhead`] is outermost: it bounds everything that is at it, those who wait for their next attempt included; and
///    what it refuses counts against nobody and is not tried again, since more calls are the last thing that is needed.
///
/// # Errors
/// `Config`: every setting that makes no sense, alone or beside another one.
///
/// ```
/// use session::SessionLayer;
/// # #[derive(session::SessionData, Clone)] #[session(version = 1)] struct UserSession { views: u32 }
/// use session_stores::MemoryStore;
/// use session_stores::wrap::{ResilienceConfig, resilient};
///
/// let mut config = ResilienceConfig::default();
/// config.retry.attempts = 2;
/// let store = resilient(MemoryStore::new(), config)?;
/// let circuits = store.monitor(); // for a dashboard
/// let layer = SessionLayer::<UserSession>::new(store);
/// # Ok::<(), session::Error>(())
/// ```
pub fn resilient<S: Store>(store: S, config: ResilienceConfig) -> Result<Resilient<S>, Error> {
    config.around(store, one_shard, one_shard)
}

/// As [`resilient`], with circuits and places for each shard of its own: one master that hangs closes the way to no
/// other.
///
/// # Errors
/// As [`resilient`].
pub fn resilient_sharded<S: Sharded>(store: S, config: ResilienceConfig) -> Result<Resilient<S>, Error> {
    config.around(store, Sharded::shard_of, Sharded::shard_of)
}

impl<S> Resilient<S> {
    /// The circuits of the breaker inside.
    pub fn monitor(&self) -> BreakerMonitor {
        self.inner().inner().monitor()
    }
}
