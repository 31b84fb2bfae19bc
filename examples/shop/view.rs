//! What every page has: the session of whoever looks at it, the frame around its contents, and forms that are this
//! session's.

use std::ops::Deref;

use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use session::axum::SessionRejection;
use session::record::Principal;
use session::{CsrfToken, Error, ErrorKind, Session};

use crate::cart;
use crate::visit::{Role, Visit};

/// Style and forms come from this server and go to it; nothing else is loaded, nothing is framed, and no script runs.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// A page in the making, for one visitor. It is an extractor: a handler that takes it has the session.
pub(crate) struct View {
    session: Session<Visit>,
    token: CsrfToken,
}

impl View {
    /// A view of a session that a handler has changed: the forms of a page that is shown after a sign-in need the token of
    /// the new login.
    pub(crate) fn of(session: Session<Visit>) -> Result<Self, SessionRejection> {
        let token = session.csrf_token()?;
        Ok(Self { session, token })
    }

    /// A form that [`CsrfGuard`](session::CsrfGuard) lets through.
    #[expect(clippy::needless_pass_by_value, reason = "it is made for the call")]
    pub(crate) fn form(&self, action: &str, contents: Markup) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="csrf_token" value=(self.token.as_str());
                (contents)
            }
        }
    }

    /// Whoever is signed in, as stores know them.
    pub(crate) fn principal(&self) -> Result<Principal, Error> {
        Principal::of(&self.user_id())
            .map_err(|error| Error::new(ErrorKind::Encode { field: "user_id" }).caused_by(error))
    }

    /// Tells a password manager whose password a form is about.
    pub(crate) fn whose(&self) -> Markup {
        html! { input type="text" autocomplete="username" value=[self.name().as_deref()] readonly hidden; }
    }

    /// The whole page. Shows the notice, if there is one, for the first and last time.
    #[expect(clippy::needless_pass_by_value, reason = "it is made for the call")]
    pub(crate) fn page(&self, title: &str, contents: Markup) -> Response {
        let notice = self.session.notice().take();
        document(
            title,
            self.navigation(),
            html! {
                @if let Some(notice) = notice { p.notice role="status" { (notice) } }
                (contents)
            },
        )
    }

    fn navigation(&self) -> Markup {
        let pieces = cart::pieces(&self.session.cart());
        html! {
            @if self.session.role() == Role::Keeper { a href="/admin" { "Keeper" } }
            @match &*self.session.name() {
                Some(name) => { a href="/account" { (name) } }
                None => { a href="/sign-in" { "Sign in" } }
            }
            a.cart href="/cart" aria-label=(format!("Cart, {pieces} inside")) {
                "Cart" @if pieces > 0 { span.count { (pieces) } }
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for View {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, SessionRejection> {
        Self::of(Session::from_request_parts(parts, state).await?)
    }
}

impl Deref for View {
    type Target = Session<Visit>;

    fn deref(&self) -> &Session<Visit> {
        &self.session
    }
}

/// The frame of every page, those without a session included.
#[expect(clippy::needless_pass_by_value, reason = "they are made for the call")]
pub(crate) fn document(title: &str, navigation: Markup, contents: Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Earth & Ember" }
                link rel="stylesheet" href="/style.css";
                // Browsers ask for an icon anyway.
                link rel="icon" href="data:,";
            }
            body {
                a.skip href="#main" { "Skip to the contents" }
                header {
                    a.brand href="/" { "Earth " span { "&" } " Ember" }
                    nav aria-label="Shop" { (navigation) }
                }
                main id="main" { (contents) }
                footer { p { "A shop that sells nothing: an example of " code { "session" } ", typed web sessions for Rust." } }
            }
        }
    };
    ([(CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, HeaderValue::from_static("same-origin"))], page)
        .into_response()
}

/// Keeps private pages out of every cache, the one behind the back button included: after a sign-out nobody who sits down
/// at the same browser sees them again.
pub(crate) async fn not_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) async fn style() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, include_str!("style.css"))
}
