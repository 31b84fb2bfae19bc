use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::ManualClock;
use crate::store::{AnyKind, ClientSide, Kind, ServerSide, Store};
use crate::testing::block_on;

/// A store that is put to the laws, fresh for each of them.
///
/// [`OnClock`] is one for every store that runs in this process. A remote store's subject holds what it takes to talk to
/// a real server, gives every subject a key space of its own, and makes [`advance`](Self::advance) move the time that
/// its operations go by.
pub trait Subject: Sync {
    /// What is put to the laws.
    type Store: Store;

    /// The store. Empty at first, and the same one at every call.
    fn store(&self) -> &Self::Store;

    /// Lets the store's time pass: between two calls it stands still, because a law is about an exact moment. If the
    /// store sweeps in the background, this is where it has its turn.
    fn advance(&self, span: Duration);

    /// Runs a future of the store, from any thread.
    fn run<F: Future>(&self, future: F) -> F::Output {
        block_on(future)
    }
}

/// A [`Kind`] whose records are in the store itself. An erased store may be put to the laws, too; whether it keeps its
/// records is then asked at run time.
#[diagnostic::on_unimplemented(
    message = "the laws of stores on the server do not hold for `{Self}`",
    note = "a store whose records the client keeps is put to `only = [sealed]`"
)]
pub trait KeepsRecords: Kind {}

impl KeepsRecords for ServerSide {}
impl KeepsRecords for AnyKind {}

/// A subject whose store keeps its records: every law of [`Store`] must hold. Nothing to implement.
pub trait Keeps: Subject<Store: Store<Kind: KeepsRecords>> {}

impl<S: Subject<Store: Store<Kind: KeepsRecords>>> Keeps for S {}

/// A subject whose client keeps the records. Nothing to implement.
pub trait Sealing: Subject<Store: Store<Kind = ClientSide>> {}

impl<S: Subject<Store: Store<Kind = ClientSide>>> Sealing for S {}

/// A subject that can tell how much its store keeps.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell how much its store keeps",
    note = "the laws of memory need it: `OnClock::measured`, or leave `memory` out"
)]
pub trait Measured: Subject {
    /// The entries that take memory: sessions, live or expired, tombstones, and members of indexes.
    fn kept(&self) -> usize;
}

/// A subject that can cut the connection to its store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cut its store off",
    note = "the laws of outages need it: `OnClock::severable`, or leave `outage` out"
)]
pub trait Severable: Subject {
    /// Cuts the connection, or mends it.
    fn cut(&self, cut: bool);
}

/// The subject of a store that goes by a [`ManualClock`].
pub struct OnClock<S, Size = (), Cut = ()> {
    clock: Arc<ManualClock>,
    store: S,
    size: Size,
    cut: Cut,
}

impl<S: Store> OnClock<S> {
    /// The store that `make` builds on the clock.
    pub fn new(make: impl FnOnce(Arc<ManualClock>) -> S) -> Self {
        let clock = Arc::new(ManualClock::default());
        Self { store: make(Arc::clone(&clock)), clock, size: (), cut: () }
    }
}

impl<S, Size, Cut> OnClock<S, Size, Cut> {
    /// With a way to tell how many entries the store keeps: see [`Measured::kept`].
    pub fn measured<Probe: Fn(&S) -> usize + Sync>(self, size: Probe) -> OnClock<S, Probe, Cut> {
        let Self { clock, store, cut, .. } = self;
        OnClock { clock, store, size, cut }
    }

    /// With a way to cut the store off (`true`) and to mend it (`false`).
    pub fn severable<Switch: Fn(&S, bool) + Sync>(self, cut: Switch) -> OnClock<S, Size, Switch> {
        let Self { clock, store, size, .. } = self;
        OnClock { clock, store, size, cut }
    }
}

impl<S: Store, Size: Sync, Cut: Sync> Subject for OnClock<S, Size, Cut> {
    type Store = S;

    fn store(&self) -> &S {
        &self.store
    }

    fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }
}

impl<S: Store, Size: Fn(&S) -> usize + Sync, Cut: Sync> Measured for OnClock<S, Size, Cut> {
    fn kept(&self) -> usize {
        (self.size)(&self.store)
    }
}

impl<S: Store, Size: Sync, Cut: Fn(&S, bool) + Sync> Severable for OnClock<S, Size, Cut> {
    fn cut(&self, cut: bool) {
        (self.cut)(&self.store, cut);
    }
}

impl<S: fmt::Debug, Size, Cut> fmt::Debug for OnClock<S, Size, Cut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnClock")
            .field("clock", &self.clock)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
