use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use session::Handle;
use session::store::Load;
use tokio::sync::watch;
use tokio::time::timeout;

use super::tickets::Ticket;

/// Loads that are under way, for whoever wants the same.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Name, Landing>>);

type Name = (Handle, u64);
type Landing = watch::Receiver<Option<Load>>;

/// A load that is under way. If it is dropped, whoever waits for it looks after itself.
pub(super) struct Flight<'f> {
    flights: &'f Flights,
    name: Name,
    landed: watch::Sender<Option<Load>>,
}

impl Flights {
    pub(super) fn begin(&self, ticket: &Ticket) -> Flight<'_> {
        let (landed, landing) = watch::channel(None);
        let name = (ticket.handle, ticket.number);
        self.lock().insert(name, landing);
        Flight { flights: self, name, landed }
    }

    /// What that load found; nothing if it failed, was given up, or takes longer: whose future it is may not poll it.
    pub(super) async fn join(&self, handle: &Handle, number: u64, patience: Duration) -> Option<Load> {
        let mut landing = self.lock().get(&(*handle, number))?.clone();
        let landed = timeout(patience, landing.wait_for(Option::is_some)).await.ok()?.ok()?;
        landed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Name, Landing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight<'_> {
    pub(super) fn land(self, load: &Load) {
        // The map's own receiver is one.
        if self.landed.receiver_count() > 1 {
            self.landed.send_replace(Some(load.clone()));
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.name);
    }
}
