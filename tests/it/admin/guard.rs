//! Nobody gets in whom the app does not let in, and no page gives anything away to others.

use http::{Method, StatusCode};

use super::{App, at};

/// Every path, with the method that it answers.
fn paths(session: &str) -> Vec<(Method, String)> {
    let base = "/ops/sessions";
    vec![
        (Method::GET, base.to_owned()),
        (Method::GET, format!("{base}/health")),
        (Method::GET, format!("{base}/style.css")),
        (Method::GET, format!("{base}/sessions?of=7")),
        (Method::GET, session.to_owned()),
        (Method::POST, format!("{session}/end")),
    ]
}

#[tokio::test]
async fn the_apps_own_extractor_stands_in_front_of_every_page() {
    let app = App::new();
    let token = app.sign_in(7).await;
    for (method, path) in paths(&at(&token)) {
        let page = app.send(method, &path, &[("sec-fetch-site", "same-origin")]).await;
        assert_eq!((page.status, page.text.as_str()), (StatusCode::UNAUTHORIZED, ""), "{path}");
    }
    assert!(app.sessions.open(&token).await.unwrap().is_some());
    for (method, path) in paths(&at(&token)) {
        let page = app.ask(method, &path, &[("sec-fetch-site", "same-origin")]).await;
        assert!(page.status.is_success() || page.status == StatusCode::SEE_OTHER, "{path}: {}", page.status);
    }
}

#[tokio::test]
async fn no_page_runs_a_script_loads_from_elsewhere_or_stays_in_a_cache() {
    let app = App::new();
    let token = app.sign_in(7).await;
    let missing = "/ops/sessions/sessions/AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    for (method, path) in paths(&at(&token)).into_iter().chain([(Method::GET, missing)]) {
        let page = app.ask(method, &path, &[]).await;
        let policy = page.header("content-security-policy");
        for rule in ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        for bad in ["<script", " style=", "onclick", "javascript:", "http://", "https://", "@import", "url("]
        {
            assert!(!page.text.contains(bad), "{path} has {bad}");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_not_there_is_not_found() {
    let app = App::new();
    for handle in ["AAAAAAAAAAAAAAAAAAAAAA", "nonsense", "%3Cscript%3E"] {
        let page = app.get(&format!("/ops/sessions/sessions/{handle}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{handle}");
        assert!(!page.text.contains("<script"));
    }
}
