//! From a cart to an order, once.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use session::Authenticated;

use crate::cart;
use crate::shop::Shop;
use crate::view::View;
use crate::visit::Visit;

pub(crate) async fn page(view: View) -> Response {
    let cart = view.cart();
    if cart.is_empty() {
        view.notice().set("There is nothing to check out yet.");
        return Redirect::to("/cart").into_response();
    }
    let Ok(key) = getrandom::u64() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    view.page("Check out", html! {
        h1 { "Check out" }
        ul.rows {
            @for (line, article) in cart::lines(&cart) {
                li {
                    span { (line.quantity) " × " (article.name) @if line.wrapped { span.soft { ", wrapped" } } }
                    span { (article.price.times(line.quantity)) }
                }
            }
        }
        p.total { "Total " strong { (cart::total(&cart)) } }
        p.hint { "Nothing is charged and nothing is sent: this is an example." }
        (view.form("/checkout", html! {
            input type="hidden" name="key" value=(format!("{key:016x}"));
            input type="hidden" name="total" value=(cart::total(&cart).0);
            p.actions { button { "Place the order" } a href="/cart" { "Back to the cart" } }
        }))
    })
}

#[derive(Deserialize)]
pub(crate) struct Order {
    /// Made for this page, so that a second click is not a second order.
    key: String,
    /// What the visitor has seen.
    total: u64,
}

pub(crate) async fn order(
    State(shop): State<Shop>,
    session: Authenticated<Visit>,
    Form(form): Form<Order>,
) -> Result<Redirect, StatusCode> {
    let customer = session.user_id().ok_or(StatusCode::UNAUTHORIZED)?;
    let lines = session.cart().to_vec();
    if lines.is_empty() {
        // The second click: the first one has emptied the cart.
        return Ok(Redirect::to("/account"));
    }
    if cart::total(&lines).0 != form.total {
        session.notice().set("Your cart has changed meanwhile, in another tab perhaps. Please look again.");
        return Ok(Redirect::to("/cart"));
    }
    let name = session.name().clone().unwrap_or_default();
    let number = shop.orders.place(customer, name, &form.key, lines);
    // Only what was ordered: the merge keeps what another tab puts in at this moment.
    session.set_cart(Vec::new());
    session.notice().set(format!("Thank you! Your order has the number {number}."));
    Ok(Redirect::to("/account"))
}
