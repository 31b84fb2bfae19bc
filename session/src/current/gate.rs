//! Orders the closures that change a session, so that two threads' `update(|d| d.n += 1)` both count.
//!
//! It is held while the app's code runs, so waiting for it without end could deadlock (a closure that joins a thread
//! which updates the same session). Therefore nobody depends on it: a thread that has waited its share goes on without,
//! and its changes merge with the others' as two servers' would.

use std::sync::PoisonError;
use std::time::Duration;

use crate::sync::thread::{self, ThreadId};
use crate::sync::{Condvar, Mutex};

/// How long a thread waits for its turn.
const PATIENCE: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(crate) struct Gate {
    inside: Mutex<Inside>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    owner: Option<ThreadId>,
    depth: u32,
    waiting: u32,
}

/// A turn; it ends when this is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Turn<'a>(Option<&'a Gate>);

impl Gate {
    /// Takes a turn. A thread that has one already shares it.
    pub(crate) fn enter(&self) -> Turn<'_> {
        let me = thread::current().id();
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.owner.is_some_and(|owner| owner != me) {
            inside.waiting += 1;
            let (waited, _) = self
                .freed
                .wait_timeout_while(inside, PATIENCE, |inside| inside.owner.is_some())
                .unwrap_or_else(PoisonError::into_inner);
            inside = waited;
            inside.waiting -= 1;
            if inside.owner.is_some() {
                return Turn(None);
            }
        }
        inside.owner = Some(me);
        inside.depth += 1;
        Turn(Some(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(gate) = self.0 else { return };
        let mut inside = gate.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.depth -= 1;
        if inside.depth == 0 {
            inside.owner = None;
            // Waking nobody is a system call all the same.
            if inside.waiting > 0 {
                gate.freed.notify_one();
            }
        }
    }
}
