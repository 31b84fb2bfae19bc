//! What the tower and axum adapters have of their own; what they share with actix-web is in `both`. Real requests
//! through a real router, on a memory store that can be cut off.

mod cookies;
mod layer;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use session::{Session, SessionLayer};
use session_tests::{Shop, World};
use tower::ServiceExt as _;

/// What a client saw.
pub(crate) struct Seen {
    pub(crate) head: http::response::Parts,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// Every value of that header, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.head.headers.get_all(name).iter().map(|value| value.to_str().expect("visible ASCII")).collect()
    }

    /// What the browser sends back.
    pub(crate) fn cookie(&self) -> String {
        let [line] = self.all("set-cookie")[..] else { panic!("not one cookie: {:?}", self.head) };
        line.split(';').next().expect("a pair").to_owned()
    }
}

pub(crate) async fn send(app: &Router, request: http::request::Builder) -> Seen {
    send_body(app, request, Body::empty()).await
}

pub(crate) async fn send_body(app: &Router, request: http::request::Builder, body: impl Into<Body>) -> Seen {
    let request: Request<Body> = request.body(body.into()).expect("a request");
    let response: Response<Body> = app.clone().oneshot(request).await.expect("routers do not fail");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a body in memory").to_bytes();
    Seen { head, body: String::from_utf8(body.to_vec()).expect("text") }
}

pub(crate) fn get(path: &str) -> http::request::Builder {
    Request::get(path)
}

pub(crate) fn post(path: &str) -> http::request::Builder {
    Request::post(path)
}

/// The shop's session layer over a store that can be cut off.
pub(crate) fn layer(world: &World) -> SessionLayer<Shop> {
    SessionLayer::with_config(world.store.clone(), world.runtime.config().clone())
}

pub(crate) async fn sign_in(session: Session<Shop>) {
    session.sign_in(42);
}
