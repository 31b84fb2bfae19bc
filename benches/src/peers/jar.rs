//! axum-extra's private cookie jar: the struct as JSON in an encrypted cookie. An extractor, no middleware.

use std::hint::black_box;

use axum::Router;
use axum::extract::{FromRef, Path};
use axum::routing::{get, post};
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, Key, SameSite};
use serde::{Serialize, de::DeserializeOwned};

use super::think;
use crate::client::App;
use crate::shop::Shop;

#[derive(Clone)]
struct Keys(Key);

impl FromRef<Keys> for Key {
    fn from_ref(keys: &Keys) -> Self {
        keys.0.clone()
    }
}

type Jar = PrivateCookieJar<Key>;

pub(super) fn app() -> App {
    let routes = Router::new()
        .route("/static", get(async || "ok"))
        .route("/read", get(read))
        .route("/change", post(change))
        .route("/create", post(create))
        .route("/login", post(login))
        .route("/visits", get(async |jar: Jar| load::<Shop>(&jar).visits.to_string()))
        .route("/slow", post(slow))
        .route("/field/{n}", post(field))
        .route("/fields", get(async |jar: Jar| load::<Vec<usize>>(&jar).len().to_string()));
    App::Axum(routes.with_state(Keys(Key::generate())))
}

fn load<T: DeserializeOwned + Default>(jar: &Jar) -> T {
    let cookie = jar.get("session");
    cookie.and_then(|cookie| serde_json::from_str(cookie.value()).ok()).unwrap_or_default()
}

fn store(jar: Jar, data: &impl Serialize) -> (Jar, &'static str) {
    let text = serde_json::to_string(data).expect("JSON");
    let cookie =
        Cookie::build(("session", text)).path("/").secure(true).http_only(true).same_site(SameSite::Lax);
    (jar.add(cookie), "ok")
}

async fn read(jar: Jar) -> &'static str {
    black_box(load::<Shop>(&jar).digest());
    "ok"
}

async fn change(jar: Jar) -> (Jar, &'static str) {
    let mut data: Shop = load(&jar);
    data.visits += 1;
    store(jar, &data)
}

async fn create(jar: Jar) -> (Jar, &'static str) {
    store(jar, &Shop::sample())
}

async fn login(jar: Jar) -> (Jar, &'static str) {
    let mut data: Shop = load(&jar);
    data.visits += 1;
    data.user_id = Some(1_234_567);
    store(jar, &data)
}

async fn slow(jar: Jar) -> (Jar, &'static str) {
    let mut data: Shop = load(&jar);
    think().await;
    data.visits += 1;
    store(jar, &data)
}

async fn field(jar: Jar, Path(n): Path<usize>) -> (Jar, &'static str) {
    let mut fields: Vec<usize> = load(&jar);
    think().await;
    fields.push(n);
    store(jar, &fields)
}
