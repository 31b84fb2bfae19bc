//! What keeps a session its owner's on the way between browser and server: signatures, transport, caches, bindings, and
//! the guard against forged requests. Real requests through a real router.

mod binding;
mod caching;
mod csrf;
mod evidence;
mod reauthentication;
mod signed;
mod transport;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::{Router, routing};
use http::request::Builder;
use session::config::SessionConfigBuilder;
use session::crypto::{Key, KeyRing};
use session::{Session, SessionConfig, SessionLayer};
use session_tests::{Shop, World};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

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

fn config(world: &World, configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder) -> SessionConfig {
    let builder = SessionConfig::builder().clock(Arc::clone(&world.clock)).keys(ring(&[1]));
    configure(builder).build().expect("a valid configuration")
}

/// A shop on the world's store, which several apps may share as the nodes of a fleet do.
fn shop(world: &World, config: SessionConfig) -> Router {
    let layer = SessionLayer::<Shop>::with_config(world.store.clone(), config);
    Router::new()
        .route("/", routing::get(show).post(async |session: Session<Shop>| session.set_views(1)))
        .route("/views", routing::get(async |session: Session<Shop>| session.update_views(|views| *views += 1)))
        .route("/sign-in", routing::post(sign_in))
        .route("/sign-in/other", routing::post(async |session: Session<Shop>| session.sign_in(7)))
        .route("/sign-out", routing::post(async |session: Session<Shop>| session.sign_out().await.expect("ends")))
        .layer(layer.peer(|request| request.get::<ConnectInfo>().map(|info| info.0)))
}

async fn show(session: Session<Shop>) -> String {
    format!("{:?} {}", session.user_id(), session.views())
}

/// Gathers the messages of all events.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    /// Until the guard is dropped, on this thread.
    fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        let events = Self::default();
        let guard = tracing::subscriber::set_default(events.clone());
        (events, guard)
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no test panics here"))
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "session"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Visit for Events {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.lock().expect("no test panics here").push(format!("{value:?}"));
        }
    }
}
