use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Router, body::Body};
use session::{Authenticated, Session, SessionLayer};
use session_tests::Shop;

use super::{ACTS, Adapter, Admin, Layers, Reply, Site, run};
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
        .route(
            "/stored",
            any(async |session: Option<Session<Shop>>| format!("{:?}", session.map(|found| found.views()))),
        )
        .route("/account", any(async |session: Authenticated<Shop>| format!("{:?}", session.user_id())))
        .route("/echo", any(async |body: String| body));
    for (path, act) in ACTS {
        let faults = site.faults.clone();
        let handler = async move |session: Session<Shop>| response(run(act, session, faults.clone()).await);
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
    if site.layers == Layers::Clashing {
        router = router.layer(SessionLayer::<Admin>::from_runtime(site.runtime.clone()));
    }
    router
}

fn response(reply: Reply) -> Response {
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(*name, *value);
    }
    response.body(Body::from(reply.body)).expect("a response").into_response()
}
