use std::convert::Infallible;

use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Router, body::Body};
use futures_util::StreamExt as _;
use futures_util::stream::once;
use session::axum::{ReadOnly, SessionRejection};
use session::{Authenticated, Session, SessionLayer};
use session_tests::Shop;

use super::{ACTS, Adapter, Admin, Content, Layers, Reply, Site, change_both, either, glance, run};
use crate::adapters::{Seen, send_body};

pub(super) struct Axum;

impl Adapter for Axum {
    async fn send(site: &Site, request: http::request::Builder, body: &'static str) -> Seen {
        send_body(&router(site), request, body).await
    }
}

pub(super) fn router(site: &Site) -> Router {
    let mut router = Router::new()
        .route("/still", any(async || "still"))
        .route("/public/{*path}", any(async || "still"))
        .route(
            "/stored",
            any(async |session: Option<Session<Shop>>| format!("{:?}", session.map(|found| found.views()))),
        )
        .route("/two", any(async |shop: Session<Shop>, admin: Session<Admin>| change_both(&shop, &admin)))
        .route("/optional", any(async |session: Option<Session<Shop>>| session.is_some().to_string()))
        .route("/either", any(async |session: Result<Session<Shop>, SessionRejection>| either(session)))
        .route("/read-only", any(async |session: ReadOnly<Shop>| glance(&session)))
        .route("/account", any(async |session: Authenticated<Shop>| format!("{:?}", session.user_id())))
        .route("/echo", any(async |body: String| body));
    for (path, act) in ACTS {
        let site = site.clone();
        let handler = async move |session: Session<Shop>| response(run(act, session, site.clone()).await);
        router = router.route(path, any(handler));
    }
    if let Some(guard) = &site.require_auth {
        router = router.layer(guard.clone());
    }
    if let Some(guard) = &site.csrf {
        router = router.layer(guard.clone());
    }
    if site.layers != Layers::None {
        router = router.layer(SessionLayer::<Shop>::from_runtime(site.runtime.clone()));
    }
    if let Some(runtime) = site.outer() {
        router = router.layer(SessionLayer::<Admin>::from_runtime(runtime));
    }
    router
}

fn response(reply: Reply) -> Response {
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(*name, *value);
    }
    let body = match reply.body {
        Content::Whole(body) => Body::from(body),
        Content::Streamed(body) => Body::from_stream(once(body).map(Ok::<_, Infallible>)),
    };
    response.body(body).expect("a response").into_response()
}
