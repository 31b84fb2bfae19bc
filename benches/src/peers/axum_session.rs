//! axum_session: the struct under one key, with the configuration of its examples.

use std::hint::black_box;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use axum_session::{DatabasePool, Session, SessionConfig, SessionLayer, SessionNullPool, SessionStore};
use axum_session_redispool::SessionRedisPool;
use redis_pool::RedisPool;

use super::think;
use crate::client::App;
use crate::server::Server;
use crate::shop::Shop;

const KEY: &str = "data";

pub(super) async fn memory() -> App {
    let store = SessionStore::<SessionNullPool>::new(None, SessionConfig::default()).await;
    app(store.expect("a store"))
}

/// `mapped`: with the map of sessions in memory that it has by default, in front of Redis.
pub(super) async fn redis(server: &Server, mapped: bool) -> App {
    let client = redis::Client::open(format!("redis://{}", server.address())).expect("an address");
    let mut config = SessionConfig::default();
    if !mapped {
        config = config.with_memory_lifetime(time::Duration::ZERO);
    }
    let pool = SessionRedisPool::from(RedisPool::from(client));
    app(SessionStore::new(Some(pool), config).await.expect("a store"))
}

fn app<P>(store: SessionStore<P>) -> App
where
    P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static,
{
    let routes = Router::new()
        .route("/static", get(async || "ok"))
        .route("/read", get(read::<P>))
        .route("/change", post(change::<P>))
        .route("/create", post(create::<P>))
        .route("/login", post(login::<P>))
        .route("/visits", get(visits::<P>))
        .route("/slow", post(slow::<P>))
        .route("/field/{n}", post(field::<P>))
        .route("/fields", get(fields::<P>));
    App::Axum(routes.layer(SessionLayer::new(store)))
}

fn load<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(session: &Session<P>) -> Shop {
    session.get(KEY).unwrap_or_default()
}

async fn read<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> &'static str {
    black_box(load(&session).digest());
    "ok"
}

async fn change<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> &'static str {
    let mut data = load(&session);
    data.visits += 1;
    session.set(KEY, data);
    "ok"
}

async fn create<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> &'static str {
    session.set(KEY, Shop::sample());
    "ok"
}

async fn login<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> &'static str {
    let mut data = load(&session);
    data.visits += 1;
    data.user_id = Some(1_234_567);
    session.set(KEY, data);
    session.renew();
    "ok"
}

async fn visits<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> String {
    load(&session).visits.to_string()
}

async fn slow<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> &'static str {
    let mut data = load(&session);
    think().await;
    data.visits += 1;
    session.set(KEY, data);
    "ok"
}

async fn field<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
    Path(n): Path<usize>,
) -> &'static str {
    black_box(load(&session));
    think().await;
    session.set(&format!("field{n}"), 1);
    "ok"
}

async fn fields<P: DatabasePool + Clone + std::fmt::Debug + Sync + Send + 'static>(
    session: Session<P>,
) -> String {
    (0..64).filter(|n| session.get::<u32>(&format!("field{n}")).is_some()).count().to_string()
}
