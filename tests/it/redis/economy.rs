//! What an app costs on the wire, counted by the server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use session::testing::{ManualClock, TestClient};
use session::{Session, SessionConfig, SessionLayer};
use session_stores::RedisStore;
use session_tests::Shop;
use session_tests::servers::Server;

const MINUTE: Duration = Duration::from_secs(60);

/// The commands that a server executed, by name; those inside of scripts, too.
type Commands = BTreeMap<String, u64>;

struct App {
    server: Server,
    clock: Arc<ManualClock>,
    browser: TestClient<Router, Body>,
}

impl App {
    /// An app with a session of somebody, whose server knows all scripts.
    async fn start() -> Self {
        let server = Server::start(&[]);
        let clock = Arc::new(ManualClock::default());
        let patience = Duration::from_secs(20);
        let store = RedisStore::builder(&server.address())
            .connect_timeout(patience)
            .response_timeout(patience)
            .operation_timeout(patience)
            .server_clock(Arc::clone(&clock))
            .build()
            .unwrap();
        let router = Router::new()
            .route("/untouched", get(async || "hello"))
            .route("/read", get(async |session: Session<Shop>| session.views().to_string()))
            .route("/change", post(async |session: Session<Shop>| session.update_views(|views| *views += 1)))
            .route("/login", post(async |session: Session<Shop>| session.set_user_id(Some(7))))
            .route("/logout", post(async |session: Session<Shop>| session.destroy().await.unwrap()))
            .layer(SessionLayer::<Shop>::with_config(store, SessionConfig::development()));
        let app = Self { server, clock, browser: TestClient::new(router) };
        app.browser.post("/change", &[]).await;
        app.clock_goes_on(2 * MINUTE);
        app.browser.get("/read").await;
        app.browser.post("/logout", &[]).await;
        app.browser.post("/change", &[]).await;
        app.executed();
        app
    }

    fn clock_goes_on(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// What was executed since the last time.
    fn executed(&self) -> Commands {
        let stats: String = self.server.ask(&["INFO", "commandstats"]);
        self.server.ask::<()>(&["CONFIG", "RESETSTAT"]);
        let calls = stats.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
        });
        // Of the test's own connections, and of new ones.
        let own = ["info", "config|resetstat", "config", "hello", "client|setinfo", "client"];
        calls.filter(|(name, _): &(String, u64)| !own.contains(&name.as_str())).collect()
    }

    async fn post(&self, path: &str) -> Commands {
        let response = self.browser.post(path, &[]).await;
        assert_eq!(response.status.as_u16(), 200, "{path}");
        self.executed()
    }

    async fn get(&self, path: &str) -> Commands {
        let response = self.browser.get(path).await;
        assert_eq!(response.status.as_u16(), 200, "{path}");
        self.executed()
    }
}

fn commands<const N: usize>(commands: [(&str, u64); N]) -> Commands {
    commands.into_iter().map(|(name, calls)| (name.to_owned(), calls)).collect()
}

/// One `GET`, and one script that has a `GET` and a `SET` in it: two round trips.
fn load_and_commit() -> Commands {
    commands([("get", 2), ("evalsha", 1), ("set", 1)])
}

#[tokio::test]
async fn a_request_costs_as_few_round_trips_as_it_can() {
    let app = App::start().await;
    assert_eq!(app.get("/untouched").await, commands([]), "untouched: none");
    assert_eq!(app.get("/read").await, commands([("get", 1)]), "read: one");
    assert_eq!(app.post("/change").await, load_and_commit(), "change: two");
    // Anonymous before, so the id rotates; in the same script.
    assert_eq!(app.post("/login").await, load_and_commit(), "login with rotation: two");
    let load_and_delete = commands([("get", 1), ("evalsha", 1), ("getrange", 1), ("del", 1), ("set", 1)]);
    assert_eq!(app.post("/logout").await, load_and_delete, "logout: two");
    assert_eq!(app.get("/read").await, commands([]), "after a logout there is no token to ask for");
}

#[tokio::test]
async fn sliding_costs_a_reader_one_touch_per_threshold_and_a_writer_nothing() {
    let app = App::start().await;
    let read = commands([("get", 1)]);
    let read_and_touch =
        commands([("get", 1), ("evalsha", 1), ("getrange", 1), ("pexpire", 1), ("setrange", 1)]);
    app.clock_goes_on(MINUTE.saturating_sub(Duration::from_millis(1)));
    assert_eq!(app.get("/read").await, read, "below the threshold");
    app.clock_goes_on(Duration::from_millis(1));
    assert_eq!(app.get("/read").await, read_and_touch, "at the threshold");
    for _ in 0..5 {
        assert_eq!(app.get("/read").await, read, "touched a moment ago");
    }
    app.clock_goes_on(5 * MINUTE);
    assert_eq!(app.post("/change").await, load_and_commit(), "a commit slides along");
    assert_eq!(app.get("/read").await, read, "a commit has slid it");
}
