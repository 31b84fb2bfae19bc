//! Sessions without HTTP, as jobs and tests use them.

use session::config::SessionConfig;
use session::{ErrorKind, Runtime, SessionData, Sessions, Token};
use session_stores::{MemoryStore, connect};
use session_tests::{GET, POST, Shop, World};

#[tokio::test]
async fn the_life_of_a_session_outside_http() {
    let sessions = Sessions::<Shop, _>::new(MemoryStore::new());
    let session = sessions.create();
    assert_eq!(sessions.token(&session).map(|token| token.handle()), None);
    session.sign_in(42);
    session.set_name(Some("alice".to_owned()));
    sessions.save(&session).await.unwrap();

    let token = sessions.token(&session).unwrap();
    let opened = sessions.open(&token).await.unwrap().unwrap();
    assert_eq!((opened.user_id(), opened.name().clone()), (Some(42), Some("alice".to_owned())));
    assert!(opened == session);
    assert_eq!(sessions.count().await.unwrap(), 1);

    let id = session.id().unwrap();
    assert!(sessions.delete(id).await.unwrap());
    assert!(!sessions.delete(id).await.unwrap());
    assert!(sessions.open(&token).await.unwrap().is_none());
    assert_eq!(sessions.get(id).await.unwrap_err().kind(), &ErrorKind::Absent);
    assert!(sessions.save(&opened).await.is_ok(), "nothing was changed");
    opened.set_views(1);
    assert!(sessions.save(&opened).await.unwrap_err().is_gone());
}

#[tokio::test]
async fn clearing_ends_every_session() {
    let sessions = Sessions::<Shop, _>::new(MemoryStore::new());
    for user in 0..20 {
        let session = sessions.create();
        session.sign_in(user);
        sessions.save(&session).await.unwrap();
    }
    assert_eq!(sessions.clear().await.unwrap(), 20);
    assert_eq!(sessions.count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_job_changes_a_session_by_its_handle_but_cannot_rotate_its_id() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let id = browser.begin().await.unwrap().session.id().unwrap();

    let sessions = world.sessions();
    let job = sessions.get(id).await.unwrap();
    job.update_views(|views| *views += 1);
    job.notice().set("Your order has left");
    sessions.save(&job).await.unwrap();
    assert!(sessions.token(&job).is_none());
    browser
        .visit(GET, async |session| {
            assert_eq!(session.views(), 1);
            assert_eq!(session.notice().take().as_deref(), Some("Your order has left"));
        })
        .await;

    job.set_role("admin".to_owned());
    assert_eq!(sessions.save(&job).await.unwrap_err().kind(), &ErrorKind::HeadSent);
    browser.visit(GET, async |session| assert_eq!(session.role(), "")).await;
}

#[tokio::test]
async fn an_erased_store_says_what_it_cannot_do() {
    let world = World::new();
    let error = world.sessions().count().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }));
}

#[derive(SessionData, Clone, serde::Serialize)]
struct Exported {
    user: Option<i64>,
    tags: Vec<String>,
}

#[test]
fn session_data_is_exported_as_json() {
    let session = Sessions::<Exported, _>::new(MemoryStore::new()).create();
    session.set_user(Some(7));
    session.set_tags(vec!["new".to_owned()]);
    assert_eq!(session.to_json().unwrap(), serde_json::json!({ "user": 7, "tags": ["new"] }));
}

#[tokio::test]
async fn a_store_is_chosen_at_run_time() {
    let sessions =
        Sessions::<Shop>::of(Runtime::from_dyn(connect("memory:").unwrap(), SessionConfig::default()));
    let session = sessions.create();
    session.set_views(1);
    sessions.save(&session).await.unwrap();
    assert_eq!(sessions.count().await.unwrap(), 1);

    let error = connect("postgres://user:pass@host").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)));
    assert!(!format!("{error} {error:?}").contains("pass"), "an address may hold a password");
}

#[tokio::test]
async fn a_token_from_text_opens_the_session() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(3)).await;
    let token = Token::parse(browser.cookie.as_ref().unwrap().as_bytes()).unwrap();
    let session = world.sessions().open(&token).await.unwrap().unwrap();
    assert_eq!(session.views(), 3);
}
