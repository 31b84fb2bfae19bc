//! The router without sessions.

use std::task::{Context, Poll};

use axum::Router;
use axum::response::AppendHeaders;
use axum::routing::{get, post};
use http::header::SET_COOKIE;
use tower_service::Service;

use crate::client::App;

fn routes() -> Router {
    // As long as a real one, so that the client's work with it is subtracted, too.
    let cookie = "session=AAECAwQFBgcICQoLDA0ODw; Path=/; Secure; HttpOnly; SameSite=Lax";
    Router::new()
        .route("/static", get(async || "ok"))
        .route("/read", get(async || "ok"))
        .route("/change", post(async || "ok"))
        .route("/create", post(async || "ok"))
        .route("/login", post(async move || (AppendHeaders([(SET_COOKIE, cookie)]), "ok")))
}

pub(super) fn axum() -> App {
    App::Axum(routes())
}

pub(super) fn layered() -> App {
    App::Axum(routes().layer(Nothing))
}

#[derive(Clone)]
struct Nothing;

#[derive(Clone)]
struct NothingAround<S>(S);

impl<S> tower_layer::Layer<S> for Nothing {
    type Service = NothingAround<S>;

    fn layer(&self, inner: S) -> NothingAround<S> {
        NothingAround(inner)
    }
}

impl<R, S: Service<R>> Service<R> for NothingAround<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}
