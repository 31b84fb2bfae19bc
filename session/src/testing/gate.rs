use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// A place at which calls stop until the test lets them go on. Clones are the same gate.
///
/// ```
/// use session::testing::{Gate, block_on};
///
/// let gate = Gate::new();
/// let other = gate.clone();
/// let call = std::thread::spawn(move || block_on(other.pass()));
/// block_on(gate.arrived(1)); // the call has come so far …
/// gate.open(); // … and goes on
/// call.join().unwrap();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    open: bool,
    arrived: usize,
    wakers: Vec<Waker>,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until the gate is open.
    pub async fn pass(&self) {
        {
            let mut state = self.lock();
            state.arrived += 1;
            state.wake();
        }
        self.until(|state| state.open).await;
    }

    /// Waits until that many calls have come to the gate.
    pub async fn arrived(&self, calls: usize) {
        self.until(|state| state.arrived >= calls).await;
    }

    /// Lets everybody pass, from now on.
    pub fn open(&self) {
        let mut state = self.lock();
        state.open = true;
        state.wake();
    }

    async fn until(&self, condition: impl Fn(&State) -> bool) {
        poll_fn(|context| {
            let mut state = self.lock();
            if condition(&state) {
                return Poll::Ready(());
            }
            let waker = context.waker();
            if !state.wakers.iter().any(|known| known.will_wake(waker)) {
                state.wakers.push(waker.clone());
            }
            Poll::Pending
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}
