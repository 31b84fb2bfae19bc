//! Another password: behind [`Confirmed`], like everything that could lock somebody out.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

use crate::confirm::Confirmed;
use crate::people::SHORTEST;
use crate::shop::Shop;
use crate::sign_in::mistake;
use crate::view::View;

pub(crate) async fn page(Confirmed(view): Confirmed) -> Response {
    password_page(&view, None)
}

#[derive(Deserialize)]
pub(crate) struct Change {
    password: String,
}

pub(crate) async fn change(
    State(shop): State<Shop>,
    Confirmed(view): Confirmed,
    Form(form): Form<Change>,
) -> Response {
    let Some(customer) = view.user_id() else { return StatusCode::UNAUTHORIZED.into_response() };
    if let Err(refused) = shop.people.change_password(customer, form.password).await {
        let page = password_page(&view, Some(&refused.to_string()));
        return (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
    }
    // Whoever knew the old one has to ask for the new one.
    view.set_confirmed_until(None);
    view.notice().set("Your password is changed.");
    Redirect::to("/account").into_response()
}

fn password_page(view: &View, wrong: Option<&str>) -> Response {
    view.page("Password", html! {
        section.narrow {
            h1 { "A new password" }
            (mistake(wrong))
            (view.form("/account/password", html! {
                (view.whose())
                label for="password" { "New password" }
                input id="password" name="password" type="password" autocomplete="new-password" minlength=(SHORTEST)
                    maxlength="200" required aria-describedby="rule";
                p.hint id="rule" { "At least " (SHORTEST) " characters. A sentence is fine." }
                button { "Change it" }
            }))
        }
    })
}
