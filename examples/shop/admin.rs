//! For whoever keeps the shop. Who that is stands in the session, as a privilege.

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::html;
use session::admin::Admin;
use session::axum::SessionRejection;
use session::index::Device;
use session::query::QueryError;
use session::{ErrorKind, Handle, Sessions};

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
    let look_up_in = shop.clone();
    Admin::new(&shop.sessions)
        .counters(shop.counters.clone())
        .look_up("customer's name", move |sessions, name| of_name(look_up_in.clone(), sessions, name))
        .router::<Keeper, Shop>()
}

/// By the index, so that it costs the same however many sessions there are.
async fn of_name(shop: Shop, sessions: Sessions<Visit>, name: String) -> Result<Vec<Handle>, QueryError> {
    let mut handles = Vec::new();
    for customer in shop.people.named(&name) {
        let listed = sessions.by_user_id(&customer).list().await.map_err(QueryError::Ended)?;
        handles.extend(listed.devices.iter().map(Device::handle));
        handles.extend(listed.unreadable.iter().map(|(handle, _)| *handle));
    }
    Ok(handles)
}
