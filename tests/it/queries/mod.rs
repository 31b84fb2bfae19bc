//! Searching all sessions: what a query sees, what it costs, and what it does when something is in its way.

mod bulk;
mod claims;
mod streams;

use std::collections::BTreeSet;
use std::sync::Arc;

use session::crypto::{Key, KeyRing};
use session::event::{Events, SessionEvent, from_fn};
use session::store::{Cursor, Page, Scan, ServerSide, Store};
use session::testing::{Counting, Faulty, ManualClock};
use session::{Error, Handle, SessionConfig, Sessions, Token};
use session_stores::{Encrypted, MemoryStore};
use session_tests::{Shop, pass_on};
use std::sync::Mutex;

/// A store that can fail and counts its calls, and its sessions.
struct Ground {
    store: Counting<Faulty<MemoryStore>>,
    faults: Faulty<MemoryStore>,
    sessions: Sessions<Shop, Counting<Faulty<MemoryStore>>>,
    seen: Arc<Mutex<Vec<SessionEvent>>>,
}

impl Ground {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let faults = Faulty::new(MemoryStore::builder().clock(Arc::clone(&clock)).build());
        let store = Counting::new(faults.clone());
        let seen = Arc::<Mutex<Vec<SessionEvent>>>::default();
        let log = Arc::clone(&seen);
        let events = Events::none().with(from_fn(move |event| log.lock().unwrap().push(event.clone())));
        let config = SessionConfig::builder().clock(clock).events(events).build().unwrap();
        let sessions = Sessions::with_config(store.clone(), config);
        Self { store, faults, sessions, seen }
    }

    /// With so many sessions, of the users 0 to that.
    async fn with(users: i64) -> Self {
        let ground = Self::new();
        for user in 0..users {
            sign_in(&ground.sessions, user).await;
        }
        ground.store.take();
        ground.seen.lock().unwrap().clear();
        ground
    }

    /// The users whose sessions live, by what a load finds.
    async fn users(&self) -> BTreeSet<i64> {
        let mut users = BTreeSet::new();
        let mut each = self.sessions.each();
        while let Some(session) = each.next().await {
            users.insert(session.unwrap().user_id().unwrap());
        }
        users
    }

    fn events(&self) -> Vec<SessionEvent> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

/// A stored session of that user.
async fn sign_in<S: Store + Clone>(sessions: &Sessions<Shop, S>, user: i64) -> Token {
    let session = sessions.create();
    session.set_user_id(Some(user));
    sessions.save(&session).await.unwrap();
    sessions.token(&session).unwrap()
}

/// A store of five sessions that can be read, and of three that were sealed with a key that is gone: their handles.
async fn damaged() -> (Sessions<Shop, Encrypted<MemoryStore>>, BTreeSet<Handle>) {
    let memory = MemoryStore::new();
    let ring = || KeyRing::new(&Key::generate().unwrap());
    let sessions = |keys| {
        let store = Encrypted::new(memory.clone(), keys).events(Events::none());
        Sessions::with_config(store, SessionConfig::default())
    };
    let (present, past) = (sessions(ring()), sessions(ring()));
    for user in 0..5 {
        sign_in(&present, user).await;
    }
    let mut lost = BTreeSet::new();
    for user in 5..8 {
        lost.insert(sign_in(&past, user).await.handle());
    }
    (present, lost)
}

/// A store that shows every session twice in a scan, as Redis may.
#[derive(Debug, Clone)]
struct Twice(MemoryStore);

impl Store for Twice {
    type Kind = ServerSide;

    pass_on!(0: load commit touch delete now health capabilities);
}

impl Scan for Twice {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let Page { handles, next } = self.0.scan(cursor, limit).await?;
        Ok(Page { handles: [handles.clone(), handles].concat(), next })
    }

    async fn count(&self) -> Result<u64, Error> {
        self.0.count().await
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.0.clear().await
    }
}
