//! The circuit as data: what happens to it at a moment, and what it becomes. It asks no clock, waits for nothing and is
//! behind one lock, so there is no interleaving in it that a sequence of calls does not show.

use std::time::Duration;

use session::clock::Timestamp;
use session::event::Breaker;

use super::config::BreakerConfig;
use super::window::Window;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The store answered, whatever it said.
    Answered,
    /// The store could not be asked.
    Failed,
    /// Nothing can be said of the store: the call was dropped, or did not get as far.
    Nothing,
}

/// The right to one call. It counts only in the generation that gave it: what is let through by a circuit that has
/// changed since says nothing of it any more.
#[derive(Debug)]
pub(super) struct Ticket {
    generation: u64,
}

/// What a circuit became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) from: Breaker,
    pub(super) to: Breaker,
}

#[derive(Debug)]
pub(super) struct Machine {
    config: BreakerConfig,
    phase: Phase,
    /// Counts the changes.
    generation: u64,
    window: Window,
    last_failure: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Closed,
    Open { until: Timestamp },
    HalfOpen(Trial),
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    under_way: u32,
    answered: u32,
    /// When the latest probe was let through.
    latest: Timestamp,
}

/// What can be seen of a circuit at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    pub(super) state: Breaker,
    pub(super) generation: u64,
    pub(super) calls: u32,
    pub(super) failures: u32,
    pub(super) last_failure: Option<Timestamp>,
    pub(super) retry_in: Option<Duration>,
}

impl Machine {
    pub(super) fn new(config: BreakerConfig) -> Self {
        let window = Window::new(config.window);
        Self { config, phase: Phase::Closed, generation: 0, window, last_failure: None }
    }

    /// Lets a call through, or says in what time to come again.
    pub(super) fn admit(&mut self, now: Timestamp) -> (Result<Ticket, Duration>, Option<Change>) {
        let reset = self.config.reset_timeout;
        match &mut self.phase {
            Phase::Closed => (Ok(self.ticket()), None),
            Phase::Open { until } if now < *until => (Err(until.since(now)), None),
            Phase::Open { .. } => {
                let change = self.turn(Phase::HalfOpen(Trial::first(now)));
                (Ok(self.ticket()), Some(change))
            }
            Phase::HalfOpen(trial) if trial.under_way < self.config.probes => {
                trial.under_way += 1;
                trial.latest = now;
                (Ok(self.ticket()), None)
            }
            // Nobody knows what became of the probes. They must not keep the circuit half open for ever.
            Phase::HalfOpen(trial) if now.since(trial.latest) >= reset => {
                self.last_failure = Some(now);
                let change = self.turn(Phase::Open { until: now.after(reset) });
                (Err(reset), Some(change))
            }
            Phase::HalfOpen(trial) => (Err(reset.saturating_sub(now.since(trial.latest))), None),
        }
    }

    /// Takes back a ticket, with how its call ended.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is good for one call")]
    pub(super) fn settle(&mut self, ticket: Ticket, verdict: Verdict, now: Timestamp) -> Option<Change> {
        let Ticket { generation } = ticket;
        if generation != self.generation {
            return None;
        }
        if verdict == Verdict::Failed {
            self.last_failure = Some(now);
        }
        let open = Phase::Open { until: now.after(self.config.reset_timeout) };
        match (&mut self.phase, verdict) {
            (Phase::Closed, Verdict::Answered) => {
                self.window.record(false, now);
                None
            }
            (Phase::Closed, Verdict::Failed) => {
                self.window.record(true, now);
                let (calls, failures) = self.window.totals(now);
                self.config.gives_up(calls, failures).then(|| self.turn(open))
            }
            (Phase::HalfOpen(trial), verdict) => {
                trial.under_way = trial.under_way.saturating_sub(1);
                trial.answered += u32::from(verdict == Verdict::Answered);
                match verdict {
                    Verdict::Failed => Some(self.turn(open)),
                    _ if trial.answered >= self.config.successes => Some(self.close()),
                    _ => None,
                }
            }
            // An open circuit gives no tickets.
            (Phase::Closed, Verdict::Nothing) | (Phase::Open { .. }, _) => None,
        }
    }

    /// Closes the circuit, whatever it was, and forgets what it counted.
    pub(super) fn reset(&mut self) -> Option<Change> {
        let change = self.close();
        (change.from != change.to).then_some(change)
    }

    pub(super) fn view(&self, now: Timestamp) -> View {
        let (calls, failures) = self.window.totals(now);
        let retry_in = match self.phase {
            Phase::Open { until } => Some(until.since(now)),
            Phase::Closed | Phase::HalfOpen(_) => None,
        };
        let (generation, last_failure) = (self.generation, self.last_failure);
        View { state: self.state(), generation, calls, failures, last_failure, retry_in }
    }

    fn close(&mut self) -> Change {
        self.window.clear();
        self.turn(Phase::Closed)
    }

    fn turn(&mut self, phase: Phase) -> Change {
        let from = self.state();
        self.phase = phase;
        self.generation += 1;
        Change { from, to: self.state() }
    }

    const fn state(&self) -> Breaker {
        match self.phase {
            Phase::Closed => Breaker::Closed,
            Phase::Open { .. } => Breaker::Open,
            Phase::HalfOpen(_) => Breaker::HalfOpen,
        }
    }

    const fn ticket(&self) -> Ticket {
        Ticket { generation: self.generation }
    }
}

impl Trial {
    /// With its first probe under way.
    const fn first(now: Timestamp) -> Self {
        Self { under_way: 1, answered: 0, latest: now }
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
