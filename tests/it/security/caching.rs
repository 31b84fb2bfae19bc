//! No cache gives one visitor's page to another.

use axum::{Router, routing};
use session::event::{EventSink, SessionEvent};
use session::{Session, SessionLayer};
use session_tests::{Shop, World};

use super::{Told, config, get, post, with};
use crate::adapters::{send, sign_in};

const FOR_EVERYBODY: [(&str, &str); 4] = [
    ("cache-control", "public, s-maxage=600"),
    ("cdn-cache-control", "max-age=600"),
    ("surrogate-control", "max-age=600"),
    ("vary", "Accept-Encoding"),
];

fn app(world: &World, sink: impl EventSink) -> Router {
    let config = config(world, |config| config.events(sink));
    Router::new()
        .route(
            "/",
            routing::get(async |session: Session<Shop>| (FOR_EVERYBODY, format!("{:?}", session.user_id()))),
        )
        .route(
            "/sign-in",
            routing::post(async |session: Session<Shop>| {
                sign_in(session).await;
                FOR_EVERYBODY
            }),
        )
        .route("/still", routing::get(async || (FOR_EVERYBODY, "still")))
        .layer(SessionLayer::<Shop>::with_config(world.store.clone(), config))
}

#[tokio::test]
async fn what_an_app_says_against_its_session_is_overridden_with_an_event() {
    let world = World::new();
    let told = Told::default();
    let app = app(&world, told.clone());

    let signed_in = send(&app, post("/sign-in")).await;
    assert_eq!(signed_in.all("cache-control"), ["no-store"]);
    let cookie = signed_in.cookie();
    let page = send(&app, with(get("/"), &cookie)).await;
    assert_eq!((page.body.as_str(), page.all("cache-control")), ("Some(42)", vec!["private"]));
    let absent = send(&app, get("/")).await;
    assert_eq!(absent.all("cache-control"), ["private"], "it depended on there being none");
    for seen in [signed_in, page, absent] {
        assert_eq!(seen.all("vary"), ["Accept-Encoding, Cookie"]);
        assert!(seen.all("cdn-cache-control").is_empty() && seen.all("surrogate-control").is_empty());
    }
    let overruled = told.count(|event| matches!(event, SessionEvent::CachingOverruled { .. }));
    assert_eq!(overruled, 9, "each header of each response");

    let still = send(&app, with(get("/still"), &cookie)).await;
    for (name, value) in FOR_EVERYBODY {
        assert_eq!(still.all(name), [value], "nobody asked for the session");
    }
}
