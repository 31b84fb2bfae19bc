//! A `RedisStore` that is put to the laws.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use redis::Connection;
use session::Handle;
use session::testing::ManualClock;
use session::testing::conformance::{Measured, Severable, Subject};
use session_stores::RedisStore;
use session_stores::redis::RedisStoreBuilder;
use tokio::runtime::Runtime;

use crate::servers::{self, Cable, Fault, Server};

/// A store on a real server, with keys of its own, whose time stands still until it is told to go on. The keys are gone
/// when it is dropped.
pub struct RedisSubject<S = RedisStore> {
    store: S,
    clock: Arc<ManualClock>,
    application: String,
    masters: Mutex<Vec<Connection>>,
    cable: Option<Cable>,
}

impl RedisSubject {
    /// On one server.
    pub fn single() -> Self {
        let server = servers::single();
        Self::of(RedisStore::builder(&server.address()), [server])
    }

    /// On a server with TLS and users.
    pub fn secured() -> Self {
        let secured = servers::secured();
        let certificates = secured.certificates();
        let builder = RedisStore::builder(&secured.address())
            .root_certificate(certificates.root.as_str())
            .client_certificate(certificates.client.as_str(), certificates.client_key.as_str());
        Self::of(builder, [secured.server()])
    }

    /// On a cluster.
    pub fn cluster() -> Self {
        let cluster = servers::cluster();
        Self::of(RedisStore::builder(&cluster.address()), cluster.masters())
    }

    /// On the master that Sentinel names.
    pub fn watched() -> Self {
        let watched = servers::watched();
        Self::of(RedisStore::builder(&watched.address()), [watched.master()])
    }

    /// On one server, behind a cable that can be cut.
    pub fn behind_a_cable() -> Self {
        let server = servers::single();
        let cable = Cable::to(server.port());
        let builder = RedisStore::builder(&cable.address());
        let mut subject = Self::of(builder, [server]);
        subject.cable = Some(cable);
        subject
    }

    /// On one server, over a connection of the test's own.
    pub fn over_a_connection() -> Self {
        let server = servers::single();
        let client = redis::Client::open(server.address()).expect("an address");
        let shared = runtime().block_on(client.get_multiplexed_async_connection()).expect("the server is up");
        let take = move || std::future::ready(Ok::<_, redis::RedisError>(shared.clone()));
        Self::of(RedisStore::builder_over(take), [server])
    }

    /// The store that `builder` sets up, whose masters are these.
    pub fn of<'s>(builder: RedisStoreBuilder, masters: impl IntoIterator<Item = &'s Server>) -> Self {
        let clock = Arc::new(ManualClock::default());
        let application = application();
        // Long enough for a machine that has other things to do: it is not the time that is tested here.
        let patience = Duration::from_secs(20);
        let store = builder
            .application(&application)
            .connect_timeout(patience)
            .response_timeout(patience)
            .operation_timeout(2 * patience)
            .server_clock(Arc::clone(&clock))
            .build()
            .expect("a valid store");
        let masters = masters.into_iter().map(Server::connect).collect();
        Self { store, clock, application, masters: Mutex::new(masters), cable: None }
    }
}

impl<S> RedisSubject<S> {
    /// The same with the store in a wrapper.
    pub fn wrapped<W>(mut self, wrap: impl FnOnce(&S) -> W) -> RedisSubject<W> {
        let masters = Mutex::new(std::mem::take(&mut *self.masters()));
        let (clock, application) = (Arc::clone(&self.clock), self.application.clone());
        RedisSubject { store: wrap(&self.store), clock, application, masters, cable: self.cable.take() }
    }

    /// What stands under a session's key, on the first master.
    pub fn value(&self, handle: &Handle) -> Option<Vec<u8>> {
        let mut masters = self.masters();
        let key = format!("session:{}:{{{}}}", self.application, handle.encode());
        redis::cmd("GET").arg(key).query(&mut masters[0]).expect("the server is up")
    }

    /// Every key of this store on all masters, by what its name has after the application's: how many members, fields or
    /// bytes it has, and how many milliseconds are left to it.
    pub fn sizes(&self) -> BTreeMap<String, (u64, u64)> {
        let pattern = self.pattern();
        let sizes = |master: &mut Connection| {
            let mut command = redis::cmd("EVAL");
            command.arg(SIZES).arg(0).arg(&pattern);
            command.query::<BTreeMap<String, (u64, u64)>>(master).expect("keys, none of which stays for ever")
        };
        let found = self.masters().iter_mut().map(sizes).collect::<Vec<_>>();
        found.into_iter().flatten().map(|(name, size)| (name[pattern.len() - 1..].to_owned(), size)).collect()
    }

    /// The keys of this store's sessions and tombstones, as `SCAN` and `KEYS` take it.
    fn pattern(&self) -> String {
        format!("session:{}:*", self.application)
    }

    fn masters(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.masters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn on_masters(&self, script: &str, argument: u128) -> usize {
        let pattern = self.pattern();
        let run = |master: &mut Connection| {
            let mut command = redis::cmd("EVAL");
            command.arg(script).arg(0).arg(&pattern).arg(argument.to_string());
            command.query::<usize>(master).expect("the test's own script")
        };
        self.masters().iter_mut().map(run).sum()
    }
}

/// See [`RedisSubject::sizes`].
const SIZES: &str = "
local size = { zset = 'ZCARD', hash = 'HLEN', string = 'STRLEN' }
local sizes = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  sizes[#sizes + 1] = key
  sizes[#sizes + 1] = { redis.call(size[redis.call('TYPE', key).ok], key), redis.call('PTTL', key) }
end
return sizes";

/// Takes time from what is left to every key, as the server's clock would if it went on with the test's.
const AGE: &str = "
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  local left = redis.call('PTTL', key)
  if left < 0 then
    return redis.error_reply('a key that stays for ever: ' .. key)
  end
  if left <= tonumber(ARGV[2]) then
    redis.call('DEL', key)
  else
    redis.call('PEXPIRE', key, left - ARGV[2])
  end
end
return 0";

impl<S: session::store::Store> Subject for RedisSubject<S> {
    type Store = S;

    fn store(&self) -> &S {
        &self.store
    }

    fn advance(&self, span: Duration) {
        self.clock.advance(span);
        self.on_masters(AGE, span.as_millis());
    }

    fn run<F: Future>(&self, future: F) -> F::Output {
        runtime().block_on(future)
    }
}

impl<S: session::store::Store> Measured for RedisSubject<S> {
    fn kept(&self) -> usize {
        self.on_masters("return #redis.call('KEYS', ARGV[1])", 0)
    }
}

impl<S: session::store::Store> Severable for RedisSubject<S> {
    fn cut(&self, cut: bool) {
        let fault = if cut { Fault::Cut } else { Fault::None };
        self.cable.as_ref().expect("a subject behind a cable").suffers(fault);
        if !cut {
            // A store that failed to connect a moment ago leaves the server alone for another moment.
            servers::wait_until("the store is connected again", || self.run(self.store.health()).is_ok());
        }
    }
}

impl<S> Drop for RedisSubject<S> {
    fn drop(&mut self) {
        if !self.masters().is_empty() {
            let remove =
                "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end return 0";
            self.on_masters(remove, 0);
        }
    }
}

impl<S> std::fmt::Debug for RedisSubject<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisSubject").field("application", &self.application).finish_non_exhaustive()
    }
}

/// A name for the keys of one test.
pub fn application() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The runtime of everything that talks to a server and is not in a test with a runtime of its own.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}
