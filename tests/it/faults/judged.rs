//! What a browser may conclude from an answer. Each schedule is one that a stricter judgement would call broken, although
//! it keeps every promise; and each has a sibling that shows the judgement is not blind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use session_tests::{GET, POST, World};

use super::app::Client;
use super::browser::Browser;
use super::ground::Strike;
use super::report::Report;
use session::testing::TestClient;

/// A browser that has that token.
fn browser(router: Router, token: &str, report: &Arc<Report>) -> Browser {
    let client: Client = TestClient::new(router);
    let header = format!("session={token}; Path=/").parse().expect("a header");
    client.jar().receive(&header, &http::Uri::from_static("http://localhost/"));
    Browser::new(client, 0, 1, Arc::clone(report))
}

/// An app whose session moves on to another token with the first change, and whose first token still opens something:
/// `midst` happens between what the change reads and what it writes.
fn moves_on(midst: impl Fn() + Clone + Send + Sync + 'static) -> Router {
    let count = async move || {
        midst();
        [(SET_COOKIE, "session=another; Path=/")]
    };
    Router::new().route("/count", post(count)).route("/read", get(async || "true 0 2 "))
}

#[tokio::test]
async fn what_was_asked_before_a_calm_may_have_been_lost_although_it_is_answered_after_it() {
    let report = Report::start();
    report.strikes(Strike::FailOver);
    let calm = Arc::clone(&report);
    // The old master has seen the session rotated, and the new one has not. It begins another one there.
    let mut browser = browser(moves_on(move || calm.calm()), "first", &report);
    browser.count().await;
    browser.try_a_dead_token().await;
    assert_eq!(report.anomalies(false), Vec::<String>::new());
    report.end();
}

#[tokio::test]
async fn without_a_strike_a_token_that_comes_back_is_an_anomaly() {
    let report = Report::start();
    let mut browser = browser(moves_on(|| {}), "first", &report);
    browser.count().await;
    browser.try_a_dead_token().await;
    let anomalies = report.anomalies(false);
    assert!(
        anomalies.iter().any(|what| what.contains("a dead token of user 1 (unacknowledged) opens")),
        "{anomalies:?}"
    );
    report.end();
}

/// The real thing over a store in memory. The first login is answered 503 and arrives in the midst of the second; each
/// later one meets another that nobody knows of.
#[derive(Clone)]
struct Shop {
    world: World,
    logins: Arc<AtomicU64>,
}

impl Shop {
    fn visitor(&self, headers: &HeaderMap) -> session_tests::Browser {
        let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookies.and_then(|text| text.strip_prefix("session="));
        let mut visitor = self.world.browser();
        visitor.cookie = cookie.map(str::to_owned);
        visitor
    }

    fn router(answered: u64) -> Router {
        let shop = Self { world: World::new(), logins: Arc::new(AtomicU64::new(answered)) };
        Router::new()
            .route("/count", post(Self::count))
            .route("/login/{user}", post(Self::login))
            .route("/read", get(Self::read))
            .with_state(shop)
    }

    async fn count(State(shop): State<Self>, headers: HeaderMap) -> impl IntoResponse {
        let mut visitor = shop.visitor(&headers);
        visitor.visit(POST, async |session| session.update_views(|views| *views += 1)).await;
        set_cookie(&visitor)
    }

    async fn login(State(shop): State<Self>, headers: HeaderMap) -> Result<impl IntoResponse, StatusCode> {
        if shop.logins.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let mut visitor = shop.visitor(&headers);
        let [unanswered, answered] =
            [visitor.begin().await, visitor.begin().await].map(|request| request.expect("loads"));
        for request in [&unanswered, &answered] {
            request.session.sign_in(1);
        }
        unanswered.end(POST).await;
        let answer = answered.end(POST).await;
        visitor.receive(&answer);
        Ok(set_cookie(&visitor))
    }

    async fn read(State(shop): State<Self>, headers: HeaderMap) -> String {
        let pending = shop.visitor(&headers).begin().await.expect("loads");
        let session = &pending.session;
        let user = session.user_id().unwrap_or_default();
        let text = format!("{} {user} {} ", session.id().is_some(), session.views());
        pending.end(GET).await;
        text
    }
}

fn set_cookie(visitor: &session_tests::Browser) -> [(http::HeaderName, String); 1] {
    let token = visitor.cookie.as_deref().expect("a session");
    [(SET_COOKIE, format!("session={token}; Path=/"))]
}

/// Counts twice, and then signs in so many times: what is wrong with that.
async fn sign_in(router: Router, times: usize) -> Vec<String> {
    let report = Report::start();
    let mut browser = Browser::new(TestClient::new(router), 0, 1, Arc::clone(&report));
    browser.count().await;
    browser.count().await;
    for _ in 0..times {
        browser.login().await;
    }
    browser.read().await;
    report.end();
    report.anomalies(false)
}

#[tokio::test]
async fn a_login_may_take_over_what_the_unanswered_one_before_it_had() {
    assert_eq!(sign_in(Shop::router(0), 2).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_login_that_follows_none_in_doubt_may_not() {
    let anomalies = sign_in(Shop::router(1), 1).await;
    assert!(anomalies.iter().any(|what| what.contains("2 was counted where 0 to 0 can be")), "{anomalies:?}");
}
