//! A CSRF token belongs to the session that the response leaves behind.

use axum::{Router, routing};
use session::testing::{Fault, Operation};
use session::{CsrfGuard, Session, SessionLayer};
use session_tests::{GET, POST, Shop, World};

use super::csrf::{guarded, token};
use super::{config, get, post, ring, with};
use crate::adapters::send;

#[tokio::test]
async fn the_first_page_of_a_session_has_a_token_that_is_valid() {
    let world = World::new();
    let app = guarded(&world, CsrfGuard::new());
    // The view is what creates the session, with the response.
    let first = send(&app, get("/view")).await;
    let seen = send(&app, token(with(post("/"), &first.cookie()), &first.body)).await;
    assert_eq!(seen.status(), 200);
}

#[tokio::test]
async fn a_token_that_is_rendered_after_a_sign_in_is_that_of_the_new_id() {
    let world = World::new();
    let layer = SessionLayer::<Shop>::with_config(world.store.clone(), config(&world, |config| config));
    let render = async |session: Session<Shop>| {
        let before = session.csrf_token().expect("keys");
        session.sign_in(42);
        let after = session.csrf_token().expect("keys");
        format!("{before} {after}")
    };
    let promote = async |session: Session<Shop>| {
        session.set_role("admin".to_owned());
        session.csrf_token().expect("keys").to_string()
    };
    let app = Router::new()
        .route("/view", routing::get(async |session: Session<Shop>| session.set_views(1)))
        .route("/", routing::get(render).post(async || ()))
        .route("/promote", routing::get(promote))
        .layer(CsrfGuard::<Shop>::new())
        .layer(layer);
    let anonymous = send(&app, get("/view")).await.cookie();
    let page = send(&app, with(get("/"), &anonymous)).await;
    let (before, after) = page.body.split_once(' ').unwrap();
    assert_eq!(send(&app, token(with(post("/"), &page.cookie()), before)).await.status(), 403);
    assert_eq!(send(&app, token(with(post("/"), &page.cookie()), after)).await.status(), 200);
    let page = send(&app, with(get("/promote"), &page.cookie())).await;
    assert_eq!(send(&app, token(with(post("/"), &page.cookie()), &page.body)).await.status(), 200);
}

/// A token names the session that is still to be created. Once that was ended, what is set afterwards is another one.
#[tokio::test]
async fn a_token_does_not_bring_back_a_session_that_was_ended_before_its_answer_came() {
    let world = World::with(|config| config.keys(ring(&[1])));
    for lost in [Fault::LoseAnswer, Fault::LoseRequest] {
        let mut browser = world.browser();
        let request = browser.begin().await.unwrap();
        let token = request.session.csrf_token().unwrap();
        request.session.set_views(1);
        world.faults.next(Operation::Commit, lost);
        assert!(request.session.commit().await.unwrap_err().is_unavailable());
        request.session.destroy().await.unwrap();
        request.session.set_views(2);
        let answer = request.end(POST).await;
        assert!(answer.failure.is_none(), "{:?}", answer.failure);
        browser.receive(&answer);
        browser
            .visit(GET, async |session| {
                assert_eq!(session.views(), 2);
                assert!(!session.is_csrf_token(token.as_str()).unwrap());
            })
            .await;
    }
}

#[tokio::test]
async fn a_create_that_never_left_keeps_the_token_that_was_handed_out() {
    let world = World::with(|config| config.keys(ring(&[1])));
    for lost in [Fault::FailBefore, Fault::LoseAnswer, Fault::LoseRequest] {
        let mut browser = world.browser();
        let request = browser.begin().await.unwrap();
        let token = request.session.csrf_token().unwrap();
        request.session.set_views(1);
        world.faults.next(Operation::Commit, lost);
        assert!(request.session.commit().await.unwrap_err().is_unavailable());
        let again = request.session.csrf_token().unwrap();
        browser.receive(&request.end(POST).await);
        browser
            .visit(GET, async |session| {
                for token in [&token, &again] {
                    assert!(session.is_csrf_token(token.as_str()).unwrap());
                }
            })
            .await;
    }
}
