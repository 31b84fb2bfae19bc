//! One app per peer and store, each with the same routes.
//!
//! | route | what it does |
//! |---|---|
//! | `GET /static` | nothing with the session |
//! | `GET /read` | reads every field |
//! | `POST /change` | `visits += 1` |
//! | `POST /create` | stores the sample |
//! | `POST /login` | `visits += 1`, the user is set, the session id is replaced |
//! | `GET /visits` | the number of visits as text |
//! | `POST /slow` | reads `visits`, waits for a millisecond, writes one more |
//! | `POST /field/{n}` | reads, waits for a millisecond, sets the field with the number `n` |
//! | `GET /fields` | how many of these are set |

mod actix;
mod axum_session;
mod bare;
mod jar;
mod optimum;
mod ours;
mod raw;
mod tower_sessions;

use std::time::Duration;

use crate::client::App;
use crate::scenario::Scenario;
use crate::server::Server;

/// Where sessions are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kept {
    /// No sessions at all.
    Nowhere,
    Memory,
    Cookie,
    Redis,
}

/// One app.
#[derive(Clone)]
pub struct Peer {
    pub name: &'static str,
    pub kept: Kept,
    /// What part it has in comparisons.
    pub role: Role,
    pub app: App,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The router without sessions, which is subtracted.
    Bare,
    /// The same, with a layer around it that does nothing.
    Layer,
    /// Hand-written.
    Optimum,
    /// The client library by itself.
    Raw,
    /// This project, on axum: what was promised is measured of it.
    Ours,
    /// This project by its other adapter.
    OursOnActix,
    /// Another library, as middleware.
    Peer,
    /// Another library, without middleware: it can neither be touched nor left untouched.
    Extractor,
}

impl Peer {
    fn new(name: &'static str, kept: Kept, role: Role, app: App) -> Self {
        Self { name, kept, role, app }
    }

    /// Whether there is a session behind it.
    pub fn has_sessions(&self) -> bool {
        !matches!(self.role, Role::Bare | Role::Layer | Role::Raw)
    }

    pub fn is_actix(&self) -> bool {
        matches!(self.app, App::Actix(_))
    }
}

/// Every peer; those with a Redis store where there is a server.
pub async fn all(server: Option<&Server>) -> Vec<Peer> {
    use Kept::{Cookie, Memory, Nowhere, Redis};
    use Role::{Bare, Extractor, Layer, Optimum, Ours, OursOnActix, Raw};
    let mut peers = vec![
        Peer::new("bare axum router", Nowhere, Bare, bare::axum()),
        Peer::new("axum router, layer that does nothing", Nowhere, Layer, bare::layered()),
        Peer::new("bare actix app", Nowhere, Bare, actix::bare().await),
        Peer::new("hand-written optimum", Memory, Optimum, optimum::memory()),
        Peer::new("session", Memory, Ours, ours::memory()),
        Peer::new("session, on actix-web", Memory, OursOnActix, ours::memory_on_actix().await),
        Peer::new("tower-sessions 0.15", Memory, Role::Peer, tower_sessions::memory()),
        Peer::new("axum_session 0.22", Memory, Role::Peer, axum_session::memory().await),
        Peer::new("hand-written optimum", Cookie, Optimum, optimum::cookie()),
        Peer::new("session", Cookie, Ours, ours::cookie()),
        Peer::new("session, on actix-web", Cookie, OursOnActix, ours::cookie_on_actix().await),
        Peer::new("axum-extra private jar", Cookie, Extractor, jar::app()),
        Peer::new("actix-session 0.11", Cookie, Role::Peer, actix::cookie().await),
    ];
    if let Some(server) = server {
        peers.extend([
            Peer::new("redis client alone", Redis, Raw, raw::redis(server).await),
            Peer::new("hand-written optimum", Redis, Optimum, optimum::redis(server).await),
            Peer::new("session", Redis, Ours, ours::redis(server)),
            Peer::new("session, on actix-web", Redis, OursOnActix, ours::redis_on_actix(server).await),
            Peer::new("tower-sessions 0.14, fred", Redis, Role::Peer, tower_sessions::redis(server).await),
            Peer::new("axum_session 0.22", Redis, Role::Peer, axum_session::redis(server, true).await),
            Peer::new(
                "axum_session 0.22, no memory map",
                Redis,
                Role::Peer,
                axum_session::redis(server, false).await,
            ),
            Peer::new("actix-session 0.11", Redis, Role::Peer, actix::redis(server).await),
        ]);
    }
    peers
}

/// The paths that `paths` can run besides: with a server, the number of instructions is another each time. For profilers.
pub const PATHS_TO_SERVER: [(&str, Kept, Scenario); 2] =
    [("redis-read", Kept::Redis, Scenario::Read), ("redis-change", Kept::Redis, Scenario::Change)];

/// The paths whose instructions are counted.
pub const PATHS: [(&str, Kept, Scenario); 9] = [
    ("bare", Kept::Nowhere, Scenario::Read),
    ("untouched", Kept::Memory, Scenario::Untouched),
    ("memory-read", Kept::Memory, Scenario::Read),
    ("memory-change", Kept::Memory, Scenario::Change),
    ("memory-create", Kept::Memory, Scenario::Create),
    ("memory-login", Kept::Memory, Scenario::Login),
    ("cookie-read", Kept::Cookie, Scenario::Read),
    ("cookie-change", Kept::Cookie, Scenario::Change),
    ("cookie-login", Kept::Cookie, Scenario::Login),
];

/// This project's app with that store, or the bare router.
///
/// # Panics
/// For Redis without a server.
pub fn ours_in(kept: Kept, server: Option<&Server>) -> App {
    match kept {
        Kept::Nowhere => bare::axum(),
        Kept::Memory => ours::memory(),
        Kept::Cookie => ours::cookie(),
        Kept::Redis => ours::redis(server.expect("a Redis server is installed")),
    }
}

/// What a handler of a race does between reading and writing: long enough for all others to have read.
async fn think() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
