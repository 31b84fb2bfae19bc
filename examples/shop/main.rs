//! A small web shop: `cargo run --example shop`, then open the address that it prints.
//!
//! Every file here is one page or one idea; begin with `visit.rs`, which is all that the shop remembers of a visitor. The
//! pages are HTML and CSS, and work without JavaScript.
//!
//! | variable | meaning |
//! |---|---|
//! | `STORE` | where sessions are: `memory` (the default), `cookie`, `redis://127.0.0.1`, `clustered+redis://127.0.0.1`, and what else `session_stores::connect` knows; `cookie+marks` is `cookie` with marks in this process's memory, by which customers can sign out everywhere, and `cookie+redis://127.0.0.1` with marks in Redis |
//! | `PORT` | 3000 unless it says otherwise; 0 takes any free one |
//! | `SHOP_CONFIRMED` | for how many seconds a password that was typed again counts; 300 unless it says otherwise |
//! | `SESSION_…` | every setting of sessions, as the guide on configuration lists them: `SESSION_IDLE=10m` |
//!
//! People and orders are in this process's memory, since neither is what the example is about.

mod account;
mod admin;
mod art;
mod articles;
mod cart;
mod catalogue;
mod checkout;
mod confirm;
mod devices;
mod failures;
mod orders;
mod password;
mod people;
mod serve;
mod shop;
mod sign_in;
mod view;
mod visit;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use session::{CsrfGuard, RequireAuth, SessionLayer};

use shop::Shop;
use visit::Visit;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (shop, layer) = shop::open()?;
    serve::run(app(shop, layer)).await
}

fn app(shop: Shop, layer: SessionLayer<Visit>) -> Router {
    let for_everybody = Router::new()
        .route("/", get(catalogue::page))
        .route("/articles/{id}", get(catalogue::article))
        .route("/cart", get(cart::page).post(cart::add))
        .route("/cart/change", post(cart::change))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/sign-up", get(sign_in::sign_up_page).post(sign_in::sign_up))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/style.css", get(view::style))
        .fallback(failures::not_found);

    let for_customers = Router::new()
        .route("/checkout", get(checkout::page).post(checkout::order))
        .route("/account", get(account::page))
        .route("/account/confirm", get(confirm::page).post(confirm::confirm))
        .route("/account/devices", get(devices::page))
        .route("/account/devices/revoke", post(devices::revoke))
        .route("/account/devices/revoke-others", post(devices::revoke_others))
        .route("/account/devices/revoke-all", post(devices::revoke_all))
        .route("/account/password", get(password::page).post(password::change))
        .route("/admin", get(admin::page))
        .route_layer(from_fn(view::not_stored))
        .route_layer(RequireAuth::<Visit>::new().sign_in_path("/sign-in"));

    // A layer that is added later is outside of those before it: failures of the sessions get a page, too. The pages for
    // operators see to their own forms.
    for_everybody
        .merge(for_customers)
        .layer(CsrfGuard::<Visit>::new())
        .nest("/admin/sessions", admin::sessions(&shop))
        .layer(layer)
        .layer(from_fn(failures::as_pages))
        .with_state(shop)
}
