//! Commits of one process to one record, one after the other.
//!
//! Without it, N requests that change one session at once need up to N attempts each. Here a commit finds what the one
//! before it left and merges onto that, so that only other processes can be in its way. The line is around the commit
//! alone, never across a request, and nothing depends on it: the store's condition decides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_lock::{Mutex as AsyncMutex, MutexGuardArc};

use crate::record::Record;
use crate::token::Handle;

const SHARDS: usize = 16;

type Lanes = HashMap<Handle, Arc<Lane>>;
/// What the last commit left, as far as it is known.
type Lane = AsyncMutex<Option<Record>>;

/// The lines of one runtime. A line exists while somebody is in it.
#[derive(Default)]
pub(crate) struct Queue {
    shards: [Mutex<Lanes>; SHARDS],
}

impl Queue {
    /// Waits for a turn. Cancelling leaves the line.
    pub(crate) async fn enter(&self, handle: Handle) -> Turn<'_> {
        let lane = Arc::clone(self.shard(handle).entry(handle).or_default());
        // Made before waiting, so that a cancelled wait tidies up, too.
        let mut turn = Turn { queue: self, handle, latest: None };
        turn.latest = Some(lane.lock_arc().await);
        turn
    }

    fn shard(&self, handle: Handle) -> MutexGuard<'_, Lanes> {
        let shard = &self.shards[usize::from(handle.as_bytes()[0]) % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn lanes(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

/// The right to commit to one record, and what the commit before left of it.
pub(crate) struct Turn<'a> {
    queue: &'a Queue,
    handle: Handle,
    latest: Option<MutexGuardArc<Option<Record>>>,
}

impl Turn<'_> {
    /// What the commit before left.
    pub(crate) fn latest(&self) -> Option<&Record> {
        self.latest.as_deref().and_then(Option::as_ref)
    }

    /// What this commit leaves.
    pub(crate) fn leave(&mut self, record: Record) {
        if let Some(latest) = &mut self.latest {
            **latest = Some(record);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.latest = None;
        let mut lanes = self.queue.shard(self.handle);
        // Whoever waits holds a reference from before this lock, so one reference means an empty line.
        if lanes.get(&self.handle).is_some_and(|lane| Arc::strong_count(lane) == 1) {
            lanes.remove(&self.handle);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn a_line_is_gone_when_nobody_is_in_it_also_after_a_cancelled_wait() {
        let queue = Queue::default();
        let handle = Handle::from_bytes([7; 16]);
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(queue.enter(handle)).poll(&mut context) else {
            panic!("nobody is in the way")
        };
        {
            let mut second = pin!(queue.enter(handle));
            assert!(second.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(queue.lanes(), 1);
        drop(first);
        assert_eq!(queue.lanes(), 0);
    }

    #[test]
    fn the_next_in_line_finds_what_the_one_before_left() {
        let queue = Queue::default();
        let handle = Handle::from_bytes([7; 16]);
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(queue.enter(handle)).poll(&mut context) else {
            panic!("nobody is in the way")
        };
        let mut second = pin!(queue.enter(handle));
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(second.as_mut().poll(&mut context).is_ready());
    }
}
