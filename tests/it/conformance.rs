//! The public suite, on every store of the workspace and every wrapper of the kit.

use session::store::DynStore;
use session::testing::{Counting, Faulty, ReferenceStore};
use session_stores::MemoryStore;

fn memory(clock: std::sync::Arc<session::testing::ManualClock>) -> MemoryStore {
    MemoryStore::builder().clock(clock).build()
}

session::conformance! {
    mod reference;
    subject = OnClock::new(|clock| Faulty::new(ReferenceStore::new(clock))).severable(Faulty::cut);
    also = [scan, outage];
}

session::conformance! {
    mod reference_alone;
    subject = OnClock::new(ReferenceStore::new).measured(ReferenceStore::kept);
    also = [memory];
}

session::conformance! {
    mod memory_store;
    subject = OnClock::new(memory).measured(|store| store.stats().total + store.stats().tombstones);
    also = [scan, memory];
}

session::conformance! {
    mod memory_store_through_a_network;
    subject = OnClock::new(|clock| Faulty::new(memory(clock))).severable(Faulty::cut);
    also = [scan, outage];
}

session::conformance! {
    mod counted;
    subject = OnClock::new(|clock| Counting::new(memory(clock)));
    also = [scan];
}

session::conformance! {
    mod erased;
    subject = OnClock::new(|clock| DynStore::scanning(memory(clock)));
    also = [scan];
}
