//! A request that another site made the browser send changes nothing.

use axum::{Form, Router, middleware, routing};
use http::request::Builder;
use http::{HeaderName, Request};
use session::config::SessionConfigBuilder;
use session::event::SessionEvent;
use session::tower::guard::CsrfRefusal;
use session::tower::session_of;
use session::{CsrfGuard, RequireAuth, Session, SessionLayer};
use session_tests::{Shop, World};

use super::{Told, config, get, post, ring, with};
use crate::adapters::{Seen, send, send_body, sign_in};

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn guarded(world: &World, guard: CsrfGuard<Shop>) -> Router {
    guarded_with(world, guard, |config| config)
}

pub(super) fn guarded_with(
    world: &World,
    guard: CsrfGuard<Shop>,
    configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder,
) -> Router {
    let layer = SessionLayer::<Shop>::with_config(world.store.clone(), config(world, configure));
    let token = async |session: Session<Shop>| session.csrf_token().expect("keys").to_string();
    let echo = async |body: String| body;
    let view = async |session: Session<Shop>| {
        session.update_views(|views| *views += 1);
        session.csrf_token().expect("keys").to_string()
    };
    Router::new()
        .route("/token", routing::get(token))
        .route("/view", routing::get(view))
        .route("/", routing::get(async |session: Session<Shop>| session.views().to_string()).post(echo))
        .route("/hooks/pay", routing::post(echo))
        .route(
            "/fields",
            routing::post(async |Form(fields): Form<Vec<(String, String)>>| format!("{fields:?}")),
        )
        .route("/sign-in", routing::post(sign_in))
        .layer(guard)
        .layer(layer)
}

/// A signed-in visitor's cookie and token.
async fn visitor(app: &Router) -> (String, String) {
    let cookie = send(app, post("/sign-in")).await.cookie();
    let token = send(app, with(get("/token"), &cookie)).await.body;
    (cookie, token)
}

pub(super) fn token(request: Builder, token: &str) -> Builder {
    request.header("x-csrf-token", token)
}

fn refusal(seen: &Seen) -> Option<CsrfRefusal> {
    seen.head.extensions.get().copied()
}

#[tokio::test]
async fn a_session_needs_its_token_for_every_method_that_is_not_safe() {
    let world = World::new();
    let app = guarded(&world, CsrfGuard::new());
    let (cookie, text) = visitor(&app).await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "LOCK"] {
        let request = || with(Request::builder().method(method).uri("/"), &cookie);
        let seen = send(&app, request()).await;
        assert_eq!((seen.status(), refusal(&seen)), (403, Some(CsrfRefusal::MissingToken)), "{method}");
        assert_eq!(
            (seen.body.as_str(), seen.all("cache-control")),
            ("{\"error\":\"csrf\"}", vec!["no-store"])
        );
        let wrong = send(&app, token(request(), &"A".repeat(text.len()))).await;
        assert_eq!(refusal(&wrong), Some(CsrfRefusal::WrongToken), "{method}");
        let passes = send(&app, token(request(), &text)).await.status();
        assert_eq!(passes, if method == "POST" { 200 } else { 405 }, "{method}");
    }
    for method in ["GET", "HEAD", "OPTIONS"] {
        let seen = send(&app, with(Request::builder().method(method).uri("/"), &cookie)).await;
        assert_ne!(seen.status(), 403, "{method}");
    }
}

#[tokio::test]
async fn a_token_is_one_sessions_and_ends_with_its_login() {
    let world = World::new();
    let app = guarded(&world, CsrfGuard::new());
    let (cookie, own) = visitor(&app).await;
    let (_, others) = visitor(&app).await;
    let status =
        async |cookie: &str, text: &str| send(&app, token(with(post("/"), cookie), text)).await.status();
    assert_eq!(status(&cookie, &others).await, 403, "everybody can have a token: of a session of their own");
    assert_eq!(status(&cookie, &own).await, 200);

    let again = send(&app, token(with(post("/sign-in"), &cookie), &own)).await.cookie();
    assert_eq!(status(&again, &own).await, 403);
    let fresh = send(&app, with(get("/token"), &again)).await.body;
    assert_eq!(status(&again, &fresh).await, 200);
}

#[tokio::test]
async fn a_token_outlives_a_rotation_by_age_and_a_change_of_keys() {
    let world = World::new();
    let every = std::time::Duration::from_secs(20 * 60);
    let keys = session::crypto::SharedKeyRing::new(ring(&[1]));
    let app = guarded_with(&world, CsrfGuard::new(), |config| {
        let rotation = session::config::RotationPolicy { every: Some(every), ..Default::default() };
        config.keys(keys.clone()).rotation(rotation)
    });
    let (cookie, text) = visitor(&app).await;
    world.clock.advance(every);
    keys.replace(ring(&[2, 1]));
    let rotated = send(&app, with(get("/token"), &cookie)).await.cookie();
    assert_ne!(rotated, cookie);
    assert_eq!(send(&app, token(with(post("/"), &rotated), &text)).await.status(), 200);
}

#[tokio::test]
async fn another_sites_request_is_refused_without_a_store_call() {
    let world = World::new();
    let told = Told::default();
    let guard = CsrfGuard::new().trust_origin("https://sso.example");
    let app = guarded_with(&world, guard, |config| config.events(told.clone()));
    let (cookie, text) = visitor(&app).await;
    world.calls();
    let asked = async |headers: &[(&str, &str)]| {
        let request = token(with(post("/").header("host", "shop.example"), &cookie), &text);
        let seen =
            send(&app, headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)));
        seen.await
    };
    for foreign in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://www.shop.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://shop.example")],
    ] {
        let seen = asked(foreign).await;
        assert_eq!(refusal(&seen), Some(CsrfRefusal::CrossSite), "{foreign:?}: whatever token it brings");
        assert_eq!(world.calls().total(), 0);
    }
    assert_eq!(told.count(|event| matches!(event, SessionEvent::CsrfRefused { .. })), 6);
    for own in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://shop.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://sso.example")],
    ] {
        assert_eq!(asked(own).await.status(), 200, "{own:?}");
    }
}

#[tokio::test]
async fn a_form_brings_the_token_in_a_field_and_reaches_the_handler_whole() {
    let world = World::new();
    let app = guarded(&world, CsrfGuard::new());
    let (cookie, text) = visitor(&app).await;
    let form = |path| with(post(path), &cookie).header("content-type", FORM);
    let seen = send_body(&app, form("/fields"), format!("a=1&csrf_token={text}&b=%C3%BC")).await;
    assert_eq!(seen.body, format!("[(\"a\", \"1\"), (\"csrf_token\", \"{text}\"), (\"b\", \"ü\")]"));
    for (body, expected) in [
        ("a=1".to_owned(), CsrfRefusal::MissingToken),
        ("csrf_token=".to_owned(), CsrfRefusal::WrongToken),
        (format!("xcsrf_token={text}"), CsrfRefusal::MissingToken),
        (format!("csrf_token=x&csrf_token={text}"), CsrfRefusal::WrongToken),
    ] {
        assert_eq!(refusal(&send_body(&app, form("/fields"), body.clone()).await), Some(expected), "{body}");
    }
    // In another kind of body nobody looks for it.
    let json = with(post("/"), &cookie).header("content-type", "application/json");
    let seen = send_body(&app, json, format!("csrf_token={text}")).await;
    assert_eq!(refusal(&seen), Some(CsrfRefusal::MissingToken));
}

#[tokio::test]
async fn a_form_is_read_up_to_a_limit_and_only_to_find_the_token() {
    let world = World::new();
    let app = guarded(&world, CsrfGuard::new().form_limit(200));
    let (cookie, text) = visitor(&app).await;
    let form = || with(post("/"), &cookie).header("content-type", FORM);
    let fits = format!("csrf_token={text}&x={}", "x".repeat(200 - 11 - text.len() - 3));
    assert_eq!(fits.len(), 200);
    assert_eq!(send_body(&app, form(), fits.clone()).await.body, fits);
    let seen = send_body(&app, form(), format!("{fits}x")).await;
    assert_eq!((seen.status(), refusal(&seen)), (413, Some(CsrfRefusal::FormTooLarge)));
    // A body without a length is not read further either.
    let chunks = futures_of(vec![fits.clone(); 1000]);
    assert_eq!(send_body(&app, form(), chunks).await.status(), 413);

    let long = "x".repeat(1000);
    assert_eq!(send_body(&app, token(form(), &text), long.clone()).await.body, long, "the header brings it");
    let anonymous = post("/").header("content-type", FORM);
    assert_eq!(send_body(&app, anonymous, long.clone()).await.body, long, "no session, no token, no limit");

    let broken = axum::body::Body::new(Broken);
    assert_eq!(send_body(&app, form(), broken).await.status(), 400);
}

/// A body that comes in pieces.
fn futures_of(chunks: Vec<String>) -> axum::body::Body {
    struct Chunks(std::vec::IntoIter<String>);
    impl http_body::Body for Chunks {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
            std::task::Poll::Ready(self.0.next().map(|chunk| Ok(http_body::Frame::data(chunk.into()))))
        }
    }
    axum::body::Body::new(Chunks(chunks.into_iter()))
}

/// A body whose sender hangs up.
struct Broken;

impl http_body::Body for Broken {
    type Data = bytes::Bytes;
    type Error = std::io::Error;
    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
        std::task::Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}

#[tokio::test]
async fn who_has_no_session_needs_no_token_and_gets_no_session_for_asking_for_one() {
    let world = World::new();
    let app = guarded(&world, CsrfGuard::new());
    let page = send(&app, get("/token")).await;
    assert_eq!((page.status(), page.all("set-cookie").len()), (200, 0));
    let unknown = format!("__Host-session={}", "A".repeat(43));
    for request in
        [post("/"), token(post("/"), &page.body), token(post("/"), "junk"), with(post("/"), &unknown)]
    {
        let seen = send(&app, request).await;
        assert_eq!((seen.status(), seen.all("set-cookie").len()), (200, 0));
    }
    assert_eq!(world.calls().commit, 0);
}

#[tokio::test]
async fn one_request_loads_one_session_whoever_asks() {
    let world = World::new();
    let layer = SessionLayer::<Shop>::with_config(world.store.clone(), config(&world, |config| config));
    let page = async |session: Session<Shop>| session.csrf_token().expect("keys").to_string();
    let look = middleware::from_fn(async |request: axum::extract::Request, next: middleware::Next| {
        let _ = session_of::<Shop>(&request).await;
        next.run(request).await
    });
    let app = Router::new()
        .route(
            "/",
            routing::get(page).post(async |session: Session<Shop>| session.update_views(|views| *views += 1)),
        )
        .route("/sign-in", routing::post(sign_in))
        .layer(RequireAuth::<Shop>::new().sign_in_path("/sign-in"))
        .layer(CsrfGuard::<Shop>::new())
        .layer(look)
        .layer(layer);
    let cookie = send(&app, post("/sign-in")).await.cookie();
    let text = send(&app, with(get("/"), &cookie)).await.body;
    world.calls();
    assert_eq!(send(&app, token(with(post("/"), &cookie), &text)).await.status(), 200);
    let calls = world.calls();
    assert_eq!((calls.load, calls.commit), (1, 1));
}

#[tokio::test]
async fn what_the_app_says_is_exempt_or_suffices() {
    let world = World::new();
    let guard = CsrfGuard::new()
        .exempt_prefix("/hooks/")
        .origin_suffices()
        .header(HeaderName::from_static("x-xsrf"))
        .field("_token");
    let app = guarded(&world, guard);
    let cookie = send(&app, post("/sign-in")).await.cookie();
    let text = send(&app, with(get("/token"), &cookie)).await.body;
    let foreign = with(post("/hooks/pay"), &cookie).header("sec-fetch-site", "cross-site");
    assert_eq!(send(&app, foreign).await.status(), 200);
    let spelled = with(post("/hooks/%2e%2e/"), &cookie).header("sec-fetch-site", "cross-site");
    assert_eq!(send(&app, spelled).await.status(), 403);
    let own = || with(post("/"), &cookie).header("sec-fetch-site", "same-origin");
    assert_eq!(send(&app, own()).await.status(), 200);
    assert_eq!(send(&app, with(post("/"), &cookie)).await.status(), 403, "who says nothing needs the token");
    assert_eq!(send(&app, with(post("/"), &cookie).header("x-xsrf", &text)).await.status(), 200);
    assert_eq!(send(&app, token(with(post("/"), &cookie), &text)).await.status(), 403);
    let form = with(post("/"), &cookie).header("content-type", FORM);
    assert_eq!(send_body(&app, form, format!("_token={text}")).await.status(), 200);
}

#[tokio::test]
async fn nobody_passes_without_the_layer_the_store_or_the_keys() {
    let world = World::new();
    let bare = Router::new().route("/", routing::post(async || ())).layer(CsrfGuard::<Shop>::new());
    assert_eq!(send(&bare, post("/")).await.status(), 500);

    let app = guarded(&world, CsrfGuard::new());
    let (cookie, text) = visitor(&app).await;
    let keyless = SessionLayer::<Shop>::new(world.store.clone());
    let keyless =
        Router::new().route("/", routing::post(async || ())).layer(CsrfGuard::<Shop>::new()).layer(keyless);
    assert_eq!(send(&keyless, token(with(post("/"), &cookie), &text)).await.status(), 500);
    world.faults.cut(true);
    assert_eq!(send(&app, token(with(post("/"), &cookie), &text)).await.status(), 503);
}
