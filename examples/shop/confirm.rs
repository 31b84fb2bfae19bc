//! "Is it still you?" Some pages want the password again, though somebody is signed in: a browser may have been left open.
//!
//! That it was typed is a privilege of the session, with a deadline of its own. Typing it gives the session a new id, so
//! that whoever has copied the old one does not get in with it.

use std::time::SystemTime;

use axum::Form;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use session::clock::{Clock as _, SystemClock};

use crate::shop::Shop;
use crate::sign_in::{Way, mistake};
use crate::view::View;

/// A view for somebody who has typed the password a short while ago. Whoever has not is asked to, and then comes back.
pub(crate) struct Confirmed(pub(crate) View);

impl FromRequestParts<Shop> for Confirmed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, shop).await.map_err(IntoResponse::into_response)?;
        let now = SystemTime::from(SystemClock.now());
        if view.confirmed_until().is_some_and(|until| now < until) {
            return Ok(Self(view));
        }
        // The page of a form has the form's own path here; what was typed into it is typed again.
        debug_assert!(parts.method == Method::GET || parts.method == Method::POST);
        Err(Redirect::to(&format!("/account/confirm?next={}", parts.uri.path())).into_response())
    }
}

pub(crate) async fn page(view: View, Query(way): Query<Way>) -> Response {
    confirm_page(&view, &way, None)
}

#[derive(Deserialize)]
pub(crate) struct Password {
    password: String,
    #[serde(flatten)]
    way: Way,
}

pub(crate) async fn confirm(State(shop): State<Shop>, view: View, Form(form): Form<Password>) -> Response {
    let Some(customer) = view.user_id() else { return StatusCode::UNAUTHORIZED.into_response() };
    if shop.people.is_password_of(customer, form.password).await {
        let until = SystemClock.now().after(shop.confirmed_for);
        view.set_confirmed_until(Some(until.into()));
        return Redirect::to(form.way.on()).into_response();
    }
    let page = confirm_page(&view, &form.way, Some("That is not your password."));
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn confirm_page(view: &View, way: &Way, wrong: Option<&str>) -> Response {
    view.page("Is it still you?", html! {
        section.narrow {
            h1 { "Is it still you?" }
            p { "What comes next is yours alone. Please type your password again." }
            (mistake(wrong))
            (view.form("/account/confirm", html! {
                input type="hidden" name="next" value=(way.next);
                (view.whose())
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="current-password" required autofocus
                    aria-describedby=[wrong.map(|_| "mistake")];
                button { "Confirm" }
            }))
        }
    })
}
