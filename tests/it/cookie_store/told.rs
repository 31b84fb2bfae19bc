//! What is told of sessions that their clients hold.

use std::sync::Mutex;
use std::time::Duration;

use session::config::Lifetime;
use session::event::{Events, SessionEvent, from_fn};

use super::*;

type Heard = Arc<Mutex<Vec<SessionEvent>>>;

fn ear() -> (Heard, Events) {
    let heard = Heard::default();
    let ear = Arc::clone(&heard);
    (heard, Events::none().with(from_fn(move |event| ear.lock().unwrap().push(event.clone()))))
}

fn has(heard: &Heard, what: impl Fn(&SessionEvent) -> bool) -> bool {
    std::mem::take(&mut *heard.lock().unwrap()).iter().any(what)
}

#[tokio::test]
async fn a_session_without_all_of_its_cookies_is_told_of() {
    let (heard, events) = ear();
    let client = Deployment::new().browser_with(|config| config.cookie_chunks(4).events(events));
    client.post("/fill", &[("bytes", "6500")]).await;
    let mut cookies = stolen(&client);
    cookies.retain(|cookie| !cookie.name.ends_with(".1"));
    heard.lock().unwrap().clear();
    assert_eq!(thief(&client, &cookies).get("/").await.text(), NOBODY);
    assert!(has(&heard, |event| matches!(event, SessionEvent::IncompleteCookie)));
}

#[tokio::test]
async fn a_copy_of_an_ended_session_is_told_of() {
    let (heard, events) = ear();
    let deployment = Deployment::new();
    let runtime = deployment.runtime(deployment.revocable(), |config| config.events(events));
    let client: Client = TestClient::new(shop(runtime));
    client.post("/sign-in", &[("user", "1")]).await;
    let copy = stolen(&client);
    client.post("/sign-out", &[]).await;
    heard.lock().unwrap().clear();
    thief(&client, &copy).get("/").await;
    assert!(has(&heard, |event| matches!(event, SessionEvent::RevokedUsed { .. })));
}

/// It was made when lifetimes were longer than marks are kept for.
#[tokio::test]
async fn a_session_that_outlives_the_marks_on_it_is_told_of() {
    let day = Duration::from_secs(24 * 60 * 60);
    let (heard, events) = ear();
    let deployment = Deployment::new();
    let long = Lifetime { idle: 90 * day, absolute: 90 * day, persistent: true };
    let before = deployment.browser_with(|config| config.authenticated(long));
    before.post("/sign-in", &[("user", "1")]).await;
    let runtime = deployment.runtime(deployment.revocable(), |config| config.events(events));
    let after: Client = TestClient::new(shop(runtime));
    assert_eq!(thief(&after, &stolen(&before)).get("/").await.text(), NOBODY);
    assert!(has(&heard, |event| matches!(event, SessionEvent::OutlivesMarks { .. })));
}
