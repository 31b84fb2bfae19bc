//! Wrappers: stores around a store, for what networks do to one. Each is usable alone, on any [`Store`], and changes none
//! of its laws.
//!
//! | wrapper | guarantees |
//! |---|---|
//! | [`Timeout`] | every call is answered within its limit |
//! | [`Retry`] | what could not be asked is asked again, where that is safe, within one deadline and one budget |
//! | [`CircuitBreaker`] | a store that does not answer is left alone, and tried now and then |
//! | [`Bulkhead`] | only so many calls are under way and only so many wait |
//! | [`resilient`] | all of them, in the order in which they work together |
//!
//! # Which to choose
//!
//! A store in this process needs none. For a store across a network use [`resilient`], or [`resilient_sharded`] where it
//! has several masters; with the defaults every answer comes within [800 ms](ResilienceConfig::longest_answer). Take
//! single wrappers where something else does the rest: a driver with limits and retries of its own, say, which then
//! should be one attempt with a limit, since attempts multiply.
//!
//! Whatever is refused or late is `Unavailable`, never "absent": a request that needs its session is answered 503 with
//! `Retry-After`, or goes on without it where [`OnUnavailable::Proceed`](session::config::OnUnavailable) was chosen, and
//! requests that need none notice nothing. What stands behind it is the error's source: [`TimedOut`], [`CircuitOpen`],
//! [`Saturated`].
//!
//! # What they cannot know
//!
//! A call that was given up may still reach the store. So a write that timed out says that it may have taken effect, a
//! retried commit goes by its nonce, and one that cannot be decided is answered so. A client that always gives up before
//! the limit (a proxy's timeout of 200 ms, say) leaves nothing for the breaker to count: keep limits below those of
//! whoever waits.
//!
//! # In a runtime
//!
//! Deadlines and waits are tokio's timers; a runtime without them panics. In tests, pause the runtime's time. Breakers
//! count by a clock that never goes back, which is the runtime's unless
//! [another one is given](CircuitBreaker::on_clock).
//!
//! Not here: `Encrypted`, `Compressed` and the near cache, which change what is stored or where it is read.

#[cfg(doc)]
use session::store::Store;

mod breaker;
mod bulkhead;
mod check;
mod clock;
mod refusal;
mod reporter;
mod resilient;
mod retry;
mod sharded;
mod timeout;

pub use breaker::{Breaker, BreakerConfig, BreakerMonitor, Circuit, CircuitBreaker, CircuitView, Traffic};
pub use bulkhead::{Bulkhead, BulkheadConfig};
pub use refusal::{CircuitOpen, Saturated, TimedOut};
pub use resilient::{ResilienceConfig, Resilient, resilient, resilient_sharded};
pub use retry::{Again, Jitter, Retry, RetryBudget, RetryPolicy, retry};
pub use sharded::Sharded;
pub use timeout::{TimeLimits, Timeout};

#[cfg(test)]
mod tests;
