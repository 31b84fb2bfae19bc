//! actix-session: the struct under one key.

use std::hint::black_box;

use actix_session::storage::{CookieSessionStore, RedisSessionStore, SessionStore};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::test::init_service;
use actix_web::web::{Path, ServiceConfig, get, post};
use actix_web::{App as Actix, HttpResponse};

use super::think;
use crate::client::App;
use crate::server::Server;
use crate::shop::Shop;

const KEY: &str = "data";

pub(super) async fn bare() -> App {
    let service = init_service(
        Actix::new()
            .route("/static", get().to(ok))
            .route("/read", get().to(ok))
            .route("/change", post().to(ok))
            .route("/create", post().to(ok))
            .route("/login", post().to(bare_login)),
    );
    App::of_actix(service.await)
}

pub(super) async fn cookie() -> App {
    with_store(CookieSessionStore::default()).await
}

pub(super) async fn redis(server: &Server) -> App {
    with_store(
        RedisSessionStore::new(format!("redis://{}", server.address())).await.expect("the server is up"),
    )
    .await
}

async fn with_store(store: impl SessionStore + 'static) -> App {
    let middleware = SessionMiddleware::new(store, Key::generate());
    App::of_actix(init_service(Actix::new().wrap(middleware).configure(routes)).await)
}

fn routes(config: &mut ServiceConfig) {
    config
        .route("/static", get().to(ok))
        .route("/read", get().to(read))
        .route("/change", post().to(change))
        .route("/create", post().to(create))
        .route("/login", post().to(login))
        .route("/visits", get().to(visits))
        .route("/slow", post().to(slow))
        .route("/field/{n}", post().to(field))
        .route("/fields", get().to(fields));
}

fn load(session: &Session) -> Shop {
    session.get(KEY).expect("a value").unwrap_or_default()
}

async fn ok() -> &'static str {
    "ok"
}

async fn bare_login() -> HttpResponse {
    let cookie = "session=AAECAwQFBgcICQoLDA0ODw; Path=/; Secure; HttpOnly; SameSite=Lax";
    HttpResponse::Ok().insert_header(("set-cookie", cookie)).body("ok")
}

async fn read(session: Session) -> &'static str {
    black_box(load(&session).digest());
    "ok"
}

async fn change(session: Session) -> &'static str {
    let mut data = load(&session);
    data.visits += 1;
    session.insert(KEY, data).expect("a value");
    "ok"
}

async fn create(session: Session) -> &'static str {
    session.insert(KEY, Shop::sample()).expect("a value");
    "ok"
}

async fn login(session: Session) -> &'static str {
    let mut data = load(&session);
    data.visits += 1;
    data.user_id = Some(1_234_567);
    session.insert(KEY, data).expect("a value");
    session.renew();
    "ok"
}

async fn visits(session: Session) -> String {
    load(&session).visits.to_string()
}

async fn slow(session: Session) -> &'static str {
    let mut data = load(&session);
    think().await;
    data.visits += 1;
    session.insert(KEY, data).expect("a value");
    "ok"
}

async fn field(session: Session, n: Path<usize>) -> &'static str {
    black_box(load(&session));
    think().await;
    session.insert(format!("field{n}"), 1).expect("a value");
    "ok"
}

async fn fields(session: Session) -> String {
    let is_set = |n: &u32| session.get::<u32>(&format!("field{n}")).is_ok_and(|value| value.is_some());
    (0..64).filter(is_set).count().to_string()
}
