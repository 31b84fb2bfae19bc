//! What time it is for sessions: the server's time, learned from its answers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use session::clock::{Clock, Timestamp};
use tokio::time::Instant;

/// The server's clock, as far as it can be known from here without asking.
///
/// Every script's answer and every new connection carries the server's time, which lies between sending and receiving by
/// a clock that nobody sets. The difference of the two clocks is moved only when an answer proves it wrong, so the
/// estimate is at most a round trip off, and does not jitter. Until the first answer it is this machine's time.
pub(super) struct ServerClock {
    /// This machine's, until the server's is known.
    local: Arc<dyn Clock>,
    /// What the steady clock counts from.
    began: Instant,
    /// The server's milliseconds less the steady clock's.
    ahead: AtomicI64,
    /// The same, as the newest answers prove it at least: of this moment's answers, and of those of the one before.
    least: [AtomicI64; 2],
    /// Which moment that is.
    moment: AtomicI64,
    /// In tests, the time that sessions go by instead, told to the server with every call.
    told: Option<Arc<dyn Clock>>,
}

/// How long what answers prove is held against later ones, in milliseconds: long enough for each of several masters to
/// have answered.
const MOMENT: i64 = 1000;

/// What the clocks of several masters may differ by, and a server's from a clock that nobody sets within two moments.
const APART: Duration = Duration::from_millis(100);

/// What this machine's clock may be ahead of the servers', which have not answered yet.
const UNHEARD: Duration = Duration::from_secs(10 * 60);

/// The difference is not known yet.
const UNKNOWN: i64 = i64::MIN;

impl ServerClock {
    pub(super) fn new(local: Arc<dyn Clock>, told: Option<Arc<dyn Clock>>) -> Self {
        Self {
            local,
            began: Instant::now(),
            ahead: AtomicI64::new(UNKNOWN),
            least: Default::default(),
            moment: AtomicI64::new(0),
            told,
        }
    }

    /// The estimate.
    pub(super) fn now(&self) -> Timestamp {
        if let Some(told) = &self.told {
            return told.now();
        }
        match self.ahead.load(Ordering::Relaxed) {
            UNKNOWN => self.local.now(),
            ahead => {
                let now = self.steady(Instant::now()).saturating_add(ahead);
                Timestamp::from_millis(u64::try_from(now).unwrap_or(0))
            }
        }
    }

    /// A moment that has surely passed by the clock of every server that has answered lately: what answers have proven,
    /// less what clocks of several masters may differ by. Until the first answer, what it is if this machine's clock is not
    /// too far ahead.
    pub(super) fn past(&self) -> Timestamp {
        if let Some(told) = &self.told {
            return told.now();
        }
        if self.ahead.load(Ordering::Relaxed) == UNKNOWN {
            return self.local.now().before(UNHEARD);
        }
        let least = self.least.iter().map(|least| least.load(Ordering::Relaxed)).min().unwrap_or(0);
        let past = self.steady(Instant::now()).saturating_add(least);
        Timestamp::from_millis(u64::try_from(past).unwrap_or(0)).before(APART)
    }

    fn learn_least(&self, received: Instant, least: i64) {
        // Of answers in a race, some may count to the other of the two moments.
        let moment = self.steady(received) / MOMENT;
        let before = self.moment.swap(moment, Ordering::Relaxed);
        let [this, last] = &self.least;
        if before == moment && self.ahead.load(Ordering::Relaxed) != UNKNOWN {
            this.fetch_min(least, Ordering::Relaxed);
        } else {
            let ended = this.swap(least, Ordering::Relaxed);
            let counts = before + 1 == moment && self.ahead.load(Ordering::Relaxed) != UNKNOWN;
            last.store(if counts { ended } else { least }, Ordering::Relaxed);
        }
    }

    /// Whether [`now`](Self::now) is more than this machine's time.
    pub(super) fn is_known(&self) -> bool {
        self.told.is_some() || self.ahead.load(Ordering::Relaxed) != UNKNOWN
    }

    /// What a call has to tell the server, where it does not look at its own clock.
    pub(super) fn told(&self) -> Option<[u8; 8]> {
        self.told.as_ref().map(|clock| clock.now().as_millis().to_le_bytes())
    }

    /// The server's clock showed `at` at some moment between these.
    pub(super) fn learn(&self, sent: Instant, received: Instant, at: Timestamp) {
        let Ok(at) = i64::try_from(at.as_millis()) else { return };
        let least = at.saturating_sub(self.steady(received));
        // The server cuts off what is less than a millisecond.
        let most = at.saturating_sub(self.steady(sent)).saturating_add(1);
        self.learn_least(received, least);
        // A race of two answers lets one of them win; either is true.
        let ahead = match self.ahead.load(Ordering::Relaxed) {
            UNKNOWN => least.midpoint(most),
            ahead => ahead.clamp(least, most.max(least)),
        };
        self.ahead.store(ahead, Ordering::Relaxed);
    }

    /// Whether a record that the server still has is over.
    ///
    /// The server removes records at their deadlines by its own clock, so what it has is live, whatever the estimate
    /// says; but one that ends before its own create can no longer come is kept for that long.
    pub(super) fn is_over(&self, deadline: Timestamp, created: Timestamp, tombstone_life: Duration) -> bool {
        let is_kept_longer = deadline < created.after(tombstone_life);
        (is_kept_longer || self.told.is_some()) && self.now() >= deadline
    }

    fn steady(&self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.began).as_millis()).unwrap_or(i64::MAX)
    }
}

impl fmt::Debug for ServerClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerClock").field("now", &self.now()).field("known", &self.is_known()).finish()
    }
}

#[cfg(test)]
mod tests {
    use session::clock::ManualClock;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn clock() -> ServerClock {
        ServerClock::new(Arc::new(ManualClock::at(Timestamp::from_millis(1_000))), None)
    }

    fn difference(clock: &ServerClock) -> i64 {
        clock.ahead.load(Ordering::Relaxed)
    }

    #[test]
    fn until_the_server_was_heard_its_time_is_this_machines() {
        let clock = clock();
        assert!(!clock.is_known());
        assert_eq!(clock.now().as_millis(), 1_000);
    }

    #[test]
    fn the_servers_time_wins_over_this_machines_and_is_off_by_a_round_trip_at_most() {
        let clock = clock();
        let server = 5_000_000;
        clock.learn(clock.began, clock.began + 20 * MS, Timestamp::from_millis(server));
        assert!(clock.is_known());
        let off = difference(&clock) - i64::try_from(server).unwrap();
        assert!((-20..=1).contains(&off), "{off}");
        assert!(clock.now().as_millis() >= server - 20);
    }

    #[test]
    fn an_answer_that_agrees_changes_nothing_and_one_that_does_not_moves_no_further_than_it_must() {
        let clock = clock();
        let at = |ms: u64| clock.began + Duration::from_millis(ms);
        clock.learn(at(0), at(1), Timestamp::from_millis(10_000));
        let first = difference(&clock);
        // A slow answer: the estimate lies within what it proves.
        clock.learn(at(100), at(400), Timestamp::from_millis(10_250));
        assert_eq!(difference(&clock), first);
        // The server's clock was set: what was known is proven wrong.
        clock.learn(at(500), at(501), Timestamp::from_millis(4_000));
        assert_eq!(difference(&clock), 3_501);
        clock.learn(at(500), at(501), Timestamp::from_millis(9_000));
        assert_eq!(difference(&clock), 8_499);
    }

    #[test]
    fn in_tests_the_time_is_what_it_is_told_to_be() {
        let told = Arc::new(ManualClock::at(Timestamp::from_millis(77)));
        let clock = ServerClock::new(Arc::new(ManualClock::default()), Some(told));
        clock.learn(clock.began, clock.began, Timestamp::from_millis(5));
        assert_eq!(clock.now().as_millis(), 77);
        assert_eq!(clock.told(), Some(77_u64.to_le_bytes()));
    }
}
