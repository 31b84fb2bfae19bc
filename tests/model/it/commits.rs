//! Nothing that was committed is lost.

use shuttle::future::block_on;
use shuttle::thread;

use session::store::{
    Capabilities, Commit, Condition, Health, Load, Locator, ServerSide, Store, Touch, Touched, Write,
};
use session::{Error, Handle, Sessions};

use super::{Place, Visit, explore, spawn};

/// Requests of their own that all count: how many of them did.
fn count<S: Store<Kind = ServerSide> + Clone>(sessions: &Sessions<Visit, S>, requests: u32) -> u32 {
    let first = sessions.create();
    first.set_theme("dark".to_owned());
    block_on(sessions.save(&first)).expect("there is room");
    let handle = first.id().expect("it is stored");
    let threads: Vec<_> = (0..requests)
        .map(|_| {
            let sessions = sessions.clone();
            thread::spawn(move || {
                let session = block_on(sessions.get(handle)).expect("it is live");
                session.update_views(|views| *views += 1);
                block_on(sessions.save(&session)).expect("there is room");
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("it counts");
    }
    block_on(sessions.get(handle)).expect("it is live").views()
}

#[test]
fn increments_of_several_requests_all_count() {
    explore(|| assert_eq!(count(&Place::new().sessions, 3), 3));
}

#[test]
fn increments_of_several_nodes_all_count() {
    explore(|| {
        let place = Place::new();
        let handle = place.session().id().expect("it is stored");
        let nodes = [(); 2].map(|()| {
            spawn(&place, move |place| {
                // A runtime of its own, and so a line of its own.
                let node = Sessions::<Visit, _>::new(place.store.clone());
                let session = block_on(node.get(handle)).expect("it is live");
                session.update_views(|views| *views += 1);
                block_on(node.save(&session)).expect("there is room");
            })
        });
        for node in nodes {
            node.join().expect("it counts");
        }
        assert_eq!(block_on(place.sessions.get(handle)).expect("it is live").views(), 2);
    });
}

#[test]
fn threads_of_one_request_all_count_whoever_commits() {
    explore(|| {
        let place = Place::new();
        let session = place.session();
        let threads = [(); 3].map(|()| {
            let session = session.clone();
            spawn(&place, move |place| {
                session.update_views(|views| *views += 1);
                block_on(place.sessions.save(&session)).expect("there is room");
            })
        });
        for thread in threads {
            thread.join().expect("it counts");
        }
        assert_eq!(place.again(&session).views(), 3);
    });
}

#[test]
fn changes_of_different_fields_all_survive() {
    explore(|| {
        let place = Place::new();
        let session = place.session();
        let (one, other) = (place.again(&session), place.again(&session));
        let theme = spawn(&place, move |place| {
            one.set_theme("light".to_owned());
            block_on(place.sessions.save(&one)).expect("there is room");
        });
        let name = spawn(&place, move |place| {
            other.set_name("Ada".to_owned());
            block_on(place.sessions.save(&other)).expect("there is room");
        });
        theme.join().expect("it is set");
        name.join().expect("it is set");
        let after = place.again(&session);
        assert_eq!((after.theme().as_str(), after.name().as_str()), ("light", "Ada"));
    });
}

/// Writes whatever stands there: it looks first and believes what it saw.
#[derive(Debug, Clone)]
struct LooksAndWrites(session_stores::MemoryStore);

impl Store for LooksAndWrites {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.0.load(at).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let mut write = write.clone();
        if let Condition::Matches { stamp, .. } = &mut write.condition
            && let Load::Found(record) = self.0.load(&Locator::Handle(write.handle)).await?
        {
            *stamp = record.header.stamp();
        }
        self.0.commit(&write).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.0.touch(touch).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.0.delete(handle).await
    }

    async fn health(&self) -> Result<Health, Error> {
        self.0.health().await
    }

    fn now(&self) -> session::clock::Timestamp {
        self.0.now()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
}

#[derive(session::SessionData, Clone)]
struct Counter {
    #[session(merge = add)]
    views: u32,
}

/// These tests are not blind.
#[test]
#[should_panic(expected = "an increment is lost")]
fn a_store_that_looks_and_then_writes_is_found_out() {
    explore(|| {
        let store = LooksAndWrites(Place::new().store);
        let nodes = [(); 2].map(|()| Sessions::<Counter, _>::new(store.clone()));
        let first = nodes[0].create();
        first.update_views(|views| *views += 1);
        block_on(nodes[0].save(&first)).expect("there is room");
        let handle = first.id().expect("it is stored");
        let [one, other] = nodes.clone().map(|node| {
            thread::spawn(move || {
                let session = block_on(node.get(handle)).expect("it is live");
                session.update_views(|views| *views += 1);
                block_on(node.save(&session)).expect("there is room");
            })
        });
        one.join().expect("it counts");
        other.join().expect("it counts");
        let views = block_on(nodes[0].get(handle)).expect("it is live").views();
        assert_eq!(views, 3, "an increment is lost");
    });
}
