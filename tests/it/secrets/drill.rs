//! Changing keys under load: three nodes, each with its own ring and its own moment to reload it, on one store.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use session::crypto::{KeyRing, SharedKeyRing};
use session::testing::{ManualClock, block_on};
use session::{Handle, Runtime, SessionConfig, Sessions};
use session_stores::{Encrypted, MemoryStore};

use super::{KEYS, Vault, secret};

const NODES: usize = 3;
const SESSIONS: usize = 12;
/// Visits that every step sees on every node before the next one begins.
const VISITS: u32 = 40;

struct Node {
    keys: SharedKeyRing,
    sessions: Sessions<Vault>,
    visits: AtomicU32,
}

impl Node {
    fn new(inner: &MemoryStore, ring: KeyRing) -> Self {
        let keys = SharedKeyRing::new(ring);
        let store = Encrypted::new(inner.clone(), keys.clone()).strict();
        // However busy the machine is, no commit gives up on the others: this clock stands still.
        let config = SessionConfig::builder().keys(keys.clone()).clock(ManualClock::default());
        let config = config.build().expect("a valid configuration");
        Self { keys, sessions: Sessions::of(Runtime::new(store, config)), visits: AtomicU32::new(0) }
    }

    /// Reads a session that some node wrote, and writes it.
    fn visit(&self, handle: Handle) -> Result<(), session::Error> {
        let session = block_on(self.sessions.get(handle))?;
        assert!(session.token().expose().starts_with("token of "));
        assert_eq!(session.device().expose(), "never changed");
        session.update_views(|views| *views += 1);
        if session.views().is_multiple_of(3) {
            session.set_token(secret(&format!("token of {}", session.views())));
        }
        block_on(self.sessions.save(&session))?;
        self.visits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn keys_are_changed_under_load_and_nothing_fails_to_open() {
    let [old, new] = &*KEYS;
    let inner = MemoryStore::builder().clock(Arc::new(ManualClock::default())).build();
    let nodes: Vec<_> = (0..NODES).map(|_| Node::new(&inner, KeyRing::new(old))).collect();
    let handles: Vec<_> = (0..SESSIONS)
        .map(|number| {
            let sessions = &nodes[number % NODES].sessions;
            let session = sessions.create();
            session.set_token(secret("token of 0"));
            session.set_device(secret("never changed"));
            block_on(sessions.save(&session)).expect("a new session");
            session.id().expect("it is stored")
        })
        .collect();
    let (over, failures) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for node in &nodes {
            scope.spawn(|| {
                for handle in handles.iter().cycle() {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    if let Err(error) = node.visit(*handle) {
                        failures.lock().unwrap().push(error);
                        break;
                    }
                }
            });
        }
        let busy = |by: u32| {
            let until: Vec<_> = nodes.iter().map(|node| node.visits.load(Ordering::Relaxed) + by).collect();
            while failures.lock().unwrap().is_empty()
                && nodes.iter().zip(&until).any(|(node, until)| node.visits.load(Ordering::Relaxed) < *until)
            {
                thread::yield_now();
            }
        };
        let both = |primary, other| KeyRing::new(primary).and_opens(other).expect("two keys");
        for ring in [both(old, new), both(new, old), KeyRing::new(new)] {
            // One node after the other, and each works with the others as they are for a while.
            for node in &nodes {
                busy(VISITS);
                node.keys.replace(ring.clone());
            }
            busy(VISITS);
        }
        over.store(true, Ordering::Relaxed);
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{failures:?}");
    // With the old key gone everything opens, also what nobody has changed since it was sealed with that.
    for handle in handles {
        nodes[0].visit(handle).expect("the old key is not needed");
    }
}
