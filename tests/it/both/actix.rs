use std::convert::Infallible;

use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::middleware::Condition;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse, web};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::once;
use session::actix::{ReadOnly, SessionMiddleware, SessionRejection, Stored};
use session::{Authenticated, Session};
use session_tests::Shop;

use super::{ACTS, Adapter, Admin, Content, Layers, Reply, Site, change_both, either, glance, run};
use crate::adapters::Seen;

pub(super) struct Actix;

impl Adapter for Actix {
    async fn send(site: &Site, request: http::request::Builder, body: &'static str) -> Seen {
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let method = head.method.as_str().parse().expect("a method");
        let mut request = TestRequest::default().method(method).uri(&head.uri.to_string()).set_payload(body);
        for (name, value) in &head.headers {
            request = request.append_header((name.as_str(), value.as_bytes()));
        }
        let mounted = site.layers != Layers::None;
        let outer = site.outer();
        let require_auth = site.require_auth.clone().unwrap_or_default();
        let csrf = site.csrf.clone().unwrap_or_default();
        let app = App::new()
            .configure(|config| routes(site, config))
            .wrap(Condition::new(site.require_auth.is_some(), require_auth))
            .wrap(Condition::new(site.csrf.is_some(), csrf))
            .wrap(Condition::new(mounted, SessionMiddleware::<Shop>::new(site.runtime.clone())))
            .wrap(Condition::new(
                outer.is_some(),
                SessionMiddleware::<Admin>::new(outer.unwrap_or(site.runtime.clone())),
            ));
        let app = init_service(app).await;
        // A server answers with what an error says of itself.
        let response = match try_call_service(&app, request.to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        let mut seen = http::Response::builder().status(response.status().as_u16());
        for (name, value) in response.headers() {
            seen = seen.header(name.as_str(), value.as_bytes());
        }
        let (head, ()) = seen.body(()).expect("a response").into_parts();
        let body = to_bytes(response.into_body()).await.expect("a body in memory");
        Seen { head, body: String::from_utf8(body.to_vec()).expect("text") }
    }
}

pub(super) fn routes(site: &Site, config: &mut web::ServiceConfig) {
    async fn stored(session: Stored<Shop>) -> String {
        format!("{:?}", session.as_ref().map(|found| found.views()))
    }
    async fn two(shop: Session<Shop>, admin: Session<Admin>) -> &'static str {
        change_both(&shop, &admin);
        ""
    }
    async fn account(session: Authenticated<Shop>) -> String {
        format!("{:?}", session.user_id())
    }
    config
        .route("/still", web::to(async || "still"))
        .route("/public/{path:.*}", web::to(async || "still"))
        .route("/stored", web::to(stored))
        .route("/two", web::to(two))
        .route(
            "/visitor",
            web::to(async |session: Option<Authenticated<Shop>>| session.is_some().to_string()),
        )
        .route("/optional", web::to(async |session: Option<Session<Shop>>| session.is_some().to_string()))
        .route("/either", web::to(async |session: Result<Session<Shop>, SessionRejection>| either(session)))
        .route("/read-only", web::to(async |session: ReadOnly<Shop>| glance(&session)))
        .route("/account", web::to(account))
        .route("/echo", web::to(async |body: String| body));
    for (path, act) in ACTS {
        let site = site.clone();
        let handler = move |session: Session<Shop>| {
            let site = site.clone();
            async move { response(run(act, session, site).await) }
        };
        config.route(path, web::to(handler));
    }
}

fn response(reply: Reply) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(reply.status).expect("a status"));
    for header in reply.headers {
        response.append_header(*header);
    }
    match reply.body {
        Content::Whole(body) => response.body(body),
        Content::Streamed(body) => {
            response.streaming(once(body).map(|text| Ok::<_, Infallible>(Bytes::from(text))))
        }
    }
}
