//! The way to the store: calls take their time, writes arrive twice or when nobody waits for them any more, and what
//! changed is noted.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use session::clock::Timestamp;
use session::record::Record;
use session::store::{
    Capabilities, Commit, Condition, Health, Load, Locator, ServerSide, Store, Touch, Touched, Write,
};
use session::{Applied, Error, Handle};
use session_stores::MemoryStore;

use super::dice::Dice;
use super::ground::Ground;

/// What stands at the other end.
#[derive(Debug, Clone)]
pub(super) enum Backend {
    /// The store of the library.
    Memory(MemoryStore),
    /// One that can fail over, and be broken.
    Ground(Ground),
}

/// Clones are the same wire.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    backend: Backend,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    dice: Dice,
    /// What may have changed since somebody looked.
    changed: Vec<Handle>,
    /// Writes that are still on the way.
    late: Vec<Write>,
}

/// Writes that arrive once more, and writes that arrive late only, in calls of a thousand.
const TWICE: usize = 60;
const CREATED_TWICE: usize = 300;
const LATE: usize = 25;

impl Wire {
    pub(super) fn new(backend: Backend, seed: u64) -> Self {
        let state = State { dice: Dice::new(seed), changed: Vec::new(), late: Vec::new() };
        Self { backend, state: Arc::new(Mutex::new(state)) }
    }

    /// The record as it is, without asking through the wire.
    pub(super) fn peek(&self, handle: Handle) -> Option<Record> {
        let load = async {
            match &self.backend {
                Backend::Memory(store) => store.load(&Locator::Handle(handle)).await,
                Backend::Ground(store) => store.load(&Locator::Handle(handle)).await,
            }
        };
        match now(load) {
            Ok(Load::Found(record)) => Some(record),
            Ok(Load::Absent) => None,
            Err(error) => panic!("a store without faults: {error}"),
        }
    }

    pub(super) fn changed(&self) -> Vec<Handle> {
        std::mem::take(&mut self.lock().changed)
    }

    /// One of the writes on the way arrives; whether there was one.
    pub(super) fn deliver(&self) -> bool {
        let write = {
            let mut state = self.lock();
            if state.late.is_empty() {
                return false;
            }
            let State { dice, late, .. } = &mut *state;
            let index = dice.below(late.len());
            late.remove(index)
        };
        let _nobody_waits = now(self.write(&write));
        true
    }

    /// What was on its way to the server that died never arrives: a write that it had refused must not find the state
    /// that it was made for once more.
    pub(super) fn fail_over(&self, handle: Handle, updates: usize) -> bool {
        let Backend::Ground(ground) = &self.backend else { return false };
        let failed = ground.fail_over(&handle, updates);
        if failed {
            self.lock().late.retain(|write| write.handle != handle);
        }
        failed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, write: &Write) -> Result<Commit, Error> {
        self.lock().changed.push(write.handle);
        match &self.backend {
            Backend::Memory(store) => store.commit(write).await,
            Backend::Ground(store) => store.commit(write).await,
        }
    }

    /// Between two calls somebody else always has a chance, so that a step of the schedule changes one record once.
    async fn travel(&self) {
        let times = self.lock().dice.below(3);
        for _ in 0..=times {
            give_way().await;
        }
    }
}

/// Everybody else's turn.
pub(super) async fn give_way() {
    let mut gave = false;
    poll_fn(|context| {
        if gave {
            return Poll::Ready(());
        }
        gave = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The result of a future that waits for nobody.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("neither backend ever waits"),
    }
}

impl Store for Wire {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.travel().await;
        let answer = match &self.backend {
            Backend::Memory(store) => store.load(at).await,
            Backend::Ground(store) => store.load(at).await,
        };
        self.travel().await;
        answer
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.travel().await;
        let (twice, late) = {
            let mut state = self.lock();
            let creates = matches!(write.condition, Condition::Absent { .. });
            let twice = if creates { CREATED_TWICE } else { TWICE };
            (state.dice.chance(twice), state.dice.chance(LATE))
        };
        if twice || late {
            self.lock().late.push(write.clone());
        }
        if late {
            return Err(Error::unavailable(Applied::Unknown, "still on its way"));
        }
        let answer = self.write(write).await;
        self.travel().await;
        answer
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.travel().await;
        self.lock().changed.push(touch.handle);
        let answer = match &self.backend {
            Backend::Memory(store) => store.touch(touch).await,
            Backend::Ground(store) => store.touch(touch).await,
        };
        self.travel().await;
        answer
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.travel().await;
        self.lock().changed.push(*handle);
        let answer = match &self.backend {
            Backend::Memory(store) => store.delete(handle).await,
            Backend::Ground(store) => store.delete(handle).await,
        };
        self.travel().await;
        answer
    }

    fn now(&self) -> Timestamp {
        match &self.backend {
            Backend::Memory(store) => store.now(),
            Backend::Ground(store) => store.now(),
        }
    }

    async fn health(&self) -> Result<Health, Error> {
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
}
