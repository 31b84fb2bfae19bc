//! All circuits of one store: which there are, who may pass, who is told.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use session::clock::{Clock, Timestamp};
use session::{Error, ErrorKind};

use super::super::event;
use super::super::refusal::{CircuitOpen, is_refusal};
use super::super::sharded::Shards;
use super::config::BreakerConfig;
use super::machine::{BreakerState, Change, Machine, Ticket, Verdict};
use super::monitor::BreakerListener;

/// What is asked of a store. Each kind has circuits of its own: a store that takes no writes can still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Traffic {
    /// Loads.
    Reads,
    /// Commits, touches and deletes.
    Writes,
    /// Going through the whole store. One circuit for all shards.
    Scans,
}

/// Which circuit: what is asked, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Circuit {
    /// What is asked.
    pub traffic: Traffic,
    /// Of which [shard](super::super::Sharded); 0 where there is one.
    pub shard: usize,
}

impl fmt::Display for Circuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let traffic = match self.traffic {
            Traffic::Reads => "reads",
            Traffic::Writes => "writes",
            Traffic::Scans => "scans",
        };
        write!(f, "{traffic} of shard {}", self.shard)
    }
}

/// A circuit changed its state.
///
/// Told after the fact and outside of every lock, so two changes may be told in the wrong order: of one circuit, the one
/// with the higher generation is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitChange {
    /// Which.
    pub circuit: Circuit,
    /// What it was.
    pub from: BreakerState,
    /// What it is.
    pub to: BreakerState,
    /// How many changes there have been, with this one.
    pub generation: u64,
    /// Calls that had ended within the window.
    pub calls: u32,
    /// Those of them that had failed.
    pub failures: u32,
}

#[derive(Debug)]
pub(super) struct Guarded {
    pub(super) circuit: Circuit,
    machine: Mutex<Machine>,
}

impl Guarded {
    pub(super) fn lock(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct Board {
    config: BreakerConfig,
    clock: Arc<dyn Clock>,
    reads: Shards<Guarded>,
    writes: Shards<Guarded>,
    scans: Shards<Guarded>,
    listeners: RwLock<Vec<Arc<dyn BreakerListener>>>,
}

impl Board {
    pub(super) fn new(config: BreakerConfig, clock: Arc<dyn Clock>) -> Self {
        let (reads, writes, scans) = Default::default();
        Self { config, clock, reads, writes, scans, listeners: RwLock::default() }
    }

    /// Lets a call through.
    ///
    /// # Errors
    /// [`CircuitOpen`], as `Unavailable`.
    pub(super) fn admit(&self, circuit: Circuit) -> Result<Permit<'_>, Error> {
        let guarded = self.guarded(circuit);
        let (entry, change) = guarded.lock().admit(self.now());
        self.tell(guarded.circuit, change);
        match entry {
            Ok(ticket) => Ok(Permit { board: self, guarded, ticket: Some(ticket) }),
            Err(retry_in) => Err(CircuitOpen { circuit: guarded.circuit, retry_in }.into()),
        }
    }

    pub(super) fn guarded(&self, circuit: Circuit) -> Arc<Guarded> {
        let Circuit { traffic, shard } = circuit;
        self.of(traffic).at(shard, |shard| Guarded {
            circuit: Circuit { traffic, shard },
            machine: Mutex::new(Machine::new(self.config)),
        })
    }

    pub(super) fn all(&self) -> Vec<Arc<Guarded>> {
        [&self.reads, &self.writes, &self.scans].into_iter().flat_map(Shards::all).collect()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn listen(&self, listener: Arc<dyn BreakerListener>) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Tells everybody who listens. Holds no lock meanwhile: what they do is theirs.
    pub(super) fn tell(&self, circuit: Circuit, change: Option<Change>) {
        let Some(Change { from, to, generation, calls, failures }) = change else { return };
        let change = CircuitChange { circuit, from, to, generation, calls, failures };
        event::circuit_changed(&change);
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner).clone();
        for listener in listeners {
            listener.changed(&change);
        }
    }

    const fn of(&self, traffic: Traffic) -> &Shards<Guarded> {
        match traffic {
            Traffic::Reads => &self.reads,
            Traffic::Writes => &self.writes,
            Traffic::Scans => &self.scans,
        }
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The right to one call. Dropped, it is given back and nothing is concluded: the caller went away, and that says
/// nothing of the store.
#[must_use]
pub(super) struct Permit<'b> {
    board: &'b Board,
    guarded: Arc<Guarded>,
    ticket: Option<Ticket>,
}

impl Permit<'_> {
    /// Counts the call by its answer.
    pub(super) fn settle<V>(mut self, answer: &Result<V, Error>) {
        self.give_back(verdict(answer));
    }

    fn give_back(&mut self, verdict: Verdict) {
        let Some(ticket) = self.ticket.take() else { return };
        let change = self.guarded.lock().settle(ticket, verdict, self.board.now());
        self.board.tell(self.guarded.circuit, change);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.give_back(Verdict::Nothing);
    }
}

/// Only that the store could not be asked speaks against it. Absent, conflict, gone, damaged, too new, too large and full
/// are answers: whoever sends junk must not be able to open a circuit.
fn verdict<V>(answer: &Result<V, Error>) -> Verdict {
    let Err(error) = answer else { return Verdict::Answered };
    match error.kind() {
        ErrorKind::Unavailable { .. } if is_refusal(error) => Verdict::Nothing,
        ErrorKind::Unavailable { .. } => Verdict::Failed,
        ErrorKind::Absent
        | ErrorKind::Corrupt
        | ErrorKind::TooNew { .. }
        | ErrorKind::Upgrade { .. }
        | ErrorKind::Gone(_)
        | ErrorKind::Conflict { .. }
        | ErrorKind::OutcomeUnknown
        | ErrorKind::TooLarge { .. }
        | ErrorKind::Full { .. } => Verdict::Answered,
        // Made on our side: it may not have come as far as the store.
        _ => Verdict::Nothing,
    }
}
