//! Pages for operators: how the store is, what happens, whose sessions there are, what is in them, and a button that ends
//! them. Plain HTML that works without JavaScript and has none.
//!
//! ```
//! use axum::Router;
//! use axum::extract::FromRequestParts;
//! use axum::http::{StatusCode, request::Parts};
//! use session::admin::{Admin, LiveCounters};
//! use session::{SessionConfig, SessionData, Sessions};
//! # use session::clock::SystemClock;
//! # use session::testing::ReferenceStore;
//!
//! #[derive(SessionData, Clone)]
//! struct UserSession {
//!     #[session(identity)]
//!     user_id: Option<i64>,
//! }
//!
//! /// Whoever is let in: the app's own extractor, whatever it looks at.
//! struct Operator;
//!
//! impl<S: Sync> FromRequestParts<S> for Operator {
//!     type Rejection = StatusCode;
//!
//!     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
//!         // …
//! #       let _ = parts;
//!         Err(StatusCode::UNAUTHORIZED)
//!     }
//! }
//!
//! # let store = ReferenceStore::new(SystemClock);
//! let counters = LiveCounters::default();
//! let config = SessionConfig::builder().events(counters.clone()).build()?;
//! let sessions = Sessions::<UserSession, _>::with_config(store, config);
//! let pages = Admin::new(&sessions)
//!     .counters(counters)
//!     // Better by an index: every session is looked at here.
//!     .look_up("user id", async |sessions: Sessions<UserSession, _>, text: String| {
//!         let Ok(user) = text.parse::<i64>() else { return Ok(Vec::new()) };
//!         let mut found = sessions.find_by(move |session| session.user_id() == Some(user));
//!         let mut handles = Vec::new();
//!         while let Some(session) = found.next().await {
//!             handles.extend(session?.id());
//!         }
//!         Ok(handles)
//!     })
//!     .router::<Operator, ()>();
//! let app: Router = Router::new().nest("/admin/sessions", pages);
//! # Ok::<(), session::Error>(())
//! ```
//!
//! # Who gets in
//!
//! Whom the app's extractor lets in, which stands in front of every page; there is no router without one. (`()` is an
//! extractor that lets everybody in, and says so where it stands.) Ending a session takes a form of these very pages:
//! the browser must say that it comes from there (`Sec-Fetch-Site`, `Origin`), and every other request is refused.
//!
//! # What is seen
//!
//! Secrets never; what is `pii` only where [`show_personal`](Admin::show_personal) was said; everything else, as it is
//! stored. Nothing is cached, and no page may load anything but its own style sheet, be framed, or send a form elsewhere.

mod counters;
mod fields;
mod health;
mod html;
mod pages;
mod respond;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use ::axum::Router;
use ::axum::extract::FromRequestParts;
use ::axum::routing::{get, post};

pub use counters::LiveCounters;
pub use health::{Component, ComponentState, HealthReport};

use crate::data::SessionData;
use crate::error::Error;
use crate::query::QueryError;
use crate::sessions::Sessions;
use crate::store::{DynStore, Store};
use crate::token::Handle;

/// The pages, to be set up and mounted: see [the module](self).
#[must_use = "pages are shown by the router that is made of them"]
pub struct Admin<T: SessionData, S: Send + Sync + 'static = DynStore> {
    sessions: Sessions<T, S>,
    counters: Option<LiveCounters>,
    look_up: Option<LookUp>,
    components: Vec<(&'static str, Probe)>,
    show_personal: bool,
}

type Found = Result<Vec<Handle>, QueryError>;
type Answer<V> = Pin<Box<dyn Future<Output = V> + Send>>;
type Probe = Box<dyn Fn() -> Answer<Component> + Send + Sync>;

/// How sessions are found by what an operator types.
struct LookUp {
    by: &'static str,
    find: Box<dyn Fn(String) -> Answer<Found> + Send + Sync>,
}

impl<T: SessionData, S: Store + Clone> Admin<T, S> {
    /// The pages of these sessions.
    pub fn new(sessions: &Sessions<T, S>) -> Self {
        Self {
            sessions: sessions.clone(),
            counters: None,
            look_up: None,
            components: Vec::new(),
            show_personal: false,
        }
    }

    /// With counters of what happens, which are a sink for the configuration's events as well.
    pub fn counters(mut self, counters: LiveCounters) -> Self {
        self.counters = Some(counters);
        self
    }

    /// With a look-up of sessions by what an operator types: `by` is what that is, `user id` say. Without it sessions are
    /// found by their handles only.
    pub fn look_up<F, Fut>(mut self, by: &'static str, find: F) -> Self
    where
        F: Fn(Sessions<T, S>, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<Handle>, QueryError>> + Send + 'static,
    {
        let sessions = self.sessions.clone();
        let find = Box::new(move |text| Box::pin(find(sessions.clone(), text)) as Answer<_>);
        self.look_up = Some(LookUp { by, find });
        self
    }

    /// With something else that sessions need and that may be unwell: the circuits of a breaker, a cache, a service.
    pub fn component<F, Fut>(mut self, name: &'static str, probe: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Component> + Send + 'static,
    {
        self.components.push((name, Box::new(move || Box::pin(probe()))));
        self
    }

    /// Shows what is `pii`, too. Whoever gets in may then read it; say so in the record of processing activities.
    pub fn show_personal(mut self) -> Self {
        self.show_personal = true;
        self
    }

    /// How the store and the components are, all asked at once: for a health check of the app's own.
    pub async fn health(&self) -> HealthReport {
        health::report(self).await
    }

    /// The pages, for whom `G` lets in; `A` is the app's state, which `G` may use. To be nested wherever the app wants.
    ///
    /// | path | page |
    /// |---|---|
    /// | `GET /` | health, live counters, look-up, what is held about people |
    /// | `GET /health` | health as JSON: 200, or 503 if something fails |
    /// | `GET /sessions?of=…` | the sessions of somebody |
    /// | `GET /sessions/{handle}` | one session |
    /// | `POST /sessions/{handle}/end` | ends it |
    /// | `GET /style.css` | how it looks |
    pub fn router<G, A>(self) -> Router<A>
    where
        G: FromRequestParts<A> + Send + 'static,
        A: Clone + Send + Sync + 'static,
    {
        let admin = Arc::new(self);
        macro_rules! page {
            ($page:ident) => {{
                let admin = Arc::clone(&admin);
                // The guard comes first, so that nobody else costs more than it does.
                async move |_: G, request| pages::$page(&admin, request).await
            }};
        }
        Router::new()
            .route("/", get(page!(home)))
            .route("/health", get(page!(health)))
            .route("/sessions", get(page!(list)))
            .route("/sessions/{handle}", get(page!(show)))
            .route("/sessions/{handle}/end", post(page!(end)))
            .route("/style.css", get(page!(style)))
    }
}

impl<T: SessionData, S: Send + Sync + 'static> fmt::Debug for Admin<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Admin<{}>", T::NAME)
    }
}

/// A look-up that fails says why on the page; the kind alone, whatever a store's driver says.
fn said(error: &Error) -> String {
    error.kind().to_string()
}
