use std::sync::Arc;
use std::time::Duration;

use session::event::Breaker;

use super::circuit::{Board, Circuit, Guarded};

/// The circuits of a [`CircuitBreaker`](super::CircuitBreaker), for dashboards and operators. Clones are of the same ones.
///
/// Nothing here asks the store, and looking changes nothing.
#[derive(Debug, Clone)]
pub struct BreakerMonitor(pub(super) Arc<Board>);

/// A circuit at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitView {
    /// Which.
    pub circuit: Circuit,
    /// Whether calls go through. One that is open stays so until somebody calls, also when its time is over.
    pub state: Breaker,
    /// How many changes there have been.
    pub generation: u64,
    /// Calls that ended within the window.
    pub calls: u32,
    /// Those of them that failed.
    pub failures: u32,
    /// How long ago the last call failed.
    pub last_failure: Option<Duration>,
    /// When the next call is let through, if the circuit is open; zero if that is now.
    pub retry_in: Option<Duration>,
}

impl BreakerMonitor {
    /// Every circuit that was used so far.
    pub fn circuits(&self) -> Vec<CircuitView> {
        self.0.all().iter().map(|guarded| self.view(guarded)).collect()
    }

    /// One circuit; one that was not used yet is closed.
    pub fn circuit(&self, circuit: Circuit) -> CircuitView {
        self.view(&self.0.guarded(circuit))
    }

    /// Closes every circuit and forgets what was counted; calls that are under way do not count any more. For an
    /// operator who knows that the store is back.
    pub fn reset(&self) {
        self.0.all().iter().for_each(|guarded| self.close(guarded));
    }

    /// Does so with one of them.
    pub fn reset_circuit(&self, circuit: Circuit) {
        self.close(&self.0.guarded(circuit));
    }

    /// A sentence for each circuit that does not let everybody through.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let views = self.circuits().into_iter();
        views.filter(|view| view.state != Breaker::Closed).map(|CircuitView { circuit, state, .. }| {
            let state = if state == Breaker::Open { "open" } else { "half open" };
            format!("the circuit of {circuit} is {state}")
        })
    }

    fn view(&self, guarded: &Guarded) -> CircuitView {
        let now = self.0.now();
        let view = guarded.lock().view(now);
        CircuitView {
            circuit: guarded.circuit,
            state: view.state,
            generation: view.generation,
            calls: view.calls,
            failures: view.failures,
            last_failure: view.last_failure.map(|last| now.since(last)),
            retry_in: view.retry_in,
        }
    }

    fn close(&self, guarded: &Guarded) {
        let change = guarded.lock().reset();
        self.0.tell(guarded.circuit, change);
    }
}
