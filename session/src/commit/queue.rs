//! Commits of one process to one record, one after the other.
//!
//! Without it, N requests that change one session at once need up to N attempts each. Here a commit finds what the one
//! before it left and merges onto that, so that only other processes can be in its way. The line is around the commit
//! alone, never across a request, and nothing depends on it: the store's condition decides.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_lock::{Mutex as AsyncMutex, MutexGuardArc};

use crate::clock::Timestamp;
use crate::record::Record;
use crate::sync::{Mutex, MutexGuard};
use crate::token::Handle;

const SHARDS: usize = 16;

type Lanes = HashMap<Handle, Arc<Lane>>;
type Lane = AsyncMutex<Before>;

/// The commit before.
#[derive(Default)]
struct Before {
    /// What it left, as far as it is known.
    record: Option<Record>,
    pace: Pace,
}

/// How long the store took for it.
#[derive(Clone, Copy)]
enum Pace {
    Took(Duration),
    /// It was asked then, and whoever asked went away.
    Since(Timestamp),
}

impl Default for Pace {
    fn default() -> Self {
        Self::Took(Duration::ZERO)
    }
}

/// The lines of one runtime. A line exists while somebody is in it.
#[derive(Default)]
pub(crate) struct Queue {
    shards: [Mutex<Lanes>; SHARDS],
}

impl Queue {
    /// Waits for a turn. Cancelling leaves the line.
    pub(crate) async fn enter(&self, handle: Handle) -> Turn<'_> {
        // Made before waiting, so that a cancelled wait tidies up, too; and before the reference to the lane, so that it is
        // dropped after it and does not count it as somebody else's.
        let mut turn = Turn { queue: self, handle, latest: None };
        let lane = Arc::clone(self.shard(handle).entry(handle).or_default());
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
    latest: Option<MutexGuardArc<Before>>,
}

impl Turn<'_> {
    /// What the commit before left.
    pub(crate) fn latest(&self) -> Option<&Record> {
        self.latest.as_ref().and_then(|before| before.record.as_ref())
    }

    /// What this commit leaves.
    pub(crate) fn leave(&mut self, record: Record) {
        if let Some(before) = &mut self.latest {
            before.record = Some(record);
        }
    }

    /// How long the store took for the commit before, or has taken by now.
    pub(crate) fn pace(&self, now: Timestamp) -> Duration {
        match self.latest.as_ref().map(|before| before.pace) {
            Some(Pace::Took(span)) => span,
            Some(Pace::Since(then)) => now.since(then),
            None => Duration::ZERO,
        }
    }

    /// The store is asked now.
    pub(crate) fn asks(&mut self, now: Timestamp) {
        if let Some(before) = &mut self.latest {
            before.pace = Pace::Since(now);
        }
    }

    /// The store has answered, or given up.
    pub(crate) fn answered(&mut self, now: Timestamp) {
        let took = self.pace(now);
        if let Some(before) = &mut self.latest {
            before.pace = Pace::Took(took);
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

    const HANDLE: Handle = Handle::from_bytes([7; 16]);

    fn no_waker() -> Context<'static> {
        Context::from_waker(Waker::noop())
    }

    /// Enters a line that nobody is in.
    fn first(queue: &Queue) -> Turn<'_> {
        let Poll::Ready(turn) = pin!(queue.enter(HANDLE)).poll(&mut no_waker()) else {
            panic!("nobody is in the way")
        };
        turn
    }

    #[test]
    fn a_line_is_gone_when_nobody_is_in_it_also_after_a_cancelled_wait() {
        let queue = Queue::default();
        let mut context = no_waker();
        let first = first(&queue);
        {
            let mut second = pin!(queue.enter(HANDLE));
            assert!(second.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(queue.lanes(), 1);
        drop(first);
        assert_eq!(queue.lanes(), 0);
    }

    #[test]
    fn a_line_is_gone_when_the_last_who_waited_is_cancelled_at_its_turn() {
        let queue = Queue::default();
        let mut context = no_waker();
        let first = first(&queue);
        {
            let mut second = pin!(queue.enter(HANDLE));
            assert!(second.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert_eq!(queue.lanes(), 1);
        }
        assert_eq!(queue.lanes(), 0);
    }

    #[test]
    fn the_next_in_line_finds_what_the_one_before_left() {
        let queue = Queue::default();
        let mut context = no_waker();
        let first = first(&queue);
        let mut second = pin!(queue.enter(HANDLE));
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(second.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn the_next_in_line_knows_how_long_the_store_took_also_for_somebody_who_went_away() {
        let queue = Queue::default();
        let mut context = no_waker();
        let at = Timestamp::from_millis;
        let mut first = first(&queue);
        assert_eq!(first.pace(at(5)), Duration::ZERO);
        let mut second = pin!(queue.enter(HANDLE));
        let mut third = pin!(queue.enter(HANDLE));
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(third.as_mut().poll(&mut context).is_pending());
        first.asks(at(10));
        first.answered(at(17));
        drop(first);
        let Poll::Ready(mut second) = second.poll(&mut context) else { panic!("it is its turn") };
        assert_eq!(second.pace(at(1000)), Duration::from_millis(7));
        second.asks(at(1000));
        drop(second);
        let Poll::Ready(third) = third.poll(&mut context) else { panic!("it is its turn") };
        assert_eq!(third.pace(at(1600)), Duration::from_millis(600));
    }
}
