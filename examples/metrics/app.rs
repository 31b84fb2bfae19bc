//! An app whose sessions are measured.

use std::future::ready;
use std::time::Duration;

use axum::Router;
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use session::admin::{Admin, Component, LiveCounters};
use session::event::Events;
use session::metrics::{ALL, Meter, MetricKind, MetricsEvents, Unit};
use session::query::QueryError;
use session::{Error, Handle, Session, SessionConfig, SessionData, SessionLayer, Sessions};
use session_stores::wrap::{Breaker, BreakerMonitor, ResilienceConfig, Resilient, resilient};
use session_stores::{Instrumented, MemoryStore};

use super::operator::{Operator, Password};

/// What the app remembers of a visitor.
#[derive(SessionData, Clone)]
pub(crate) struct UserSession {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(merge = add)]
    views: u32,
}

/// The store, measured outside of what makes it resilient: what requests wait for.
pub(crate) type Measured = Instrumented<Resilient<MemoryStore>>;

pub(crate) fn store(inner: MemoryStore, meter: &Meter) -> Result<Measured, Error> {
    let config = ResilienceConfig { name: "memory", events: events(meter), ..ResilienceConfig::default() };
    Ok(Instrumented::new(resilient(inner, config)?, meter.clone(), "memory"))
}

/// What happens goes to the log and to the numbers.
fn events(meter: &Meter) -> Events {
    Events::default().with(MetricsEvents::new(meter.clone()))
}

/// Histograms with buckets that fit: Prometheus adds up buckets over instances, and not quantiles.
pub(crate) fn prometheus() -> Result<PrometheusBuilder, BuildError> {
    const SECONDS: [f64; 10] = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0];
    const BYTES: [f64; 7] = [64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0];
    const COUNT: [f64; 6] = [1.0, 2.0, 3.0, 5.0, 10.0, 64.0];
    let mut builder = PrometheusBuilder::new();
    for metric in ALL.iter().filter(|metric| metric.kind == MetricKind::Histogram) {
        let buckets: &[f64] = match metric.unit {
            Unit::Seconds => &SECONDS,
            Unit::Bytes => &BYTES,
            Unit::Count => &COUNT,
        };
        builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
    }
    Ok(builder)
}

/// Counts the live sessions again and again. An answer that fails is one of the store's numbers, too.
pub(crate) async fn count(store: Measured, every: Duration) {
    let sessions = Sessions::<UserSession, _>::new(store);
    loop {
        let _ = sessions.count().await;
        tokio::time::sleep(every).await;
    }
}

/// `password` opens the pages for operators.
pub(crate) fn router(store: Measured, meter: &Meter, scraped: PrometheusHandle, password: &str) -> Router {
    let counters = LiveCounters::default();
    let events = events(meter).with(counters.clone());
    let config = SessionConfig::builder().development().events(events).build();
    let config = config.expect("a preset is a valid configuration");
    let sessions = Sessions::with_config(store.clone(), config.clone());
    let circuits = store.inner().monitor();
    let operators = Admin::new(&sessions)
        .counters(counters)
        .look_up("user id", find)
        .component("circuit breakers", move || ready(state_of(&circuits)))
        .router::<Operator, Password>();
    Router::new()
        .nest("/admin", operators)
        .with_state(Password(password.into()))
        .route("/", get(home))
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .layer(SessionLayer::<UserSession>::with_config(store, config))
        // Outside of the layer: whoever scrapes has no session. In production, not on a public port.
        .route("/metrics", get(async move || scraped.render()))
}

/// Every session is looked at; an app with an index asks that.
async fn find(sessions: Sessions<UserSession, Measured>, text: String) -> Result<Vec<Handle>, QueryError> {
    let Ok(user) = text.parse::<i64>() else { return Ok(Vec::new()) };
    let mut found = sessions.find_by(move |session| session.user_id() == Some(user));
    let mut handles = Vec::new();
    while let Some(session) = found.next().await {
        handles.extend(session?.id());
    }
    Ok(handles)
}

fn state_of(circuits: &BreakerMonitor) -> Component {
    let open = circuits.circuits().into_iter().filter(|view| view.state != Breaker::Closed);
    Component::warned(open.map(|view| format!("{} is {:?}", view.circuit, view.state)).collect())
}

async fn home(session: Session<UserSession>) -> Html<String> {
    session.update_views(|views| *views = views.saturating_add(1));
    let form = if session.is_authenticated() { "sign-out" } else { "sign-in" };
    Html(format!(
        "<!doctype html><title>Metrics</title><p>Seen {} times. <form method=post action=/{form}><button>{form}</button>\
         </form><p><a href=/metrics>/metrics</a> <a href=/admin>/admin</a>",
        session.views()
    ))
}

async fn sign_in(session: Session<UserSession>) -> Redirect {
    session.set_user_id(Some(42));
    Redirect::to("/")
}

async fn sign_out(session: Session<UserSession>) -> Result<Redirect, session::axum::SessionRejection> {
    session.sign_out().await?;
    Ok(Redirect::to("/"))
}
