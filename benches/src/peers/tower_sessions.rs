//! tower-sessions: the struct under one key.

use std::hint::black_box;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike as _, Config, Pool, ServerConfig};

use super::think;
use crate::client::App;
use crate::server::Server;
use crate::shop::Shop;

const KEY: &str = "data";

/// The handlers, for one of the two releases: 0.15, and 0.14, whose Redis store is the newest there is.
macro_rules! app {
    ($tower_sessions:ident, $store:expr) => {{
        use $tower_sessions::{Session, SessionManagerLayer};

        async fn load(session: &Session) -> Shop {
            session.get(KEY).await.expect("a store").unwrap_or_default()
        }

        async fn read(session: Session) -> &'static str {
            black_box(load(&session).await.digest());
            "ok"
        }

        async fn change(session: Session) -> &'static str {
            let mut data = load(&session).await;
            data.visits += 1;
            session.insert(KEY, data).await.expect("a store");
            "ok"
        }

        async fn create(session: Session) -> &'static str {
            session.insert(KEY, Shop::sample()).await.expect("a store");
            "ok"
        }

        async fn login(session: Session) -> &'static str {
            let mut data = load(&session).await;
            data.visits += 1;
            data.user_id = Some(1_234_567);
            session.insert(KEY, data).await.expect("a store");
            session.cycle_id().await.expect("a store");
            "ok"
        }

        async fn visits(session: Session) -> String {
            load(&session).await.visits.to_string()
        }

        async fn slow(session: Session) -> &'static str {
            let mut data = load(&session).await;
            think().await;
            data.visits += 1;
            session.insert(KEY, data).await.expect("a store");
            "ok"
        }

        async fn field(session: Session, Path(n): Path<usize>) -> &'static str {
            black_box(load(&session).await);
            think().await;
            session.insert(&format!("field{n}"), 1).await.expect("a store");
            "ok"
        }

        async fn fields(session: Session) -> String {
            let mut set = 0;
            for n in 0..64 {
                let value: Option<u32> = session.get(&format!("field{n}")).await.expect("a store");
                set += u32::from(value.is_some());
            }
            set.to_string()
        }

        let routes = Router::new()
            .route("/static", get(async || "ok"))
            .route("/read", get(read))
            .route("/change", post(change))
            .route("/create", post(create))
            .route("/login", post(login))
            .route("/visits", get(visits))
            .route("/slow", post(slow))
            .route("/field/{n}", post(field))
            .route("/fields", get(fields));
        App::Axum(routes.layer(SessionManagerLayer::new($store)))
    }};
}

pub(super) fn memory() -> App {
    app!(tower_sessions, tower_sessions::MemoryStore::default())
}

pub(super) async fn redis(server: &Server) -> App {
    let config =
        Config { server: ServerConfig::new_centralized("127.0.0.1", server.port()), ..Config::default() };
    // As in its own example.
    let pool = Pool::new(config, None, None, None, 6).expect("a pool");
    pool.connect();
    pool.wait_for_connect().await.expect("the server is up");
    app!(tower_sessions_014, RedisStore::new(pool))
}
