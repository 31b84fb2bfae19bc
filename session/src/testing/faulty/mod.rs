//! [`Faulty`]: what networks do to a store, when a test says so.

mod fault;

use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::SessionConfig;
use crate::error::{Applied, Error};
use crate::record::{Nonce, Principal};
use crate::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Marks, Member, Page,
    Revoke, Scan, Store, Term, Touch, Touched, Write,
};
use crate::token::Handle;

use fault::Dice;
pub use fault::{Chances, Fault};

/// A store that fails, waits and loses answers. Clones share their faults.
///
/// By itself it does nothing. A test scripts the next faults of an operation with [`next`](Self::next), lets a seed
/// decide with [`seeded`](Self::seeded), cuts the store off with [`cut`](Self::cut) or makes it a black hole with
/// [`hang`](Self::hang). Scripted faults come before those of a seed.
///
/// ```
/// use std::sync::Arc;
///
/// use session::store::{Locator, Store as _};
/// use session::testing::{Fault, Faulty, ManualClock, Operation, ReferenceStore, block_on};
///
/// let store = Faulty::new(ReferenceStore::new(Arc::new(ManualClock::default())));
/// store.next(Operation::Load, Fault::FailBefore);
/// let at = Locator::Handle(session::Handle::from_bytes([1; 16]));
/// assert!(block_on(store.load(&at)).unwrap_err().is_unavailable());
/// assert!(block_on(store.load(&at)).is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Faulty<S> {
    store: S,
    shared: Arc<Shared>,
}

/// What a store is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the operation of its name")]
pub enum Operation {
    Load,
    Commit,
    Touch,
    Delete,
    Health,
    Scan,
    Revoke,
    Index,
}

#[derive(Debug, Default)]
struct Shared {
    plan: Mutex<Plan>,
    commits: AtomicU64,
}

#[derive(Debug, Default)]
struct Plan {
    cut: bool,
    hangs: bool,
    scripts: VecDeque<(Operation, Fault)>,
    dice: Option<Dice>,
}

impl<S> Faulty<S> {
    /// Without faults, until some are asked for.
    pub fn new(store: S) -> Self {
        Self { store, shared: Arc::default() }
    }

    /// With faults by chance, the same ones for the same seed and the same order of calls.
    pub fn seeded(store: S, seed: u64, chances: Chances) -> Self {
        let faulty = Self::new(store);
        faulty.plan().dice = Some(Dice::new(seed, chances));
        faulty
    }

    /// What happens to the next call of that operation for which nothing is planned yet. [`Fault::None`] lets one pass.
    pub fn next(&self, operation: Operation, fault: Fault) {
        self.plan().scripts.push_back((operation, fault));
    }

    /// Whether the store is cut off: then every call fails before it leaves.
    pub fn cut(&self, cut: bool) {
        self.plan().cut = cut;
    }

    /// Whether the store is a black hole: then no call is answered any more, nor said to have failed. Those that wait
    /// when it ends wait for ever, as on a real network.
    pub fn hang(&self, hangs: bool) {
        self.plan().hangs = hangs;
    }

    /// No more faults: forgets what is scripted, the seed, and that it was cut off.
    pub fn heal(&self) {
        *self.plan() = Plan::default();
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.shared.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self, operation: Operation) -> Fault {
        let mut plan = self.plan();
        if plan.cut {
            return Fault::FailBefore;
        }
        if plan.hangs {
            return Fault::Hang;
        }
        let scripted = plan.scripts.iter().position(|(planned, _)| *planned == operation);
        match scripted.and_then(|position| plan.scripts.remove(position)) {
            Some((_, fault)) => fault,
            None => plan.dice.as_mut().map_or(Fault::None, |dice| dice.throw(operation)),
        }
    }

    async fn send<V, F>(&self, operation: Operation, call: impl Fn() -> F) -> Result<V, Error>
    where
        F: Future<Output = Result<V, Error>>,
    {
        match self.fault(operation) {
            Fault::None => call().await,
            Fault::FailBefore => Err(Error::unavailable(Applied::No, "cut off by the test")),
            Fault::LoseRequest => Err(Error::unavailable(Applied::Unknown, "request lost by the test")),
            Fault::LoseAnswer => {
                let _ = call().await?;
                Err(Error::unavailable(Applied::Unknown, "answer lost by the test"))
            }
            Fault::Hang => pending().await,
            Fault::Resend => {
                let _ = call().await?;
                call().await
            }
            Fault::Delay(times) => {
                give_way(times, || false).await;
                call().await
            }
            Fault::Overtaken { patience } => {
                let before = self.shared.commits.load(Ordering::SeqCst);
                give_way(patience, || self.shared.commits.load(Ordering::SeqCst) != before).await;
                call().await
            }
            Fault::PauseBefore(gate) => {
                gate.pass().await;
                call().await
            }
            Fault::PauseAfter(gate) => {
                let answer = call().await;
                gate.pass().await;
                answer
            }
        }
    }
}

/// Lets other tasks run that many times, or until something has happened.
async fn give_way(times: u32, happened: impl Fn() -> bool) {
    let mut left = times;
    poll_fn(|context| {
        if left == 0 || happened() {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        // Other tasks may be on other threads.
        std::thread::yield_now();
        Poll::Pending
    })
    .await;
}

impl<S: Store> Store for Faulty<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.send(Operation::Load, || self.store.load(at)).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        if freshness == Freshness::AnyCopy {
            // Nothing leaves this process for that.
            return self.store.load_within(at, freshness).await;
        }
        self.send(Operation::Load, || self.store.load_within(at, freshness)).await
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        self.send(Operation::Load, || self.store.load_many(handles)).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let answer = self.send(Operation::Commit, || self.store.commit(write)).await;
        self.shared.commits.fetch_add(1, Ordering::SeqCst);
        answer
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.send(Operation::Touch, || self.store.touch(touch)).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.send(Operation::Delete, || self.store.delete(handle)).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        self.send(Operation::Health, || self.store.health()).await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self { store, shared: Arc::clone(&self.shared) }))
    }
}

/// All three are the operation [`Scan`](Operation::Scan).
impl<S: Scan> Scan for Faulty<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.send(Operation::Scan, || self.store.scan(cursor, limit)).await
    }

    async fn count(&self) -> Result<u64, Error> {
        self.send(Operation::Scan, || self.store.count()).await
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.send(Operation::Scan, || self.store.clear()).await
    }
}

/// All four are the operation [`Index`](Operation::Index).
impl<S: Index> Index for Faulty<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        self.send(Operation::Index, || self.store.members(term)).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        self.send(Operation::Index, || self.store.bar(term, except)).await
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        self.send(Operation::Index, || self.store.end(handle)).await
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        self.send(Operation::Index, || self.store.unlist(term, members)).await
    }
}

/// All four are the operation [`Revoke`](Operation::Revoke).
impl<S: Revoke> Revoke for Faulty<S> {
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        self.send(Operation::Revoke, || self.store.marks(principal, lineage)).await
    }

    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        self.send(Operation::Revoke, || self.store.revoke_all(principal)).await
    }

    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        self.send(Operation::Revoke, || self.store.raise(lineage, to, by)).await
    }

    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        self.send(Operation::Revoke, || self.store.end(lineage)).await
    }

    fn covers(&self) -> Duration {
        self.store.covers()
    }
}
