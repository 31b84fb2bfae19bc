//! All circuits of one store: which there are, who may pass, what is told.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use session::clock::{Clock, Timestamp};
use session::{Error, ErrorKind};

use super::super::refusal::{CircuitOpen, is_refusal};
use super::super::reporter::Reporter;
use super::super::sharded::Shards;
use super::config::BreakerConfig;
use super::machine::{Change, Machine, Ticket, Verdict};

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

impl Traffic {
    /// Its name, in lower case: for logs and labels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Scans => "scans",
        }
    }
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
        write!(f, "{} of shard {}", self.traffic.name(), self.shard)
    }
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

#[derive(Debug)]
pub(super) struct Board {
    config: BreakerConfig,
    clock: Arc<dyn Clock>,
    reporter: Reporter,
    reads: Shards<Guarded>,
    writes: Shards<Guarded>,
    scans: Shards<Guarded>,
}

impl Board {
    /// Circuits that have seen nothing yet.
    pub(super) fn new(config: BreakerConfig, clock: Arc<dyn Clock>, reporter: Reporter) -> Arc<Self> {
        let (reads, writes, scans) = Default::default();
        Arc::new(Self { config, clock, reporter, reads, writes, scans })
    }

    pub(super) fn on_clock(&self, clock: Arc<dyn Clock>) -> Arc<Self> {
        Self::new(self.config, clock, self.reporter.clone())
    }

    pub(super) fn with_reporter(&self, reporter: Reporter) -> Arc<Self> {
        Self::new(self.config, Arc::clone(&self.clock), reporter)
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

    /// Holds no lock: what the listeners do is theirs. So two changes may be told in the wrong order.
    pub(super) fn tell(&self, circuit: Circuit, change: Option<Change>) {
        if let Some(Change { from, to }) = change {
            self.reporter.breaker_changed(circuit, from, to);
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
        // The master answered; its replicas have nothing to do with what else is asked of it.
        #[cfg(feature = "redis")]
        ErrorKind::Unavailable { .. } if is_not_replicated(error) => Verdict::Answered,
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

#[cfg(feature = "redis")]
fn is_not_replicated(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(found) = source {
        if found.is::<crate::redis::NotReplicated>() {
            return true;
        }
        source = found.source();
    }
    false
}
