//! A store that has to know the layer's cookie is told of it through whatever is around it.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use session::crypto::{Key, KeyRing};
use session::metrics::{LogMetrics, Meter};
use session::store::{DynStore, Store};
use session::testing::TestClient;
use session::{ErrorKind, Runtime, Session, SessionConfig, SessionLayer};
use session_stores::wrap::{
    BreakerConfig, Bulkhead, BulkheadConfig, CircuitBreaker, ResilienceConfig, Retry, RetryBudget,
    RetryPolicy, TimeLimits, Timeout, resilient,
};
use session_stores::{Compressed, CookieStore, Encrypted, Instrumented, MemoryStore, RedisStore};
use session_tests::Shop;

fn ring() -> KeyRing {
    KeyRing::new(&Key::generate().unwrap())
}

/// One that takes its keys from the layer's configuration.
fn cookies() -> CookieStore {
    CookieStore::builder().build()
}

async fn keeps_sessions(store: impl Store) {
    let config = SessionConfig::builder().keys(ring()).build().unwrap();
    let count = async |session: Session<Shop>| {
        session.update_views(|views| *views += 1);
        session.views().to_string()
    };
    let app = Router::new().route("/", get(count)).layer(SessionLayer::<Shop>::with_config(store, config));
    let client = TestClient::<_, Body>::new(app);
    for views in ["1", "2"] {
        assert_eq!(client.get("/").await.text(), views);
    }
}

#[tokio::test]
async fn a_cookie_store_works_inside_of_every_wrapper() {
    keeps_sessions(Timeout::new(cookies(), TimeLimits::default()).unwrap()).await;
    keeps_sessions(Retry::new(cookies(), RetryPolicy::default(), RetryBudget::default()).unwrap()).await;
    keeps_sessions(CircuitBreaker::new(cookies(), BreakerConfig::default()).unwrap()).await;
    keeps_sessions(Bulkhead::new(cookies(), BulkheadConfig::default()).unwrap()).await;
    keeps_sessions(resilient(cookies(), ResilienceConfig::default()).unwrap()).await;
    keeps_sessions(Instrumented::new(cookies(), Meter::new(LogMetrics), "cookie")).await;
    keeps_sessions(resilient(DynStore::new(cookies()), ResilienceConfig::default()).unwrap()).await;
}

#[test]
fn what_is_missing_is_said_when_the_layer_is_built() {
    let store = resilient(cookies(), ResilienceConfig::default()).unwrap();
    let error = Runtime::build(DynStore::new(store), SessionConfig::default()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)) && error.to_string().contains("keys"), "{error}");
}

#[test]
fn records_that_the_client_keeps_are_not_packed_and_that_is_said_when_the_layer_is_built() {
    let erased = || DynStore::new(cookies());
    let packed = [DynStore::new(Encrypted::new(erased(), ring())), DynStore::new(Compressed::new(erased()))];
    for store in packed {
        let config = SessionConfig::builder().keys(ring()).build().unwrap();
        let error = Runtime::build(store, config).unwrap_err();
        assert!(error.to_string().contains("the client keeps the records"), "{error}");
    }
}

/// Whatever is around it: a create that may come after the tombstone of its session brings it back.
#[test]
fn a_store_that_forgets_ended_sessions_before_creates_have_ended_is_refused() {
    let config = |window| SessionConfig::builder().create_window(window).build().unwrap();
    let long = Duration::from_secs(31);
    let redis = |life| RedisStore::builder("redis://127.0.0.1").tombstone_life(life).build().unwrap();
    let memory = |life| MemoryStore::builder().tombstone_life(life).build();
    let sound = resilient(redis(2 * long), ResilienceConfig::default()).unwrap();
    assert!(Runtime::build(DynStore::new(sound), config(long)).is_ok());
    assert!(Runtime::build(DynStore::new(memory(2 * long)), config(long)).is_ok());
    let short = Duration::from_secs(60);
    for refused in [
        DynStore::new(resilient(redis(short), ResilienceConfig::default()).unwrap()),
        DynStore::new(memory(short)),
    ] {
        let refused =
            Runtime::build(refused, config(long)).map(drop).expect_err("a minute is not twice as long");
        let ErrorKind::Config(problems) = refused.kind() else { panic!("{refused:?}") };
        assert!(
            problems[0].contains("`create_window`") && problems[0].contains("`tombstone_life`"),
            "{problems:?}"
        );
    }
}
