//! Fixtures that the integration tests share: an app's session struct, a store on a clock that stands still, and a
//! browser that speaks to the framework-free engine.

#![expect(clippy::missing_panics_doc, reason = "fixtures panic where a test fails")]

pub mod clustered;
pub mod redis_subject;
pub mod servers;

use std::marker::PhantomData;
use std::sync::Arc;

use proptest::test_runner::Config as ProptestConfig;
use session::config::{SessionConfig, SessionConfigBuilder};
use session::http::{Caching, Exchange, RequestFacts};
use session::testing::{Calls, Counting, Faulty, ManualClock};
use session::{Error, FlashBag, Runtime, Session, SessionData, SessionValue, Sessions};
use session_stores::MemoryStore;

/// So many cases of a property, whose cases take longer than others', unless `PROPTEST_CASES` asks for another number.
#[must_use]
pub fn cases(usual: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    let is_asked_for = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig { cases: if is_asked_for { config.cases } else { usual }, ..config }
}

/// In an `impl Store`: the methods that the store in that field answers, `pass_on!(store: load touch delete);`.
#[macro_export]
macro_rules! pass_on {
    ($field:tt: $($method:ident)*) => {
        $($crate::pass_on!(@$method $field);)*
    };
    (@load $field:tt) => {
        async fn load(&self, at: &session::store::Locator) -> Result<session::store::Load, session::Error> {
            session::store::Store::load(&self.$field, at).await
        }
    };
    (@commit $field:tt) => {
        async fn commit(&self, write: &session::store::Write) -> Result<session::store::Commit, session::Error> {
            session::store::Store::commit(&self.$field, write).await
        }
    };
    (@touch $field:tt) => {
        async fn touch(&self, touch: &session::store::Touch) -> Result<session::store::Touched, session::Error> {
            session::store::Store::touch(&self.$field, touch).await
        }
    };
    (@delete $field:tt) => {
        async fn delete(&self, handle: &session::Handle) -> Result<bool, session::Error> {
            session::store::Store::delete(&self.$field, handle).await
        }
    };
    (@now $field:tt) => {
        fn now(&self) -> session::clock::Timestamp {
            session::store::Store::now(&self.$field)
        }
    };
    (@health $field:tt) => {
        async fn health(&self) -> Result<session::store::Health, session::Error> {
            session::store::Store::health(&self.$field).await
        }
    };
    (@capabilities $field:tt) => {
        fn capabilities(&self) -> session::store::Capabilities {
            session::store::Store::capabilities(&self.$field)
        }
    };
}

/// Something in a cart.
#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Which article.
    pub sku: String,
    /// How many.
    pub quantity: u32,
}

impl Item {
    /// One of them.
    pub fn one(sku: &str) -> Self {
        Self { sku: sku.to_owned(), quantity: 1 }
    }
}

/// The session of a small shop.
#[derive(SessionData, Clone, Debug)]
#[session(version = 1)]
pub struct Shop {
    /// The customer.
    #[session(identity)]
    pub user_id: Option<i64>,
    /// What the customer may do.
    #[session(privilege)]
    pub role: String,
    /// How to greet.
    pub name: Option<String>,
    /// Pages seen.
    #[session(merge = add)]
    pub views: u32,
    /// What is to be bought.
    pub cart: Vec<Item>,
    /// Survives signing out.
    #[session(keep)]
    pub theme: String,
    /// Shown once.
    #[session(flash)]
    pub notice: Option<String>,
    /// Several messages, shown once.
    #[session(flash)]
    pub messages: Option<FlashBag>,
}

/// A store, a clock, and what runs on them.
#[derive(Debug, Clone)]
pub struct World {
    /// The clock of store and configuration.
    pub clock: Arc<ManualClock>,
    /// The store, whose calls are counted.
    pub store: Counting<Faulty<MemoryStore>>,
    /// What can go wrong with it.
    pub faults: Faulty<MemoryStore>,
    /// What the layers share.
    pub runtime: Arc<Runtime>,
}

impl World {
    /// A memory store on a manual clock, with the default configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`new`](Self::new), with another configuration.
    pub fn with(configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder) -> Self {
        let clock = Arc::new(ManualClock::default());
        let faults = Faulty::new(MemoryStore::builder().clock(Arc::clone(&clock)).build());
        let store = Counting::new(faults.clone());
        let config = configure(SessionConfig::builder().clock(Arc::clone(&clock))).build();
        let runtime = Runtime::new(store.clone(), config.expect("a valid configuration"));
        Self { clock, store, faults, runtime }
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        self.browser_of()
    }

    /// A browser without cookies, for an app with other session data than the shop's.
    pub fn browser_of<T: SessionData>(&self) -> Browser<T> {
        Browser { world: self.clone(), cookie: None, data: PhantomData }
    }

    /// Sessions outside HTTP.
    pub fn sessions(&self) -> Sessions<Shop> {
        self.sessions_of()
    }

    /// Sessions outside HTTP, of other session data than the shop's.
    pub fn sessions_of<T: SessionData>(&self) -> Sessions<T> {
        Sessions::of(Arc::clone(&self.runtime))
    }

    /// The store calls since the last time.
    pub fn calls(&self) -> Calls {
        self.store.take()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::with(|config| config)
    }
}

/// A client with a cookie jar for one cookie. Clones are copies of the jar, not the same browser.
#[derive(Debug, Clone)]
pub struct Browser<T = Shop> {
    world: World,
    /// The session cookie's value.
    pub cookie: Option<String>,
    data: PhantomData<fn() -> T>,
}

/// What a response said.
#[derive(Debug)]
pub struct Answer {
    /// The `Set-Cookie` header.
    pub set_cookie: Option<String>,
    /// Whether the response may be cached; `None` if the session was never opened.
    pub caching: Option<Caching>,
    /// Why the response was replaced.
    pub failure: Option<Error>,
}

/// A method and a status.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What the engine is told of the request.
    pub facts: RequestFacts,
    /// The handler's status.
    pub status: u16,
}

/// `GET`, 200.
pub const GET: Page = page(true, 200);
/// `POST`, 303.
pub const POST: Page = page(false, 303);

/// A page of that method and status.
pub const fn page(safe: bool, status: u16) -> Page {
    Page { facts: RequestFacts { safe, head: false, prefetch: false }, status }
}

impl<T: SessionData> Browser<T> {
    /// A request that opens the session, and its response; the jar follows the response.
    pub async fn visit(&mut self, page: Page, handler: impl AsyncFnOnce(&Session<T>)) -> Answer {
        let pending = self.begin().await.expect("the session loads");
        handler(&pending.session).await;
        let answer = pending.end(page).await;
        self.receive(&answer);
        answer
    }

    /// A request whose response has not left yet, to be overtaken by others.
    ///
    /// # Errors
    /// The session does not load.
    pub async fn begin(&self) -> Result<Pending<T>, Error> {
        let exchange = Exchange::new(Arc::clone(&self.world.runtime));
        let header = self.cookie.as_ref().map(|value| format!("{}={value}", exchange.cookie_name()));
        let session = exchange.open(header.iter().map(String::as_bytes)).await?;
        Ok(Pending { exchange, session })
    }

    /// Does to the jar what a response says.
    pub fn receive(&mut self, answer: &Answer) {
        let Some(header) = &answer.set_cookie else { return };
        let value = header.split(';').next().and_then(|pair| pair.split_once('=')).map(|(_, value)| value);
        self.cookie = value.filter(|_| !header.contains("Max-Age=0")).map(str::to_owned);
    }
}

/// A request between its first look at the session and its response.
#[derive(Debug)]
pub struct Pending<T: SessionData = Shop> {
    exchange: Exchange<T>,
    /// The session.
    pub session: Session<T>,
}

impl<T: SessionData> Pending<T> {
    /// The response leaves.
    pub async fn end(self, page: Page) -> Answer {
        let finish = self.exchange.finish(page.facts, page.status).await;
        let (set_cookie, caching, failure) = match finish {
            Some(finish) => (finish.set_cookie, Some(finish.caching), finish.failure),
            None => (None, None, None),
        };
        Answer { set_cookie, caching, failure }
    }
}
