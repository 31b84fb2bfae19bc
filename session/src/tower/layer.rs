use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use http::Extensions;
use tower_layer::Layer;

use super::SessionService;
use super::mounted::Peer;
use crate::config::SessionConfig;
use crate::data::SessionData;
use crate::runtime::Runtime;
use crate::store::Store;

/// Gives the requests to a service their session.
///
/// Everything inside the layer can ask for the session: axum handlers by the extractor [`Session<T>`](crate::Session),
/// others by [`session_of`](super::session_of). It is loaded when somebody first asks, once per request; a request in
/// which nobody asks costs no store call and gets no header.
///
/// Layers of different session types may be combined, each with a cookie name of its own.
pub struct SessionLayer<T> {
    runtime: Arc<Runtime>,
    peer: Peer,
    session: PhantomData<fn() -> T>,
}

impl<T: SessionData> SessionLayer<T> {
    /// Sessions in `store`, with the defaults of [`SessionConfig`], which are those of production: browsers send the
    /// cookie over TLS only.
    pub fn new(store: impl Store) -> Self {
        Self::with_config(store, SessionConfig::default())
    }

    /// Sessions in `store`, as `config` says.
    pub fn with_config(store: impl Store, config: SessionConfig) -> Self {
        Self::from_runtime(Runtime::new(store, config))
    }

    /// Sessions of a runtime that others share: background tasks, another router, tests.
    pub const fn from_runtime(runtime: Arc<Runtime>) -> Self {
        Self { runtime, peer: |_| None, session: PhantomData }
    }

    /// How to learn the address of the other end of the connection from a request's extensions, where the server puts it.
    /// Needed to bind sessions to addresses, and to believe trusted proxies.
    ///
    /// With axum and `into_make_service_with_connect_info::<SocketAddr>()`:
    ///
    /// ```
    /// # use std::net::SocketAddr;
    /// # use session::{SessionData, SessionLayer, store::Store};
    /// # #[derive(Clone)] struct ConnectInfo<T>(T);
    /// # fn example<UserSession: SessionData>(store: impl Store) -> SessionLayer<UserSession> {
    /// SessionLayer::<UserSession>::new(store)
    ///     .peer(|request| request.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()))
    /// # }
    /// ```
    ///
    /// A server behind a Unix socket has no such address; let it stand for its proxy, `127.0.0.1` say, and trust that.
    #[must_use]
    pub const fn peer(mut self, peer: fn(&Extensions) -> Option<IpAddr>) -> Self {
        self.peer = peer;
        self
    }
}

impl<S, T: SessionData> Layer<S> for SessionLayer<T> {
    type Service = SessionService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService::new(inner, Arc::clone(&self.runtime), self.peer)
    }
}

// Not derived: a session type needs neither trait for its layer to have it.
impl<T> Clone for SessionLayer<T> {
    fn clone(&self) -> Self {
        Self { runtime: Arc::clone(&self.runtime), peer: self.peer, session: PhantomData }
    }
}

impl<T: SessionData> fmt::Debug for SessionLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer")
            .field("session", &T::NAME)
            .field("runtime", &self.runtime)
            .finish_non_exhaustive()
    }
}
