use std::sync::Arc;
use std::time::Duration;

use session::clock::{Clock, SystemClock};
use session::config::SessionConfig;
use session::cookie::capacity;
use session::crypto::SharedKeyRing;
use session::store::{DynRevoke, Revoke};
use session::{Error, ErrorKind};

use super::revocation::Revocation;
use super::seal::{LEAST, Terms};
use super::{CookieStore, SetUp};

/// Sets up a [`CookieStore`].
#[derive(Debug, Clone)]
#[must_use = "a builder builds nothing until `build()`"]
pub struct CookieStoreBuilder {
    clock: Arc<dyn Clock>,
    keys: Option<SharedKeyRing>,
    limit: usize,
    compress_from: Option<usize>,
    marks: Option<DynRevoke>,
    lag: Duration,
    remembered: usize,
}

impl Default for CookieStoreBuilder {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            keys: None,
            limit: usize::MAX,
            compress_from: None,
            marks: None,
            lag: Duration::from_secs(5),
            remembered: 100_000,
        }
    }
}

impl CookieStoreBuilder {
    /// The keys. Without them those of the layer's configuration are used, and a layer without keys is refused.
    pub fn keys(mut self, keys: impl Into<SharedKeyRing>) -> Self {
        self.keys = Some(keys.into());
        self
    }

    /// Whose time counts; the system's by default. Every node's clock decides about the cookies that it reads.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The most characters of a cookie's value, of all its parts together; by default what browsers take. For servers and
    /// proxies that take less.
    pub const fn limit(mut self, characters: usize) -> Self {
        self.limit = characters;
        self
    }

    /// Compresses fields that have so many bytes or more, where that makes them shorter; off by default. Read the
    /// [module](super#compression) first: it lets the length tell something of the content. What was compressed is read
    /// whatever is said here.
    pub const fn compress_from(mut self, bytes: usize) -> Self {
        self.compress_from = Some(bytes);
        self
    }

    /// Where marks are kept on sessions that were ended: see [`Revoke`]. They must be kept for as long as the longest
    /// lifetime of a session in which somebody is signed in; a layer is refused otherwise. None by default.
    pub fn revocation(mut self, marks: impl Revoke) -> Self {
        self.marks = Some(DynRevoke::new(marks));
        self
    }

    /// How old an answer of the marks may be: so long after a logout may another node accept a copy of the cookie. 5 s by
    /// default; zero asks at every request of somebody who is signed in.
    pub const fn revocation_lag(mut self, lag: Duration) -> Self {
        self.lag = lag;
        self
    }

    /// Of how many sessions the answers of the marks are remembered for that long; 100,000 by default, of about 150 bytes
    /// each.
    pub const fn remembered_marks(mut self, sessions: usize) -> Self {
        self.remembered = sessions;
        self
    }

    /// The store. What does not fit the layer's configuration is said where it is given to one.
    pub fn build(self) -> CookieStore {
        let Self { clock, keys, limit, compress_from, marks, lag, remembered } = self;
        let revocation = marks.map(|marks| Revocation::new(marks, lag, remembered));
        CookieStore { set_up: Arc::new(SetUp { clock, keys, limit, compress_from, revocation }), terms: None }
    }
}

/// Which cookie a store is for, if it can be.
pub(super) fn terms(set_up: &SetUp, config: &SessionConfig) -> Result<Terms, Error> {
    let mut problems = Vec::new();
    let room = capacity(config.cookie()).min(set_up.limit);
    if room < LEAST {
        problems.push(format!(
            "a cookie store has room for {room} characters, and an empty session takes {LEAST}: raise `.limit(…)` or \
             shorten the cookie's name"
        ));
    }
    if let Some(revocation) = &set_up.revocation {
        let (covers, lifetimes) = (revocation.covers(), config.lifetimes());
        let longest = lifetimes.authenticated.absolute.max(lifetimes.remembered.absolute);
        if longest > covers {
            problems.push(format!(
                "somebody may be signed in for {longest:?}, but marks on sessions that were ended are kept for {covers:?} \
                 only, and copies of their cookies would work again after that: keep marks for longer \
                 (`marks_for` of the store that has them) or shorten the lifetimes"
            ));
        }
    }
    match set_up.keys.as_ref().or(config.keys()) {
        Some(keys) if problems.is_empty() => {
            let (application, cookie) = (config.application().to_owned(), config.cookie().name().to_owned());
            let (keys, events) = (keys.clone(), config.events().clone());
            return Ok(Terms { application, cookie, keys, events, room });
        }
        Some(_) => {}
        None => problems.push(
            "a cookie store needs keys: `CookieStore::new(keys)`, or `.keys(…)` in the configuration of the layer; \
             `cargo run --example keygen` makes one"
                .to_owned(),
        ),
    }
    Err(Error::new(ErrorKind::Config(problems)))
}
