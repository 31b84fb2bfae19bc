//! The shop one deploy ago, as far as a cart and a sign-in go: `cargo run --example shop_v1`.
//!
//! Start it on a Redis server, fill a cart, stop it, and start `--example shop` on the same server: nobody is signed out
//! and nothing is lost. Its session is the first version of the one in `visit.rs`.

#[expect(dead_code, reason = "this version of the shop does not do all of it yet")]
mod people;
mod serve;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Form, Router};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use session::{Session, SessionConfig, SessionData, SessionLayer, SessionValue, Unknown};

use people::People;

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct Visit {
    /// With the index from the beginning: a session joins it when somebody signs in, and not when the index is added.
    #[session(identity, index)]
    user_id: Option<i64>,
    name: Option<String>,
    #[session(max_len = 20)]
    cart: Vec<Line>,
}

#[derive(SessionValue, Clone, Default)]
struct Line {
    sku: String,
    quantity: u8,
    /// What a newer shop stores here goes along, also while both run.
    rest: Unknown,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = std::env::var("STORE").unwrap_or_else(|_| "memory:".to_owned());
    let layer =
        SessionLayer::<Visit>::with_config(session_stores::connect(&store)?, SessionConfig::development());
    let app = Router::new()
        .route("/", get(page))
        .route("/cart", post(add))
        .route("/sign-up", post(sign_up))
        .layer(layer)
        .with_state(Arc::new(People::default()));
    serve::run(app).await
}

async fn page(session: Session<Visit>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Earth & Ember" } }
            body {
                h1 { "Earth & Ember" }
                @if let Some(name) = &*session.name() { p { "Hello, " (name) } }
                ul { @for line in &*session.cart() { li { (line.sku) " × " (line.quantity) } } }
                form method="post" action="/cart" {
                    label for="sku" { "Article" }
                    select id="sku" name="sku" {
                        @for sku in ["mug", "teapot", "vase"] { option { (sku) } }
                    }
                    button { "Add to cart" }
                }
                form method="post" action="/sign-up" {
                    label for="name" { "Name" } input id="name" name="name" required;
                    label for="email" { "E-mail" } input id="email" name="email" type="email" required;
                    label for="password" { "Password" } input id="password" name="password" type="password" required;
                    button { "Sign up" }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Article {
    sku: String,
}

async fn add(session: Session<Visit>, Form(form): Form<Article>) -> Redirect {
    session.update_cart(|cart| {
        if let Some(line) = cart.iter_mut().find(|line| line.sku == form.sku) {
            line.quantity = line.quantity.saturating_add(1);
        } else if cart.len() < 20 {
            cart.push(Line { sku: form.sku, quantity: 1, ..Line::default() });
        }
    });
    Redirect::to("/")
}

async fn sign_up(
    State(people): State<Arc<People>>,
    session: Session<Visit>,
    Form(form): Form<people::SignUp>,
) -> Result<Redirect, String> {
    let person = people.sign_up(form).await.map_err(|refused| refused.to_string())?;
    session.sign_in(person.id);
    session.set_name(Some(person.name));
    Ok(Redirect::to("/"))
}
