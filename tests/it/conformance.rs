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
    also = [scan, index, outage];
}

session::conformance! {
    mod reference_alone;
    subject = OnClock::new(ReferenceStore::new).measured(ReferenceStore::kept);
    also = [memory, clean_up];
}

session::conformance! {
    mod memory_store;
    subject = OnClock::new(memory).measured(|store| {
        let stats = store.stats();
        stats.total + stats.tombstones + stats.listed
    });
    also = [scan, index, memory, clean_up];
}

session::conformance! {
    mod memory_store_through_a_network;
    subject = OnClock::new(|clock| Faulty::new(memory(clock))).severable(Faulty::cut);
    also = [scan, index, outage];
}

session::conformance! {
    mod counted;
    subject = OnClock::new(|clock| Counting::new(memory(clock)));
    also = [scan, index];
}

session::conformance! {
    mod erased;
    subject = OnClock::new(|clock| DynStore::able(memory(clock)));
    also = [scan, index];
}
