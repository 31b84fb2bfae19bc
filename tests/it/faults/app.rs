use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::{get, post};
use http::StatusCode;
use session::event::{SessionEvent, from_fn};
use session::testing::TestClient;
use session::{Session, SessionConfig, SessionLayer};
use session_stores::RedisStore;
use session_stores::wrap::{BreakerMonitor, ResilienceConfig, resilient_sharded};
use session_tests::Shop;
use session_tests::redis_subject::application;
use tokio::time::Instant;

pub(super) type Client = TestClient<Router, Body>;

/// The app, with everything as it is by default.
pub(super) struct App {
    router: Router,
    circuits: BreakerMonitor,
    /// What a load or a commit failed with last.
    failure: Arc<Mutex<String>>,
}

impl App {
    pub(super) fn start(address: &str, has_replicas: bool) -> Self {
        let mut builder = RedisStore::builder(address).application(&application());
        if has_replicas {
            builder = builder.replicas_ack(1, Duration::from_millis(100));
        }
        let store = resilient_sharded(builder.build().unwrap(), ResilienceConfig::default()).unwrap();
        let circuits = store.monitor();
        let failure = Arc::<Mutex<String>>::default();
        let last = Arc::clone(&failure);
        let config = SessionConfig::builder().development().events(from_fn(move |event| {
            if let SessionEvent::LoadFailed { failure } | SessionEvent::CommitFailed { failure } = event {
                *last.lock().unwrap() = format!("{failure:?}");
            }
        }));
        let router = Router::new()
            .route("/read", get(read))
            .route("/count", post(async |session: Session<Shop>| session.update_views(|views| *views += 1)))
            .route("/write/{text}", post(write))
            .route("/login/{user}", post(login))
            .route("/logout", post(logout))
            .layer(SessionLayer::<Shop>::with_config(store, config.build().unwrap()));
        Self { router, circuits, failure }
    }

    pub(super) fn client(&self) -> Client {
        TestClient::new(self.router.clone())
    }

    /// Which circuits are open, and what failed last.
    pub(super) fn circuits(&self) -> String {
        format!("{:?}, last: {}", self.circuits.circuits(), self.failure.lock().unwrap())
    }

    /// Waits until all of these can use their sessions, which are all over the servers: how long it took.
    pub(super) async fn recovered(&self, probes: &[Client], within: Duration) -> Result<Duration, String> {
        let begun = Instant::now();
        let mut last = String::new();
        while begun.elapsed() < within {
            let mut well = 0;
            for probe in probes {
                let response = probe.post("/count", &[]).await;
                match response.status.as_u16() {
                    200 => well += 1,
                    status => last = format!("{status}"),
                }
            }
            if well == probes.len() {
                return Ok(begun.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(last)
    }
}

/// Whether there is a session, who it is, the count and the text.
async fn read(session: Session<Shop>) -> String {
    let user = session.user_id().unwrap_or_default();
    format!("{} {user} {} {}", session.id().is_some(), session.views(), session.theme())
}

async fn write(Path(text): Path<String>, session: Session<Shop>) {
    session.set_theme(text);
}

async fn login(Path(user): Path<i64>, session: Session<Shop>) {
    session.sign_in(user);
}

/// Whether there was a session to end.
async fn logout(session: Session<Shop>) -> Result<String, StatusCode> {
    let stored = session.id().is_some();
    session.destroy().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(stored.to_string())
}
