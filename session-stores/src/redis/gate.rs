//! How many operations a store has under way, and how many wait: both have a bound, and the end has a door.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

use super::failure::{Failure, Unsent};

/// Lets so many operations through at once, and so many wait.
#[derive(Debug)]
pub(super) struct Gate {
    inside: Semaphore,
    outside: Semaphore,
    most: u32,
    closed: AtomicBool,
}

impl Gate {
    pub(super) fn new(most: u32, waiting: u32) -> Self {
        Self {
            inside: Semaphore::new(most as usize),
            outside: Semaphore::new(waiting as usize),
            most,
            closed: AtomicBool::new(false),
        }
    }

    /// A place inside, held until it is dropped.
    ///
    /// # Errors
    /// There is none until the deadline, or too many wait already, or the gate was closed.
    pub(super) async fn enter(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, Failure> {
        self.is_open()?;
        let place = match self.inside.try_acquire() {
            Ok(place) => place,
            Err(_) => {
                let _waiting = self.outside.try_acquire().map_err(|_| Unsent::TooMany)?;
                let place = timeout_at(deadline, self.inside.acquire()).await;
                place.map_err(|_| Unsent::OutOfTime)?.map_err(|_| Unsent::ShutDown)?
            }
        };
        // It may have been closed while this one was on its way in; closing waits for whoever is inside.
        self.is_open()?;
        Ok(place)
    }

    /// How many are inside.
    pub(super) fn inside(&self) -> u32 {
        let free = u32::try_from(self.inside.available_permits()).unwrap_or(self.most);
        self.most.saturating_sub(free)
    }

    /// Lets nobody in any more, and waits until everybody has left: how many have not, in that time.
    pub(super) async fn close(&self, within: Duration) -> u32 {
        self.closed.store(true, Ordering::SeqCst);
        match timeout(within, self.inside.acquire_many(self.most)).await {
            Ok(_all) => 0,
            Err(_elapsed) => self.inside(),
        }
    }

    fn is_open(&self) -> Result<(), Failure> {
        match self.closed.load(Ordering::SeqCst) {
            true => Err(Unsent::ShutDown.into()),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(1)
    }

    #[tokio::test]
    async fn whoever_finds_no_place_in_time_never_entered() {
        let gate = Gate::new(1, 1);
        let place = gate.enter(soon()).await.unwrap();
        assert!(matches!(gate.enter(soon()).await, Err(Failure::Unsent(Unsent::OutOfTime))));
        drop(place);
        assert!(gate.enter(soon()).await.is_ok());
    }

    #[tokio::test]
    async fn only_so_many_wait() {
        let gate = Gate::new(1, 0);
        let _place = gate.enter(soon()).await.unwrap();
        let never = Instant::now() + Duration::from_secs(3600);
        assert!(matches!(gate.enter(never).await, Err(Failure::Unsent(Unsent::TooMany))));
    }

    #[tokio::test]
    async fn closing_lets_everybody_finish_and_nobody_in() {
        let gate = Gate::new(2, 2);
        let place = gate.enter(soon()).await.unwrap();
        assert_eq!(gate.close(Duration::ZERO).await, 1);
        assert!(matches!(gate.enter(soon()).await, Err(Failure::Unsent(Unsent::ShutDown))));
        drop(place);
        assert_eq!(gate.close(Duration::from_secs(3600)).await, 0);
    }
}
