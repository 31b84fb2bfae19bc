//! Sessions in the client's own cookie, through a real router and a browser: what such a store promises, and what it
//! cannot.

mod chunks;
mod evolving;
mod journey;
mod keys;
mod on_redis;
mod revoking;
mod sizes;
mod tabs;
mod told;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Form;
use axum::response::Redirect;
use axum::routing::{get, post};
use http::{Request, StatusCode};
use session::clock::ManualClock;
use session::config::{SessionConfig, SessionConfigBuilder};
use session::crypto::{Key, KeyRing, SharedKeyRing};
use session::testing::{Counting, Faulty, StoredCookie, TestClient, TestResponse};
use session::{Runtime, Session, SessionLayer};
use session_stores::cookie::CookieStoreBuilder;
use session_stores::{CookieStore, MemoryStore};
use session_tests::{Item, Shop};

type Client = TestClient<Router, Body>;

const NAME: &str = "__Host-session";

/// What the nodes of one deployment share.
#[derive(Clone)]
struct Deployment {
    clock: Arc<ManualClock>,
    keys: SharedKeyRing,
    marks: Counting<Faulty<MemoryStore>>,
    faults: Faulty<MemoryStore>,
}

impl Deployment {
    fn new() -> Self {
        let clock = Arc::<ManualClock>::default();
        let keys = KeyRing::new(&Key::generate().expect("random bytes")).into();
        let faults = Faulty::new(MemoryStore::builder().clock(Arc::clone(&clock)).build());
        Self { clock, keys, marks: Counting::new(faults.clone()), faults }
    }

    /// A cookie store of this deployment, without marks.
    fn store(&self) -> CookieStoreBuilder {
        CookieStore::builder().keys(self.keys.clone()).clock(Arc::clone(&self.clock))
    }

    /// A cookie store of this deployment, with marks.
    fn revocable(&self) -> CookieStore {
        self.store().revocation(self.marks.clone()).build()
    }

    /// What the layers of a node share.
    fn runtime(
        &self,
        store: CookieStore,
        configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder,
    ) -> Arc<Runtime> {
        let config = configure(SessionConfig::builder().clock(Arc::clone(&self.clock)));
        Runtime::new(store, config.build().expect("a valid configuration"))
    }

    /// A browser in front of a node without marks.
    fn browser(&self) -> Client {
        self.browser_with(|config| config)
    }

    fn browser_with(&self, configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder) -> Client {
        TestClient::new(shop(self.runtime(self.store().build(), configure)))
    }
}

/// A small shop.
fn shop(runtime: Arc<Runtime>) -> Router {
    Router::new()
        .route("/", get(view))
        .route("/still", get(async || "still"))
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/destroy", post(destroy))
        .route("/add", post(add))
        .route("/fill", post(fill))
        .route("/role", post(role))
        .route("/count", post(count))
        .layer(SessionLayer::<Shop>::from_runtime(runtime))
}

async fn view(session: Session<Shop>) -> String {
    let skus: Vec<_> = session.cart().iter().map(|item| item.sku.clone()).collect();
    let (user, role, views) = (session.user_id(), session.role().clone(), session.views());
    let notice = session.notice().take();
    format!("{user:?} {role:?} {skus:?} {views} {notice:?}")
}

async fn sign_in(session: Session<Shop>, Form(form): Form<Vec<(String, String)>>) -> Redirect {
    session.set_user_id(form.first().and_then(|(_, user)| user.parse().ok()));
    session.notice().set("Hello");
    Redirect::to("/")
}

async fn sign_out(session: Session<Shop>) -> StatusCode {
    match session.sign_out().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn destroy(session: Session<Shop>) -> StatusCode {
    match session.destroy().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn add(session: Session<Shop>, Form(form): Form<Vec<(String, String)>>) {
    let items = form.iter().map(|(_, sku)| Item::one(sku));
    session.update_cart(|cart| cart.extend(items));
}

/// So many bytes that do not compress.
async fn fill(session: Session<Shop>, Form(form): Form<Vec<(String, String)>>) {
    let bytes: usize = form.first().and_then(|(_, bytes)| bytes.parse().ok()).unwrap_or_default();
    session.set_name(Some(noise(bytes)));
}

async fn role(session: Session<Shop>, Form(form): Form<Vec<(String, String)>>) {
    session.set_role(form.first().map(|(_, role)| role.clone()).unwrap_or_default());
}

async fn count(session: Session<Shop>) {
    session.update_views(|views| *views += 1);
}

fn noise(bytes: usize) -> String {
    let mut state = 7_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).expect("less than 90"))
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

/// The cookies that a browser holds, to be put into another one.
fn stolen(client: &Client) -> Vec<StoredCookie> {
    client.jar().iter().cloned().collect()
}

/// Another browser that holds these cookies.
fn thief(client: &Client, cookies: &[StoredCookie]) -> Client {
    let device = client.device();
    for cookie in cookies {
        device.jar().put(cookie.clone());
    }
    device
}

/// A page as it is seen with this `Cookie` header and no jar.
async fn seen_with(client: &Client, header: &str) -> TestResponse {
    let request = Request::get("/").header("cookie", header).body(Body::empty()).expect("a request");
    client.device().send(request).await
}

const NOBODY: &str = "None \"\" [] 0 None";
