//! A batch of loads is one call, through whatever it passes.

use std::sync::Arc;

use session::crypto::{Key, KeyRing};
use session::store::{DynStore, Load, Store};
use session::testing::{Calls, Counting, Faulty, ManualClock};
use session_stores::wrap::{
    BreakerConfig, Bulkhead, BulkheadConfig, CircuitBreaker, ResilienceConfig, Retry, RetryBudget,
    RetryPolicy, TimeLimits, Timeout, resilient,
};
use session_stores::{Compressed, Encrypted, MemoryStore};
use session_tests::Shop;

use super::memory;

type Inner = Counting<MemoryStore>;

async fn is_one_call<S: Store + Clone>(name: &str, wrap: impl FnOnce(Inner) -> S) {
    let inner = Counting::new(memory(Arc::new(ManualClock::default())));
    let store = wrap(inner.clone());
    let sessions = session::Sessions::<Shop, _>::new(store.clone());
    let mut handles = Vec::new();
    for user in 0..3 {
        let session = sessions.create();
        session.set_user_id(Some(user));
        sessions.save(&session).await.unwrap();
        handles.push(session.id().unwrap());
    }
    inner.take();
    let loads = store.load_many(&handles).await.unwrap();
    assert!(loads.iter().all(|load| matches!(load, Ok(Load::Found(_)))), "{name}: {loads:?}");
    assert_eq!(inner.take(), Calls { load_many: 1, ..Calls::default() }, "{name}");
}

#[tokio::test]
async fn every_wrapper_passes_a_batch_on() {
    let keys = || KeyRing::new(&Key::generate().unwrap());
    is_one_call("Arc", Arc::new).await;
    is_one_call("DynStore", DynStore::new).await;
    is_one_call("DynStore::scanning", DynStore::scanning).await;
    is_one_call("Counting", Counting::new).await;
    is_one_call("Faulty", Faulty::new).await;
    is_one_call("Timeout", |inner| Timeout::new(inner, TimeLimits::default()).unwrap()).await;
    is_one_call("Retry", |inner| Retry::new(inner, RetryPolicy::default(), RetryBudget::default()).unwrap())
        .await;
    is_one_call("CircuitBreaker", |inner| CircuitBreaker::new(inner, BreakerConfig::default()).unwrap())
        .await;
    is_one_call("Bulkhead", |inner| Bulkhead::new(inner, BulkheadConfig::default()).unwrap()).await;
    is_one_call("resilient", |inner| resilient(inner, ResilienceConfig::default()).unwrap()).await;
    is_one_call("Encrypted", |inner| Encrypted::new(inner, keys())).await;
    is_one_call("Compressed", |inner| Compressed::new(inner).threshold(1)).await;
}
