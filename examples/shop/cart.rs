//! The cart: what stands in the session, how two tabs share it, and its page.

use axum::Form;
use axum::response::{Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use session::{Session, SessionValue, Unknown};

use crate::art::picture;
use crate::articles::{self, Article, Cents};
use crate::view::View;
use crate::visit::Visit;

/// One article in a cart, as many times as it is wanted.
///
/// In the first version `article` was called `sku`, the quantity was a `u8`, and nothing could be wrapped. Carts of that
/// time are read, and while both versions run they are written so that the old one reads them, too.
#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    #[session(alias = "sku")]
    pub(crate) article: String,
    #[session(was = u8)]
    pub(crate) quantity: u32,
    pub(crate) wrapped: bool,
    /// For the version after this one.
    pub(crate) rest: Unknown,
}

/// A session is no database: what a visitor can put into it has bounds.
const MOST_LINES: usize = 20;
const MOST_OF_ONE: u32 = 500;

/// What becomes of a cart that two requests changed at once. Both meant what they did: quantities are added, and what one
/// took out is taken out of the other's.
pub(crate) fn merge(base: &[Line], mine: &[Line], theirs: &[Line]) -> Vec<Line> {
    let quantity = |cart: &[Line], article: &str| {
        cart.iter().find(|line| line.article == article).map_or(0, |line| i64::from(line.quantity))
    };
    let new = |line: &&Line| !theirs.iter().any(|other| other.article == line.article);
    let merged = theirs.iter().chain(mine.iter().filter(new)).filter_map(|line| {
        let [base, mine_, theirs] = [base, mine, theirs].map(|cart| quantity(cart, &line.article));
        let both = (theirs + mine_ - base).clamp(0, i64::from(MOST_OF_ONE));
        let quantity = u32::try_from(both).ok().filter(|quantity| *quantity > 0)?;
        let wrapped = mine.iter().find(|my| my.article == line.article).map_or(line.wrapped, |my| my.wrapped);
        Some(Line { quantity, wrapped, ..line.clone() })
    });
    merged.take(MOST_LINES).collect()
}

/// How many pieces there are in it.
pub(crate) fn pieces(cart: &[Line]) -> u32 {
    cart.iter().fold(0, |pieces, line| pieces.saturating_add(line.quantity))
}

/// Its lines with their articles; what is sold no more is left out.
pub(crate) fn lines(cart: &[Line]) -> impl Iterator<Item = (&Line, &'static Article)> {
    cart.iter().filter_map(|line| Some((line, articles::find(&line.article)?)))
}

/// What it costs.
pub(crate) fn total(cart: &[Line]) -> Cents {
    lines(cart).map(|(line, article)| article.price.times(line.quantity)).sum()
}

#[derive(Deserialize)]
pub(crate) struct Add {
    article: String,
    quantity: u32,
}

pub(crate) async fn add(session: Session<Visit>, Form(form): Form<Add>) -> Redirect {
    let Some(article) = articles::find(&form.article) else {
        session.notice().set("We do not sell that any more.");
        return Redirect::to("/");
    };
    let quantity = form.quantity.clamp(1, MOST_OF_ONE);
    let added = session.update_cart(|cart| {
        if let Some(line) = cart.iter_mut().find(|line| line.article == article.id) {
            line.quantity = line.quantity.saturating_add(quantity).min(MOST_OF_ONE);
        } else if cart.len() < MOST_LINES {
            cart.push(Line { article: article.id.to_owned(), quantity, ..Line::default() });
        } else {
            return false;
        }
        true
    });
    session.notice().set(match added {
        true => format!("{} × {} is in your cart.", quantity, article.name),
        false => "Your cart is full.".to_owned(),
    });
    Redirect::to("/cart")
}

#[derive(Deserialize)]
pub(crate) struct Change {
    article: String,
    quantity: u32,
    /// A box that is not ticked is not sent.
    wrapped: Option<String>,
    /// The button that was pressed, if it was not the one that changes the quantity.
    remove: Option<String>,
}

pub(crate) async fn change(session: Session<Visit>, Form(form): Form<Change>) -> Redirect {
    session.update_cart(|cart| {
        if form.remove.is_some() || form.quantity == 0 {
            cart.retain(|line| line.article != form.article);
        } else if let Some(line) = cart.iter_mut().find(|line| line.article == form.article) {
            line.quantity = form.quantity.min(MOST_OF_ONE);
            line.wrapped = form.wrapped.is_some();
        }
    });
    session.notice().set("Your cart is up to date.");
    Redirect::to("/cart")
}

pub(crate) async fn page(view: View) -> Response {
    let cart = view.cart();
    view.page(
        "Cart",
        html! {
            h1 { "Your cart" }
            @if cart.is_empty() {
                p.empty { "Nothing in it yet. " a href="/" { "Look around" } "." }
            } @else {
                ul.lines { @for (line, article) in lines(&cart) { li { (line_form(&view, line, article)) } } }
                p.total { "Total " strong { (total(&cart)) } }
                p.actions { a.button href="/checkout" { "Check out" } a href="/" { "Look around some more" } }
            }
        },
    )
}

fn line_form(view: &View, line: &Line, article: &Article) -> Markup {
    let (quantity, wrapped) = (format!("quantity-{}", article.id), format!("wrapped-{}", article.id));
    html! {
        a.thumbnail href=(format!("/articles/{}", article.id)) tabindex="-1" aria-hidden="true" { (picture(article, "cart")) }
        div.what {
            h2 { a href=(format!("/articles/{}", article.id)) { (article.name) } }
            p.price { (article.price) " each" }
        }
        (view.form("/cart/change", html! {
            input type="hidden" name="article" value=(article.id);
            span {
                label for=(quantity) { "Quantity" }
                input id=(quantity) name="quantity" type="number" inputmode="numeric" min="0" max=(MOST_OF_ONE)
                    value=(line.quantity) required;
            }
            span.box {
                input id=(wrapped) name="wrapped" type="checkbox" checked[line.wrapped];
                label for=(wrapped) { "Gift wrap" }
            }
            button.quiet { "Update" }
            button.quiet name="remove" value="yes" formnovalidate { "Remove" }
        }))
        p.sum { (article.price.times(line.quantity)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cart(lines: &[(&str, u32)]) -> Vec<Line> {
        let line = |(article, quantity): &(&str, u32)| Line {
            article: (*article).to_owned(),
            quantity: *quantity,
            ..Line::default()
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn two_tabs_that_fill_one_cart_lose_nothing() {
        let base = cart(&[("mug", 1)]);
        let merged = merge(&base, &cart(&[("mug", 3), ("vase", 1)]), &cart(&[("mug", 2), ("bowl", 1)]));
        assert_eq!(merged, cart(&[("mug", 4), ("bowl", 1), ("vase", 1)]));
    }

    #[test]
    fn what_one_tab_orders_the_other_keeps_the_rest_of() {
        let base = cart(&[("mug", 2), ("vase", 1)]);
        assert_eq!(merge(&base, &[], &cart(&[("mug", 3), ("vase", 1)])), cart(&[("mug", 1)]));
    }
}
