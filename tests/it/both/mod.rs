//! What both adapters promise, written once and run on axum and on actix-web.
//!
//! A site is described here; `axum.rs` and `actix.rs` mount it. An app is made anew for every request, so whatever one
//! request leaves to the next is in the store and in the client's cookie.

mod actix;
mod axum;
mod behaviours;
mod server;
mod together;

use std::sync::Arc;

use session::testing::Faulty;
use session::{CsrfGuard, RequireAuth, Runtime, Session, SessionData};
use session_stores::MemoryStore;
use session_tests::{Shop, World};

use self::actix::Actix;
use self::axum::Axum;
use crate::adapters::Seen;

/// Something that mounts a site.
trait Adapter {
    /// Sends one request to the site.
    async fn send(site: &Site, request: http::request::Builder, body: &'static str) -> Seen;
}

/// What is mounted.
#[derive(Clone)]
struct Site {
    runtime: Arc<Runtime>,
    faults: Faulty<MemoryStore>,
    layers: Layers,
    require_auth: Option<RequireAuth<Shop>>,
    csrf: Option<CsrfGuard<Shop>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Layers {
    None,
    One,
    /// Of two types, with one cookie.
    Clashing,
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
}

const ACTS: [(&str, Act); 11] = [
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
];

/// What a handler answers.
struct Reply {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: String,
}

async fn run(act: Act, session: Session<Shop>, faults: Faulty<MemoryStore>) -> Reply {
    let mut reply = Reply { status: 200, headers: &[], body: String::new() };
    match act {
        Act::View => reply.body = format!("{:?} {}", session.user_id(), session.views()),
        Act::Count => session.update_views(|views| *views += 1),
        Act::SignIn => session.sign_in(42),
        Act::SignOut => session.sign_out().await.expect("the store is there"),
        Act::CutOff => {
            session.set_theme("dark".to_owned());
            faults.cut(true);
            reply.headers = &[("content-type", "text/html"), ("etag", "\"1\""), ("x-kept", "yes")];
            reply.body = "saved!".to_owned();
        }
        Act::Fail(status) => {
            session.update_views(|views| *views += 1);
            reply.status = status;
        }
        Act::Notify => session.notice().set("saved"),
        Act::Notice => reply.body = format!("{:?}", session.notice().take()),
        Act::Commit => {
            session.update_views(|views| *views += 1);
            session.commit().await.expect("the store is there");
        }
        Act::Token => reply.body = session.csrf_token().expect("there are keys").to_string(),
    }
    reply
}
