//! A store in memory keeps to its bounds, and its accounts are right.

use shuttle::future::block_on;

use super::{Place, Visit, explore, spawn};
use session::Sessions;
use session_stores::MemoryStore;
use session_stores::memory::Full;

#[test]
fn a_full_store_never_holds_more_than_it_may_and_knows_what_it_holds() {
    explore(|| {
        let store = MemoryStore::builder().max_entries(2).when_full(Full::EvictIdle).build();
        let place = Place { sessions: Sessions::<Visit, _>::new(store.clone()), store, ..Place::new() };
        let threads = [(); 3].map(|()| spawn(&place, |place| place.session().id().expect("it is stored")));
        let handles = threads.map(|thread| thread.join().expect("there is room"));
        let live = handles.iter().filter(|handle| place.is_live(**handle)).count();
        assert!(live <= 2);
        assert_eq!(place.store.stats().total, live);
        block_on(place.sessions.clear()).expect("memory answers");
        assert_eq!(place.store.stats().total, 0);
    });
}
