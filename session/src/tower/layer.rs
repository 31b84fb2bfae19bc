use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use http::Extensions;
use tower_layer::Layer;

use super::SessionService;
use super::mounted::Peer;
use crate::config::SessionConfig;
use crate::data::{MESSAGE, SessionData, own_secret_of};
use crate::error::Error;
use crate::runtime::Runtime;
use crate::schema::text::Text;
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
    ///
    /// The defaults have no keys, so this does not compile for session data with `secret` fields:
    ///
    /// ```compile_fail,E0080
    /// # fn store() -> session::store::DynStore { unimplemented!() }
    /// use session::{Secret, SessionData, SessionLayer};
    ///
    /// #[derive(SessionData, Clone)]
    /// struct UserSession {
    ///     #[session(secret)]
    ///     token: Secret<String>,
    /// }
    ///
    /// SessionLayer::<UserSession>::new(store());
    /// ```
    ///
    /// # Panics
    /// If the store cannot be used with this configuration: see [`Runtime::new`]; and if the session data has an indexed
    /// field and the store keeps no index.
    pub fn new(store: impl Store) -> Self {
        const { assert_keyless::<T>() };
        Self::with_config(store, SessionConfig::default())
    }

    /// Sessions in `store`, as `config` says.
    ///
    /// # Panics
    /// If the store cannot be used with this configuration: see [`Runtime::new`]; and where the session data needs what
    /// the configuration does not have: keys, for `secret` fields. [`try_from_runtime`](Self::try_from_runtime) gives an
    /// error instead.
    pub fn with_config(store: impl Store, config: SessionConfig) -> Self {
        Self::from_runtime(Runtime::new(store, config))
    }

    /// Sessions of a runtime that others share: background tasks, another router, tests.
    ///
    /// # Panics
    /// As [`with_config`](Self::with_config).
    pub fn from_runtime(runtime: Arc<Runtime>) -> Self {
        Self::try_from_runtime(runtime).unwrap_or_else(|error| panic!("{error}"))
    }

    /// As [`from_runtime`](Self::from_runtime), for a program that reports by itself what is wrong with its
    /// configuration.
    ///
    /// # Errors
    /// `Config`: the session data needs what the configuration does not have.
    pub fn try_from_runtime(runtime: Arc<Runtime>) -> Result<Self, Error> {
        runtime.fits::<T>()?;
        Ok(Self { runtime, peer: |_| None, session: PhantomData })
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

/// Fails to compile where `T` needs keys and there can be none.
const fn assert_keyless<T: SessionData>() {
    let Some(field) = own_secret_of::<T>() else { return };
    let mut text = Text::<MESSAGE>::new();
    text.push("the field `");
    text.push(field);
    text.push("` of `");
    text.push(T::NAME);
    text.push(
        "` is secret and sealed by itself, so its sessions need keys, which the default configuration does not have: \
         write `SessionLayer::with_config(store, SessionConfig::builder().keys(…).build()?)`",
    );
    panic!("{}", text.as_str())
}
