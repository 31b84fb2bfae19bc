//! What both adapters promise, written once and run on axum and on actix-web.
//!
//! A site is described here; `axum.rs` and `actix.rs` mount it. An app is made anew for every request, so whatever one
//! request leaves to the next is in the store and in the client's cookie.

/// Runs each behaviour on both.
macro_rules! on_both {
    ($($behaviour:ident,)*) => {
        mod on_axum {
            $(#[tokio::test] async fn $behaviour() { super::$behaviour::<crate::both::Axum>().await; })*
        }
        mod on_actix {
            $(#[tokio::test] async fn $behaviour() { super::$behaviour::<crate::both::Actix>().await; })*
        }
    };
}

mod actix;
mod axum;
mod behaviours;
mod endings;
mod guards;
mod outages;
mod remote;
mod server;
mod together;

use std::pin::Pin;
use std::sync::Arc;

use session::store::Store as _;
use session::testing::{Faulty, Gate};
use session::tower::SessionRejection;
use session::{CsrfGuard, ErrorKind, RequireAuth, Runtime, Session, SessionConfig, SessionData, Sessions};
use session_stores::MemoryStore;
use session_tests::{Shop, World};

use self::actix::Actix;
use self::axum::Axum;
use crate::adapters::{Seen, post};

/// Something that mounts a site.
trait Adapter {
    /// Sends one request to the site.
    async fn send(site: &Site, request: http::request::Builder, body: &'static str) -> Seen;
}

async fn send<A: Adapter>(site: &Site, request: http::request::Builder) -> Seen {
    A::send(site, request, "").await
}

/// A site on a store that can be cut off, and somebody's cookie.
async fn signed_in<A: Adapter>() -> (World, Site, String) {
    signed_in_at::<A>(World::new()).await
}

async fn signed_in_at<A: Adapter>(world: World) -> (World, Site, String) {
    let site = Site::of(&world);
    let cookie = send::<A>(&site, post("/sign-in")).await.cookie();
    world.calls();
    (world, site, cookie)
}

/// What a browser accepts for a page.
const PAGE: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

/// What is mounted.
#[derive(Clone)]
struct Site {
    runtime: Arc<Runtime>,
    faults: Faulty<MemoryStore>,
    layers: Layers,
    require_auth: Option<RequireAuth<Shop>>,
    csrf: Option<CsrfGuard<Shop>>,
    /// Where [`Act::Stall`] waits.
    gate: Gate,
}

#[derive(Clone, Copy, PartialEq)]
enum Layers {
    None,
    One,
    /// Of two types, with one cookie.
    Clashing,
    /// Of two types, each with a cookie of its own.
    Two,
}

/// Another app's session.
#[derive(SessionData, Clone)]
#[session(version = 1)]
struct Admin {
    notes: u32,
}

impl Site {
    fn of(world: &World) -> Self {
        Self {
            runtime: Arc::clone(&world.runtime),
            faults: world.faults.clone(),
            layers: Layers::One,
            require_auth: None,
            csrf: None,
            gate: Gate::new(),
        }
    }

    /// Of the outer layer, where there are two.
    fn outer(&self) -> Option<Arc<Runtime>> {
        let own =
            || SessionConfig::builder().cookie_name("__Host-admin").build().expect("a valid configuration");
        match self.layers {
            Layers::None | Layers::One => None,
            Layers::Clashing => Some(Arc::clone(&self.runtime)),
            Layers::Two => Some(Runtime::new(self.faults.clone(), own())),
        }
    }
}

/// What a handler does with its session; each is at `/` and its name.
#[derive(Clone, Copy)]
enum Act {
    View,
    Count,
    SignIn,
    SignOut,
    /// Changes the session, which then cannot be committed.
    CutOff,
    /// Changes the session and answers with this status.
    Fail(u16),
    /// Leaves a notice for the next page.
    Notify,
    /// Shows the notice.
    Notice,
    /// Commits by itself, which makes a change before the response's head and the cookie still possible.
    Commit,
    Token,
    /// Signs out and fails afterwards.
    SignOutAndFail,
    /// Changes the session, which somebody else ends meanwhile.
    Overtaken,
    /// Changes the session and waits at the site's gate.
    Stall,
    /// Changes the session, and again from within the response's body.
    Stream,
}

const ACTS: [(&str, Act); 15] = [
    ("/view", Act::View),
    ("/count", Act::Count),
    ("/sign-in", Act::SignIn),
    ("/sign-out", Act::SignOut),
    ("/cut-off", Act::CutOff),
    ("/missing", Act::Fail(404)),
    ("/broken", Act::Fail(500)),
    ("/notify", Act::Notify),
    ("/notice", Act::Notice),
    ("/commit", Act::Commit),
    ("/token", Act::Token),
    ("/sign-out-and-fail", Act::SignOutAndFail),
    ("/overtaken", Act::Overtaken),
    ("/stall", Act::Stall),
    ("/stream", Act::Stream),
];

/// What a handler answers.
struct Reply {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: Content,
}

/// A response's body.
enum Content {
    Whole(String),
    /// Made when the server asks for it, which it does after the head.
    Streamed(Pin<Box<dyn Future<Output = String> + Send>>),
}

async fn run(act: Act, session: Session<Shop>, site: Site) -> Reply {
    let text = |body| Reply { status: 200, headers: &[], body: Content::Whole(body) };
    let count = || session.update_views(|views| *views += 1);
    match act {
        Act::View => return text(format!("{:?} {}", session.user_id(), session.views())),
        Act::Count => count(),
        Act::SignIn => session.sign_in(42),
        Act::SignOut => session.sign_out().await.expect("the store is there"),
        Act::CutOff => {
            session.set_theme("dark".to_owned());
            site.faults.cut(true);
            let headers = &[("content-type", "text/html"), ("etag", "\"1\""), ("x-kept", "yes")];
            return Reply { headers, ..text("saved!".to_owned()) };
        }
        Act::Fail(status) => {
            count();
            return Reply { status, ..text(String::new()) };
        }
        Act::Notify => session.notice().set("saved"),
        Act::Notice => return text(format!("{:?}", session.notice().take())),
        Act::Commit => {
            count();
            session.commit().await.expect("the store is there");
        }
        Act::Token => return text(session.csrf_token().expect("there are keys").to_string()),
        Act::SignOutAndFail => {
            count();
            session.sign_out().await.expect("the store is there");
            return Reply { status: 500, ..text(String::new()) };
        }
        Act::Overtaken => {
            count();
            site.faults.delete(&session.id().expect("a stored session")).await.expect("the store is there");
        }
        Act::Stall => {
            count();
            site.gate.pass().await;
        }
        Act::Stream => {
            count();
            let body = Content::Streamed(Box::pin(stream(session, site)));
            return Reply { body, ..text(String::new()) };
        }
    }
    text(String::new())
}

/// The body of a response whose head is on its way: what is stored then, whether more can be, and whether the id can change.
async fn stream(session: Session<Shop>, site: Site) -> String {
    let sessions = Sessions::<Shop>::of(Arc::clone(&site.runtime));
    let stored = sessions.load(session.id().expect("a stored session")).await.expect("the store is there");
    let views = stored.map(|stored| stored.views());
    session.update_views(|views| *views += 1);
    let more = session.commit().await.is_ok();
    session.set_role("admin".to_owned());
    let rotated = session.commit().await.map_err(|error| matches!(error.kind(), ErrorKind::HeadSent));
    format!("{views:?} {more} {rotated:?}")
}

/// What a handler says that takes the refusal, too.
fn either(session: Result<Session<Shop>, SessionRejection>) -> String {
    match session {
        Ok(session) => format!("{} views", session.views()),
        Err(_refused) => "a page without a session".to_owned(),
    }
}

/// What a page shows that is content with a copy.
fn glance(session: &Session<Shop>) -> String {
    format!("{:?} {} {}", session.user_id(), session.views(), session.is_degraded())
}

/// What is done to two sessions of one request.
fn change_both(shop: &Session<Shop>, admin: &Session<Admin>) {
    shop.set_views(1);
    admin.set_notes(2);
}
