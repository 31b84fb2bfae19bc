//! The shelves, and one article taken off them.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::art::picture;
use crate::articles::{self, ARTICLES};
use crate::view::View;

pub(crate) async fn page(view: View) -> Response {
    view.page(
        "Stoneware",
        html! {
            section.hero {
                h1 { "Stoneware for slow mornings" }
                p { "Eight shapes, thrown by hand, fired twice, and made to be used every day." }
            }
            ul.shelf {
                @for article in ARTICLES {
                    li {
                        a href=(format!("/articles/{}", article.id)) {
                            (picture(article, "shelf"))
                            span.name { (article.name) }
                            span.price { (article.price) }
                        }
                    }
                }
            }
        },
    )
}

pub(crate) async fn article(view: View, Path(id): Path<String>) -> Response {
    let Some(article) = articles::find(&id) else { return StatusCode::NOT_FOUND.into_response() };
    view.page(article.name, html! {
        div.article {
            div.picture { (picture(article, "article")) }
            div {
                p.back { a href="/" { "All stoneware" } }
                h1 { (article.name) }
                p.lead { (article.line) }
                p.price { (article.price) }
                (view.form("/cart", html! {
                    input type="hidden" name="article" value=(article.id);
                    span {
                        label for="quantity" { "Quantity" }
                        input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="500" value="1"
                            required;
                    }
                    button { "Add to cart" }
                }))
                p { (article.text) }
                p.facts { (article.facts) }
            }
        }
    })
}
