//! The button that ends a session.

use http::{Method, StatusCode};
use session::event::{RevokedBy, SessionEvent};

use super::{App, at};

#[tokio::test]
async fn the_button_ends_the_session_and_goes_back_to_the_list() {
    let app = App::new();
    let (token, other) = (app.sign_in(7).await, app.sign_in(7).await);
    app.events();
    let form = format!("{}/end?of=7", at(&token));
    let answer = app.ask(Method::POST, &form, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/ops/sessions/sessions?of=7");
    assert!(app.sessions.open(&token).await.unwrap().is_none());
    assert!(app.sessions.open(&other).await.unwrap().is_some());
    let by_operator = SessionEvent::Revoked { session: token.handle().into(), by: RevokedBy::Operator };
    assert!(app.events().contains(&by_operator));

    // Twice is once.
    let again = app.ask(Method::POST, &form, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(!app.events().contains(&by_operator));
}

#[tokio::test]
async fn an_older_browser_says_where_the_form_stood_by_its_origin() {
    let app = App::new();
    let token = app.sign_in(7).await;
    let form = format!("{}/end", at(&token));
    let answer = app.ask(Method::POST, &form, &[("origin", "https://ops.example")]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/ops/sessions/"));
    assert!(app.sessions.open(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_else_can_make_an_operators_browser_do_it() {
    let app = App::new();
    let token = app.sign_in(7).await;
    let form = format!("{}/end", at(&token));
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://ops.example")],
    ];
    for headers in foreign {
        let answer = app.ask(Method::POST, &form, headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    // Neither does a link.
    let link = app.ask(Method::GET, &form, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(link.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(app.sessions.open(&token).await.unwrap().is_some());
}

#[tokio::test]
async fn in_an_outage_nothing_is_said_to_have_ended() {
    let app = App::new();
    let token = app.sign_in(7).await;
    app.faults.cut(true);
    let form = format!("{}/end", at(&token));
    let answer = app.ask(Method::POST, &form, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    app.faults.cut(false);
    assert!(app.sessions.open(&token).await.unwrap().is_some());
}
