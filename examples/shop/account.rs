//! The account of whoever is signed in.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use crate::orders;
use crate::shop::Shop;
use crate::view::View;

pub(crate) async fn page(State(shop): State<Shop>, view: View) -> Response {
    let orders = view.user_id().map_or_else(Vec::new, |customer| shop.orders.of(customer));
    view.page("Your account", html! {
        h1 { "Hello, " (view.name().as_deref().unwrap_or("you")) }
        div.cards {
            a.card href="/account/password" { h2 { "Password" } p { "Choose another one. We ask for the old one first." } }
            a.card href="/account/devices" { h2 { "Your devices" } p { "See where you are signed in, and sign out of what you have lost." } }
        }
        section {
            h2 { "Orders" }
            (orders::list(&orders))
        }
        (view.form("/sign-out", html! { button.quiet { "Sign out" } }))
    })
}
