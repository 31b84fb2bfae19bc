//! One Redis behind an axum site and an actix site, each with connections and a runtime of its own.

use std::sync::Arc;
use std::time::Duration;

use session::{Runtime, SessionConfig};
use session_stores::RedisStore;
use session_tests::redis_subject::application;
use session_tests::{World, servers};

use super::{Actix, Adapter as _, Axum, Site};
use crate::adapters::{get, post};

/// What one process has of the shared store.
fn runtime(application: &str) -> Arc<Runtime> {
    let patience = Duration::from_secs(20);
    let store = RedisStore::builder(&servers::single().address())
        .application(application)
        .connect_timeout(patience)
        .response_timeout(patience)
        .operation_timeout(patience)
        .build();
    Runtime::new(store.expect("a valid store"), SessionConfig::default())
}

#[tokio::test]
async fn a_session_of_one_is_a_session_of_the_other_until_either_ends_it() {
    let application = application();
    let site = || Site { runtime: runtime(&application), ..Site::of(&World::new()) };
    let (axum, actix) = (site(), site());

    let cookie = Axum::send(&axum, post("/sign-in"), "").await.cookie();
    let count = || post("/count").header("cookie", &cookie);
    let (on_axum, on_actix) = tokio::join!(Axum::send(&axum, count(), ""), Actix::send(&actix, count(), ""));
    assert_eq!((on_axum.status(), on_actix.status()), (200, 200));
    let view = || get("/view").header("cookie", &cookie);
    assert_eq!(Axum::send(&axum, view(), "").await.body, "Some(42) 2");
    assert_eq!(Actix::send(&actix, view(), "").await.body, "Some(42) 2");

    Actix::send(&actix, post("/sign-out").header("cookie", &cookie), "").await;
    assert_eq!(Axum::send(&axum, view(), "").await.body, "None 0");
}
