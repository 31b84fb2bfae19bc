//! What keeps a session its owner's on the way between browser and server: signatures, transport, caches, bindings, and
//! the guard against forged requests. Real requests through a real router.

mod attacks;
mod binding;
mod caching;
mod csrf;
mod csrf_token;
mod held;
mod ids;
mod reauthentication;
mod signed;
mod transport;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::{Router, routing};
use http::request::Builder;
use session::config::SessionConfigBuilder;
use session::crypto::{Key, KeyRing};
use session::event::{EventSink, SessionEvent};
use session::store::Store;
use session::{Session, SessionConfig, SessionLayer};
use session_tests::{Shop, World};

use crate::adapters::{get, post, sign_in};

/// A ring of keys that are the same in every run; the first one seals.
fn ring(keys: &[u8]) -> KeyRing {
    let key = |seed: &u8| {
        let bytes = ring::digest::digest(&ring::digest::SHA256, &[*seed]);
        Key::from_bytes(bytes.as_ref()).expect("a key")
    };
    let primary = KeyRing::new(&key(keys.first().expect("a primary key")));
    keys[1..].iter().fold(primary, |ring, seed| ring.and_opens(&key(seed)).expect("another key"))
}

/// The address of the other end of the connection, as a server puts it into the extensions.
#[derive(Clone, Copy)]
struct ConnectInfo(IpAddr);

/// From that address.
fn from(request: Builder, peer: &str) -> Builder {
    request.extension(ConnectInfo(peer.parse().expect("an address")))
}

/// With that cookie.
fn with(request: Builder, cookie: &str) -> Builder {
    request.header("cookie", cookie)
}

fn config(
    world: &World,
    configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder,
) -> SessionConfig {
    let builder = SessionConfig::builder().clock(Arc::clone(&world.clock)).keys(ring(&[1]));
    configure(builder).build().expect("a valid configuration")
}

/// A shop on the world's store, which several apps may share as the nodes of a fleet do.
fn shop(world: &World, config: SessionConfig) -> Router {
    shop_on(world.store.clone(), config)
}

fn shop_on(store: impl Store, config: SessionConfig) -> Router {
    let layer = SessionLayer::<Shop>::with_config(store, config);
    Router::new()
        .route("/", routing::get(show).post(async |session: Session<Shop>| session.set_views(1)))
        .route(
            "/views",
            routing::get(async |session: Session<Shop>| session.update_views(|views| *views += 1)),
        )
        .route("/sign-in", routing::post(sign_in))
        .route("/sign-in/other", routing::post(async |session: Session<Shop>| session.sign_in(7)))
        .route(
            "/sign-out",
            routing::post(async |session: Session<Shop>| session.sign_out().await.expect("ends")),
        )
        .layer(layer.peer(|request| request.get::<ConnectInfo>().map(|info| info.0)))
}

async fn show(session: Session<Shop>) -> String {
    format!("{:?} {}", session.user_id(), session.views())
}

/// Keeps what is told of sessions.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<SessionEvent>>>);

impl Told {
    /// How many events were such ones.
    fn count(&self, such: impl Fn(&SessionEvent) -> bool) -> usize {
        self.0.lock().expect("no test panics here").iter().filter(|event| such(event)).count()
    }
}

impl EventSink for Told {
    fn on_event(&self, event: &SessionEvent) {
        self.0.lock().expect("no test panics here").push(event.clone());
    }
}
