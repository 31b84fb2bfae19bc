//! The hand-written floor: what a careful engineer would write for this one struct and no other. No versions, no
//! conditions, no expiry, no rotation of keys; ids are not hashed.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Arc, RwLock};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, SET_COOKIE};
use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::think;
use crate::client::App;
use crate::server::Server;
use crate::shop::Shop;

type Id = [u8; 16];

/// One way of keeping sessions.
trait Keeps: Clone + Send + Sync + 'static {
    /// Reads the session of a cookie's value.
    fn read(&self, value: &[u8]) -> impl Future<Output = Option<Arc<Shop>>> + Send;
    /// Changes it; the cookie's new value, if it has one.
    fn change(
        &self,
        value: &[u8],
        change: impl FnOnce(&mut Shop) + Send,
    ) -> impl Future<Output = Option<String>> + Send;
    /// Changes it and gives it another id.
    fn rotate(
        &self,
        value: &[u8],
        change: impl FnOnce(&mut Shop) + Send,
    ) -> impl Future<Output = String> + Send;
    /// Keeps a new session.
    fn create(&self, data: Shop) -> impl Future<Output = String> + Send;
}

fn app<K: Keeps>(keeps: K) -> App {
    let routes = Router::new()
        .route("/static", get(async || "ok"))
        .route("/read", get(read::<K>))
        .route("/change", post(change::<K>))
        .route("/create", post(create::<K>))
        .route("/login", post(login::<K>))
        .route("/visits", get(visits::<K>))
        .route("/slow", post(slow::<K>))
        .route("/field/{n}", post(async |Path(_): Path<usize>| "ok"))
        .route("/fields", get(async || "0"));
    App::Axum(routes.with_state(keeps))
}

fn cookie_of(request: &Request) -> &[u8] {
    let header = request.headers().get(COOKIE).map(|value| value.as_bytes()).unwrap_or_default();
    let mut pairs = header.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    pairs.find_map(|pair| pair.strip_prefix(b"session=")).unwrap_or_default()
}

fn set_cookie(value: &str) -> impl IntoResponse + use<> {
    let line = format!("session={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    (AppendHeaders([(SET_COOKIE, line)]), "ok")
}

async fn read<K: Keeps>(State(keeps): State<K>, request: Request) -> &'static str {
    black_box(keeps.read(cookie_of(&request)).await.expect("a session").digest());
    "ok"
}

async fn change<K: Keeps>(State(keeps): State<K>, request: Request) -> Response {
    match keeps.change(cookie_of(&request), |data| data.visits += 1).await {
        Some(value) => set_cookie(&value).into_response(),
        None => "ok".into_response(),
    }
}

async fn create<K: Keeps>(State(keeps): State<K>) -> impl IntoResponse {
    set_cookie(&keeps.create(Shop::sample()).await)
}

async fn login<K: Keeps>(State(keeps): State<K>, request: Request) -> impl IntoResponse {
    let change = |data: &mut Shop| {
        data.visits += 1;
        data.user_id = Some(1_234_567);
    };
    set_cookie(&keeps.rotate(cookie_of(&request), change).await)
}

async fn visits<K: Keeps>(State(keeps): State<K>, request: Request) -> String {
    keeps.read(cookie_of(&request)).await.expect("a session").visits.to_string()
}

async fn slow<K: Keeps>(State(keeps): State<K>, request: Request) -> Response {
    let visits = keeps.read(cookie_of(&request)).await.expect("a session").visits;
    think().await;
    match keeps.change(cookie_of(&request), |data| data.visits = visits + 1).await {
        Some(value) => set_cookie(&value).into_response(),
        None => "ok".into_response(),
    }
}

fn id_of(value: &[u8]) -> Option<Id> {
    let mut id = [0; 16];
    (URL_SAFE_NO_PAD.decode_slice(value, &mut id) == Ok(16)).then_some(id)
}

/// A map of shared structs.
#[derive(Clone, Default)]
struct Memory(Arc<RwLock<HashMap<Id, Arc<Shop>>>>);

pub(super) fn memory() -> App {
    app(Memory::default())
}

impl Keeps for Memory {
    async fn read(&self, value: &[u8]) -> Option<Arc<Shop>> {
        self.0.read().expect("no panics").get(&id_of(value)?).cloned()
    }

    async fn change(&self, value: &[u8], change: impl FnOnce(&mut Shop)) -> Option<String> {
        let mut map = self.0.write().expect("no panics");
        change(Arc::make_mut(map.get_mut(&id_of(value)?)?));
        None
    }

    async fn rotate(&self, value: &[u8], change: impl FnOnce(&mut Shop)) -> String {
        let id: Id = rand::random();
        let mut map = self.0.write().expect("no panics");
        let mut data = id_of(value).and_then(|old| map.remove(&old)).expect("a session");
        change(Arc::make_mut(&mut data));
        map.insert(id, data);
        URL_SAFE_NO_PAD.encode(id)
    }

    async fn create(&self, data: Shop) -> String {
        let id: Id = rand::random();
        self.0.write().expect("no panics").insert(id, Arc::new(data));
        URL_SAFE_NO_PAD.encode(id)
    }
}

/// postcard in AES-256-GCM in base64url, with one key whose schedule is kept.
#[derive(Clone)]
struct Cookie(Arc<LessSafeKey>);

pub(super) fn cookie() -> App {
    let key = UnboundKey::new(&AES_256_GCM, &rand::random::<[u8; 32]>()).expect("a key of 32 bytes");
    app(Cookie(Arc::new(LessSafeKey::new(key))))
}

impl Cookie {
    fn open(&self, value: &[u8]) -> Option<Shop> {
        let mut buffer = [0; 1024];
        let length = URL_SAFE_NO_PAD.decode_slice(value, &mut buffer).ok()?;
        let (nonce, sealed) = buffer[..length].split_first_chunk_mut::<12>()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        postcard::from_bytes(self.0.open_in_place(nonce, Aad::empty(), sealed).ok()?).ok()
    }

    fn seal(&self, data: &Shop) -> String {
        let mut buffer = [0; 1024];
        let nonce: [u8; 12] = rand::random();
        buffer[..12].copy_from_slice(&nonce);
        let length = postcard::to_slice(data, &mut buffer[12..]).expect("room").len();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = &mut buffer[12..12 + length];
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::empty(), plain).expect("short");
        buffer[12 + length..28 + length].copy_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(&buffer[..28 + length])
    }
}

impl Keeps for Cookie {
    async fn read(&self, value: &[u8]) -> Option<Arc<Shop>> {
        self.open(value).map(Arc::new)
    }

    async fn change(&self, value: &[u8], change: impl FnOnce(&mut Shop)) -> Option<String> {
        let mut data = self.open(value)?;
        change(&mut data);
        Some(self.seal(&data))
    }

    async fn rotate(&self, value: &[u8], change: impl FnOnce(&mut Shop)) -> String {
        let mut data = self.open(value).expect("a session");
        change(&mut data);
        self.seal(&data)
    }

    async fn create(&self, data: Shop) -> String {
        self.seal(&data)
    }
}

/// postcard under the id, over one multiplexed connection.
#[derive(Clone)]
struct Redis(MultiplexedConnection);

pub(super) async fn redis(server: &Server) -> App {
    let client = redis::Client::open(format!("redis://{}", server.address())).expect("an address");
    app(Redis(client.get_multiplexed_async_connection().await.expect("the server is up")))
}

impl Redis {
    async fn load(&self, value: &[u8]) -> Shop {
        let bytes: Vec<u8> = self.0.clone().get(value).await.expect("the server is up");
        postcard::from_bytes(&bytes).expect("a session")
    }

    async fn save(&self, value: &[u8], data: &Shop) {
        let bytes = postcard::to_stdvec(data).expect("bytes");
        let _: () = self.0.clone().set_ex(value, bytes, 3600).await.expect("the server is up");
    }
}

impl Keeps for Redis {
    async fn read(&self, value: &[u8]) -> Option<Arc<Shop>> {
        Some(Arc::new(self.load(value).await))
    }

    async fn change(&self, value: &[u8], change: impl FnOnce(&mut Shop) + Send) -> Option<String> {
        let mut data = self.load(value).await;
        change(&mut data);
        self.save(value, &data).await;
        None
    }

    async fn rotate(&self, value: &[u8], change: impl FnOnce(&mut Shop) + Send) -> String {
        let mut data = self.load(value).await;
        change(&mut data);
        let id = URL_SAFE_NO_PAD.encode(rand::random::<Id>());
        let bytes = postcard::to_stdvec(&data).expect("bytes");
        let mut both = redis::pipe();
        both.set_ex(&id, bytes, 3600).ignore().del(value).ignore();
        let _: () = both.query_async(&mut self.0.clone()).await.expect("the server is up");
        id
    }

    async fn create(&self, data: Shop) -> String {
        let id = URL_SAFE_NO_PAD.encode(rand::random::<Id>());
        self.save(id.as_bytes(), &data).await;
        id
    }
}
