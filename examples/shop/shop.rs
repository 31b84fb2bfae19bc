//! What all pages share, and how sessions are set up.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use session::admin::LiveCounters;
use session::config::SessionSettings;
use session::crypto::{Key, KeyRing};
use session::store::DynStore;
use session::{Runtime, SessionConfig, SessionLayer, Sessions};
use session_stores::cookie::CookieStoreBuilder;
use session_stores::{CookieStore, MemoryStore, RedisStore};

use crate::orders::Orders;
use crate::people::People;
use crate::visit::Visit;

/// The shop's own state. Nothing in it belongs to one visitor: that is in the session.
#[derive(Clone)]
pub(crate) struct Shop(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) people: People,
    pub(crate) orders: Orders,
    /// All sessions, for the pages that look at more than one.
    pub(crate) sessions: Sessions<Visit>,
    /// The store, if clients keep the sessions and it marks on the server whose are not taken any more.
    pub(crate) marked: Option<CookieStore>,
    /// What has happened to sessions since the start.
    pub(crate) counters: LiveCounters,
    /// How long a password that was typed again counts.
    pub(crate) confirmed_for: Duration,
}

/// The shop and its sessions, as the environment says.
pub(crate) fn open() -> Result<(Shop, SessionLayer<Visit>), Box<dyn Error>> {
    let address = std::env::var("STORE").unwrap_or_else(|_| "memory".to_owned());
    let with_marks = |builder: CookieStoreBuilder| {
        let store = builder.build();
        (DynStore::new(store.clone()), Some(store))
    };
    let (store, marked) = match (address.strip_prefix("cookie+"), address.as_str()) {
        // Marks in memory hold until the program ends: cookies that were signed out work again after that.
        (Some("marks"), _) => with_marks(CookieStore::builder().revocation(MemoryStore::new())),
        (Some(marks), _) => with_marks(CookieStore::builder().revocation(RedisStore::new(marks)?)),
        (None, address) if address.contains(':') => (session_stores::connect(address)?, None),
        (None, kind) => (session_stores::connect(&format!("{kind}:"))?, None),
    };

    let settings = SessionSettings::from_env("SESSION_", std::env::vars_os());
    let counters = LiveCounters::default();
    // For `http://localhost`. Behind TLS, `SESSION_PRESET=production`. The key is as good as another until the program
    // ends; with `SESSION_KEY` forms and sealed cookies outlive it.
    let config = SessionConfig::builder()
        .development()
        .keys(KeyRing::new(&Key::generate()?))
        .events(counters.clone())
        .settings(&settings)
        .build()?;

    // The layer and the pages that list sessions share one runtime: one store, one configuration.
    let runtime = Runtime::build(store, config)?;
    let confirmed_for = std::env::var("SHOP_CONFIRMED").map_or(Ok(300), |seconds| seconds.parse())?;
    let shop = Shop(Arc::new(Inner {
        people: People::default(),
        orders: Orders::default(),
        sessions: Sessions::of(Arc::clone(&runtime)),
        marked,
        counters,
        confirmed_for: Duration::from_secs(confirmed_for),
    }));
    Ok((shop, SessionLayer::try_from_runtime(runtime)?))
}

impl std::ops::Deref for Shop {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
