//! This project, on axum and on actix-web: the handlers are the same.

use std::hint::black_box;

use actix_web::test::init_service;
use actix_web::{App as Actix, web};
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use session::actix::SessionMiddleware;
use session::crypto::{Key, KeyRing};
use session::store::Store;
use session::{Runtime, Session, SessionConfig, SessionData, SessionLayer};
use session_stores::{CookieStore, MemoryStore, RedisStore};

use super::think;
use crate::client::App;
use crate::server::Server;
use crate::shop::Shop;

type Customer = Session<Shop>;

pub(super) fn memory() -> App {
    on_axum(MemoryStore::new())
}

pub(super) async fn memory_on_actix() -> App {
    on_actix(MemoryStore::new()).await
}

pub(super) fn cookie() -> App {
    on_axum(cookie_store())
}

pub(super) async fn cookie_on_actix() -> App {
    on_actix(cookie_store()).await
}

pub(super) fn redis(server: &Server) -> App {
    on_axum(redis_store(server))
}

pub(super) async fn redis_on_actix(server: &Server) -> App {
    on_actix(redis_store(server)).await
}

fn cookie_store() -> CookieStore {
    CookieStore::new(KeyRing::new(&Key::generate().expect("randomness")))
}

fn redis_store(server: &Server) -> RedisStore {
    RedisStore::new(&format!("redis://{}", server.address())).expect("an address")
}

/// Of the sessions of many fields, which are beside those of the shop.
fn wide_config() -> SessionConfig {
    SessionConfig::builder().cookie_name("__Host-wide").build().expect("a configuration")
}

fn on_axum(store: impl Store + Clone) -> App {
    let routes = Router::new()
        .route("/static", get(async || "ok"))
        .route("/read", get(read))
        .route("/change", post(change))
        .route("/create", post(create))
        .route("/login", post(login))
        .route("/visits", get(visits))
        .route("/slow", post(slow))
        .layer(SessionLayer::<Shop>::new(store.clone()));
    let wide = Router::new()
        .route(
            "/field/{n}",
            post(async |session: Session<Wide>, Path(n): Path<usize>| field(session, n).await),
        )
        .route("/fields", get(fields))
        .layer(SessionLayer::<Wide>::with_config(store, wide_config()));
    App::Axum(routes.merge(wide))
}

async fn on_actix(store: impl Store + Clone) -> App {
    let shop = SessionMiddleware::<Shop>::new(Runtime::new(store.clone(), SessionConfig::default()));
    let wide = SessionMiddleware::<Wide>::new(Runtime::new(store, wide_config()));
    let one = async |session: Session<Wide>, n: web::Path<usize>| field(session, n.into_inner()).await;
    let app = Actix::new()
        .wrap(shop)
        .route("/static", web::get().to(async || "ok"))
        .route("/read", web::get().to(read))
        .route("/change", web::post().to(change))
        .route("/create", web::post().to(create))
        .route("/login", web::post().to(login))
        .route("/visits", web::get().to(visits))
        .route("/slow", web::post().to(slow))
        .service(web::resource("/field/{n}").wrap(wide.clone()).route(web::post().to(one)))
        .service(web::resource("/fields").wrap(wide).route(web::get().to(fields)));
    App::of_actix(init_service(app).await)
}

async fn read(session: Customer) -> &'static str {
    black_box(session.read(Shop::digest));
    "ok"
}

async fn change(session: Customer) -> &'static str {
    session.update_visits(|visits| *visits += 1);
    "ok"
}

async fn create(session: Customer) -> &'static str {
    session.update(|data| *data = Shop::sample());
    "ok"
}

async fn login(session: Customer) -> &'static str {
    session.update_visits(|visits| *visits += 1);
    session.sign_in(1_234_567);
    "ok"
}

async fn slow(session: Customer) -> &'static str {
    let visits = session.visits();
    think().await;
    session.set_visits(visits + 1);
    "ok"
}

async fn visits(session: Customer) -> String {
    session.visits().to_string()
}

async fn field(session: Session<Wide>, n: usize) -> &'static str {
    black_box(session.read(Wide::set));
    think().await;
    session.update(|data| *data.number(n) = 1);
    "ok"
}

async fn fields(session: Session<Wide>) -> String {
    session.read(Wide::set).to_string()
}

macro_rules! wide {
    ($($field:ident)*) => {
        /// A session of many fields.
        #[derive(SessionData, Clone)]
        #[session(version = 1)]
        struct Wide {
            $($field: u32,)*
        }

        impl Wide {
            /// The field with that number.
            fn number(&mut self, n: usize) -> &mut u32 {
                [$(&mut self.$field),*].into_iter().nth(n).expect("a field")
            }

            /// How many are set.
            fn set(&self) -> usize {
                [$(self.$field),*].into_iter().filter(|value| *value != 0).count()
            }
        }
    };
}

wide! {
    a0 a1 a2 a3 a4 a5 a6 a7 b0 b1 b2 b3 b4 b5 b6 b7 c0 c1 c2 c3 c4 c5 c6 c7 d0 d1 d2 d3 d4 d5 d6 d7
    e0 e1 e2 e3 e4 e5 e6 e7 f0 f1 f2 f3 f4 f5 f6 f7 g0 g1 g2 g3 g4 g5 g6 g7 h0 h1 h2 h3 h4 h5 h6 h7
}
