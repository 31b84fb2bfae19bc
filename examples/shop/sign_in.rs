//! Signing up, in and out.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use session::Session;
use session::axum::SessionRejection;
use session::tower::local_return_path;

use crate::people::{Person, SHORTEST, SignUp};
use crate::shop::Shop;
use crate::view::View;
use crate::visit::{Role, Visit};

/// Where somebody was going who had to sign in first.
#[derive(Deserialize, Default)]
pub(crate) struct Way {
    #[serde(default)]
    pub(crate) next: String,
}

impl Way {
    /// Only ever a page of this shop, whatever a link to the sign-in says.
    pub(crate) fn on(&self) -> &str {
        local_return_path(&self.next).unwrap_or("/account")
    }
}

#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    #[serde(flatten)]
    way: Way,
}

pub(crate) async fn page(view: View, Query(way): Query<Way>) -> Response {
    sign_in_page(&view, &way, "", None)
}

pub(crate) async fn sign_in(
    State(shop): State<Shop>,
    view: View,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Response {
    match shop.people.recognise(&form.email, form.password).await {
        Some(person) => {
            welcome(&view, &headers, person);
            Redirect::to(form.way.on()).into_response()
        }
        None => {
            let page = sign_in_page(
                &view,
                &form.way,
                &form.email,
                Some("Address and password do not fit together."),
            );
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
}

pub(crate) async fn sign_up_page(view: View, Query(way): Query<Way>) -> Response {
    sign_up_form(&view, &way, "", "", None)
}

pub(crate) async fn sign_up(
    State(shop): State<Shop>,
    view: View,
    Query(way): Query<Way>,
    headers: HeaderMap,
    Form(form): Form<SignUp>,
) -> Response {
    let (name, email) = (form.name.clone(), form.email.clone());
    match shop.people.sign_up(form).await {
        Ok(person) => {
            welcome(&view, &headers, person);
            Redirect::to(way.on()).into_response()
        }
        Err(refused) => {
            let page = sign_up_form(&view, &way, &name, &email, Some(&refused.to_string()));
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
}

/// From here on it is that person's session, with a new id. The cart of the stranger that they were stays; if somebody
/// else was signed in, nothing of theirs does.
fn welcome(session: &Session<Visit>, headers: &HeaderMap, person: Person) {
    session.sign_in(person.id);
    session.set_role(if person.first { Role::Keeper } else { Role::Customer });
    let agent = headers.get(USER_AGENT).map_or("".into(), |agent| String::from_utf8_lossy(agent.as_bytes()));
    session.set_user_agent(agent.chars().filter(char::is_ascii).take(200).collect());
    session.notice().set(format!("Welcome, {}!", person.name));
    session.set_name(Some(person.name));
}

/// Ends the session at once, in every tab and on every server. The notice begins a new one.
pub(crate) async fn sign_out(session: Session<Visit>) -> Result<Redirect, SessionRejection> {
    session.sign_out().await?;
    session.notice().set("You are signed out.");
    Ok(Redirect::to("/"))
}

fn sign_in_page(view: &View, way: &Way, email: &str, wrong: Option<&str>) -> Response {
    view.page("Sign in", html! {
        section.narrow {
            h1 { "Sign in" }
            (mistake(wrong))
            (view.form("/sign-in", html! {
                input type="hidden" name="next" value=(way.next);
                label for="email" { "E-mail" }
                input id="email" name="email" type="email" autocomplete="username" value=(email) required
                    aria-describedby=[wrong.map(|_| "mistake")];
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="current-password" required;
                button { "Sign in" }
            }))
            p { "New here? " a href=(link("/sign-up", way)) { "Open an account" } "." }
        }
    })
}

fn sign_up_form(view: &View, way: &Way, name: &str, email: &str, wrong: Option<&str>) -> Response {
    view.page("Open an account", html! {
        section.narrow {
            h1 { "Open an account" }
            (mistake(wrong))
            (view.form(&link("/sign-up", way), html! {
                label for="name" { "Name" }
                input id="name" name="name" autocomplete="name" maxlength="40" value=(name) required;
                label for="email" { "E-mail" }
                input id="email" name="email" type="email" autocomplete="username" value=(email) required
                    aria-describedby=[wrong.map(|_| "mistake")];
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="new-password" minlength=(SHORTEST)
                    maxlength="200" required aria-describedby="rule";
                p.hint id="rule" { "At least " (SHORTEST) " characters. A sentence is fine." }
                button { "Open an account" }
            }))
            p { "Have one? " a href=(link("/sign-in", way)) { "Sign in" } "." }
        }
    })
}

/// What was wrong with a form, announced to screen readers.
pub(crate) fn mistake(wrong: Option<&str>) -> Markup {
    html! { @if let Some(wrong) = wrong { p.mistake id="mistake" role="alert" { (wrong) } } }
}

/// The way on stays with the visitor from page to page.
fn link(path: &str, way: &Way) -> String {
    match local_return_path(&way.next) {
        Some(next) => {
            format!("{path}?next={}", next.replace('%', "%25").replace('&', "%26").replace('+', "%2B"))
        }
        None => path.to_owned(),
    }
}
