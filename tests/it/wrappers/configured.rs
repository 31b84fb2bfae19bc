//! A store that has to know the layer's cookie is told of it through whatever is around it.

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
use session_stores::{Compressed, CookieStore, Encrypted, Instrumented};
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
