//! Threads that meet in the commit core and in the stores, run in many orders: at every lock and atomic another thread may
//! go on. What must hold in each of them is asserted.
//!
//! The orders are random, and then random with few changes of mind, which find what only a rare order shows (Burckhardt et
//! al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). A failure prints the order;
//! `shuttle::replay` runs it again. `MODEL_SCHEDULES` says how many there are of either kind.
#![cfg(shuttle)]

mod commits;
mod cookies;
mod endings;
mod room;

use std::sync::Arc;
use std::time::Duration;

use session::config::{SessionConfig, SessionConfigBuilder};
use session::testing::ManualClock;
use session::{Handle, Session, SessionData, Sessions};
use session_stores::MemoryStore;
use shuttle::future::block_on;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::thread::{self, JoinHandle};
use shuttle::{Config, Runner};

/// Changes of mind in an order of the second kind.
const DEPTH: usize = 3;

/// What a thread has for its stack, in bytes: what a small thread has elsewhere.
const STACK: usize = 1 << 20;

#[derive(SessionData, Clone)]
struct Visit {
    #[session(identity, index)]
    user_id: Option<i64>,
    #[session(merge = add)]
    views: u32,
    theme: String,
    name: String,
}

/// Runs `threads` in many orders.
fn explore(threads: impl Fn() + Clone + Send + Sync + 'static) {
    let schedules = std::env::var("MODEL_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    let mut config = Config::new();
    config.stack_size = STACK;
    Runner::new(RandomScheduler::new(schedules), config.clone()).run(threads.clone());
    Runner::new(PctScheduler::new(DEPTH, schedules), config).run(threads);
}

/// Sessions in memory. Time stands still until it is told otherwise.
#[derive(Clone)]
struct Place {
    clock: Arc<ManualClock>,
    store: MemoryStore,
    sessions: Sessions<Visit, MemoryStore>,
}

impl Place {
    fn new() -> Self {
        Self::with(|config| config)
    }

    fn with(configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder) -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.advance(Duration::from_secs(1000));
        let store = MemoryStore::builder().clock(Arc::clone(&clock)).build();
        let config = configure(SessionConfig::builder().clock(Arc::clone(&clock)));
        let sessions = Sessions::with_config(store.clone(), config.build().expect("a valid configuration"));
        Self { clock, store, sessions }
    }

    /// A stored session.
    fn session(&self) -> Session<Visit> {
        let session = self.sessions.create();
        session.set_theme("dark".to_owned());
        block_on(self.sessions.save(&session)).expect("there is room");
        session
    }

    /// The same session in another request.
    fn again(&self, session: &Session<Visit>) -> Session<Visit> {
        let token = self.sessions.token(session).expect("it is stored");
        block_on(self.sessions.open(&token)).expect("memory answers").expect("it is live")
    }

    fn is_live(&self, handle: Handle) -> bool {
        block_on(self.sessions.load(handle)).expect("memory answers").is_some()
    }
}

/// A thread that has these as its own.
fn spawn<R: Send + 'static>(place: &Place, work: impl FnOnce(&Place) -> R + Send + 'static) -> JoinHandle<R> {
    let place = place.clone();
    thread::spawn(move || work(&place))
}
