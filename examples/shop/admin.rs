//! For whoever keeps the shop. Who that is stands in the session, as a privilege.

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::html;
use session::admin::Admin;
use session::axum::SessionRejection;
use session::{ErrorKind, Sessions};

use crate::orders;
use crate::shop::Shop;
use crate::view::View;
use crate::visit::{Role, Visit};

/// A view for the keeper. For everybody else there is no such page.
pub(crate) struct Keeper(pub(crate) View);

impl<S: Send + Sync> FromRequestParts<S> for Keeper {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        match view.role() {
            Role::Keeper => Ok(Self(view)),
            Role::Customer => Err(StatusCode::NOT_FOUND.into_response()),
        }
    }
}

pub(crate) async fn page(
    State(shop): State<Shop>,
    Keeper(view): Keeper,
) -> Result<Response, SessionRejection> {
    // A store that does not keep the sessions itself, such as the cookie, cannot count them.
    let sessions = match shop.sessions.count().await {
        Ok(count) => count.to_string(),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. }) => "–".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(view.page(
        "Keeper",
        html! {
            h1 { "Behind the counter" }
            dl.figures {
                div { dt { "Sessions" } dd { (sessions) } }
                div { dt { "Accounts" } dd { (shop.people.count()) } }
            }
            p { a href="/admin/sessions" { "All sessions: how they are, whose they are, and a way to end them" } }
            section { h2 { "Latest orders" } (orders::list(&shop.orders.latest(20))) }
        },
    ))
}

/// The library's own pages for operators, for the same keeper.
pub(crate) fn sessions(shop: &Shop) -> Router<Shop> {
    Admin::new(&shop.sessions)
        .counters(shop.counters.clone())
        .look_up("customer's name", async |sessions: Sessions<Visit>, name: String| {
            let mut found = sessions.find_by(move |session| session.name().as_ref() == Some(&name));
            let mut handles = Vec::new();
            while let Some(session) = found.next().await {
                handles.extend(session?.id());
            }
            Ok(handles)
        })
        .router::<Keeper, Shop>()
}
