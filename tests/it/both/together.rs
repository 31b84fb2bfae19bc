//! One store behind an axum site and an actix site, each with a runtime of its own.

use session::Runtime;
use session_tests::World;

use super::{Actix, Adapter as _, Axum, Site};
use crate::adapters::{get, post};

#[tokio::test]
async fn a_session_of_one_is_a_session_of_the_other_until_either_ends_it() {
    let world = World::new();
    let (axum, mut actix) = (Site::of(&world), Site::of(&world));
    actix.runtime = Runtime::new(world.store.clone(), world.runtime.config().clone());

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
