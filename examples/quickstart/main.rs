//! A page with a typed session: `cargo run --example quickstart`, then open the address that it prints.
//!
//! Sign in, count, fill a cart, sign out; the page shows what the session is and knows. `PORT` chooses the port
//! (default 3000; 0 takes any free one), `SESSION_STORE` where sessions are kept: `memory:` unless it says otherwise,
//! `redis://127.0.0.1` in a Redis server, and whatever else `session_stores::connect` knows.

mod page;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::io::Write as _;
use std::net::Ipv4Addr;

use axum::middleware::map_response;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use session::axum::SessionRejection;
use session::{Session, SessionConfig, SessionData, SessionLayer, SessionValue};
use tokio::net::TcpListener;

/// What the app remembers of a visitor.
#[derive(SessionData, Clone)]
#[session(version = 1)]
struct UserSession {
    /// Whose session: setting it gives the session another id, by itself.
    #[session(identity)]
    user_id: Option<i64>,
    username: Option<String>,
    /// Two tabs at once: both count.
    #[session(merge = add)]
    page_views: u32,
    cart: Vec<CartItem>,
    /// Shown once, on the next page.
    #[session(flash)]
    notice: Option<String>,
}

#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
struct CartItem {
    name: String,
    quantity: u32,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = std::env::var("SESSION_STORE").unwrap_or_else(|_| "memory:".to_owned());
    let store = session_stores::connect(&store)?;
    let app = Router::new()
        .route("/", get(home))
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/count", post(count))
        .route("/cart", post(add_to_cart))
        // In production: `SessionLayer::<UserSession>::new(store)`. Its cookie is for HTTPS only.
        .layer(SessionLayer::<UserSession>::with_config(store, SessionConfig::development()))
        // Outside of it, so that it sees what the layer answers when sessions cannot be had.
        .layer(map_response(page::or_sorry));

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("port {port} cannot be used ({error}): choose another with PORT=…"))?;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    axum::serve(listener, app).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

/// A visitor who has done nothing yet gets a page and no cookie.
async fn home(session: Session<UserSession>) -> impl IntoResponse {
    page::render(&session)
}

#[derive(Deserialize)]
struct SignIn {
    username: String,
}

/// A real app checks a password here, or a passkey.
async fn sign_in(session: Session<UserSession>, Form(form): Form<SignIn>) -> Redirect {
    let username = words(&form.username);
    if username.is_empty() {
        session.notice().set("Please tell us your name.");
    } else {
        session.set_user_id(Some(id_of(&username)));
        session.notice().set(format!("Welcome, {username}!"));
        session.set_username(Some(username));
    }
    Redirect::to("/")
}

/// Ends the session at once and for good, on every tab. The notice then begins a new, anonymous one.
async fn sign_out(session: Session<UserSession>) -> Result<Redirect, SessionRejection> {
    if session.is_authenticated() {
        session.sign_out().await?;
        session.notice().set("You are signed out.");
    }
    Ok(Redirect::to("/"))
}

async fn count(session: Session<UserSession>) -> Redirect {
    session.update_page_views(|views| *views = views.saturating_add(1));
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Item {
    item: String,
}

async fn add_to_cart(session: Session<UserSession>, Form(form): Form<Item>) -> Redirect {
    let name = words(&form.item);
    let notice = session.update_cart(|cart| {
        if name.is_empty() {
            "What should go into the cart?".to_owned()
        } else if let Some(item) = cart.iter_mut().find(|item| item.name == name) {
            item.quantity = item.quantity.saturating_add(1);
            format!("One more: {name}.")
        } else if cart.len() == MOST_ITEMS {
            "The cart is full.".to_owned()
        } else {
            cart.push(CartItem { name: name.clone(), quantity: 1 });
            format!("In the cart: {name}.")
        }
    });
    session.notice().set(notice);
    Redirect::to("/")
}

/// A session is no database: what a visitor can put into it has a bound.
const MOST_ITEMS: usize = 20;
const MOST_CHARACTERS: usize = 40;

/// What somebody typed, without white space around it and not longer than a line.
fn words(typed: &str) -> String {
    typed.trim().chars().filter(|c| !c.is_control()).take(MOST_CHARACTERS).collect()
}

/// Stands in for the look-up of a user: the same name is the same user.
fn id_of(username: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    username.hash(&mut hasher);
    i64::from_ne_bytes(hasher.finish().to_ne_bytes())
}

/// Ready when somebody presses ctrl-c. Without a way to learn of it, the server runs until it is killed.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
