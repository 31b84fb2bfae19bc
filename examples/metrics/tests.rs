//! The numbers arrive, and the dashboard asks for nothing else.

use std::collections::BTreeSet;

use axum::body::Body;
use session::metrics::{ALL, CacheMeter, CacheSnapshot, FacadeMetrics, Meter, Metric, MetricKind};
use session::testing::TestClient;
use session_stores::MemoryStore;

use super::app;

/// The metrics of the page that Prometheus scrapes, after some use of the app.
#[tokio::test]
async fn what_an_app_does_is_there_to_be_scraped() {
    // Installed for the whole process: the app counts on whatever thread it runs.
    let scraped = app::prometheus().unwrap().install_recorder().unwrap();
    let meter = Meter::new(FacadeMetrics::new());
    let store = app::store(MemoryStore::new(), &meter).unwrap();
    let browser = TestClient::<_, Body>::new(app::router(store.clone(), &meter, scraped, "open sesame"));
    browser.get("/").await;
    browser.post("/sign-in", &[]).await;
    browser.get("/").await;
    browser.post("/sign-out", &[]).await;
    meter.live("memory", 3);
    CacheMeter::new(meter, "memory").report(CacheSnapshot { hits: 1, ..CacheSnapshot::default() });

    let page = browser.get("/metrics").await;
    let text = String::from_utf8(page.body.to_vec()).unwrap();
    for line in [
        "session_events_total{event=\"created\"} 1",
        "session_events_total{event=\"authenticated\"} 1",
        "session_ended_total{by=\"request\"} 1",
        "session_store_operations_total{store=\"memory\",operation=\"delete\",outcome=\"ended\"} 1",
        "session_live{store=\"memory\"} 3",
        "session_cache_requests_total{store=\"memory\",outcome=\"hit\"} 1",
        "# TYPE session_store_operation_seconds histogram",
        "# HELP session_live Live sessions",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(text.contains("session_commit_attempts_bucket{le=\"1\"}"), "{text}");
}

/// The metric that a name in a query means: of a histogram there are three.
fn meant(name: &str) -> Option<&'static Metric> {
    let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part));
    ALL.iter().find(|metric| match metric.kind {
        MetricKind::Histogram => of_histogram == Some(metric.name),
        MetricKind::Counter | MetricKind::Gauge => metric.name == name,
    })
}

/// Whatever looks like a name of ours in a query.
fn names(query: &str) -> impl Iterator<Item = &str> {
    query
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("session_"))
}

/// The labels that a query groups by or selects.
fn labels(query: &str) -> BTreeSet<&str> {
    let grouped = query.split("by (").skip(1).filter_map(|rest| rest.split(')').next());
    let selected = query.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let grouped = grouped.flat_map(|list| list.split(',')).map(str::trim);
    // A value has no comma in it here.
    let selected =
        selected.flat_map(|list| list.split(',')).filter_map(|pair| pair.split(['=', '~', '!']).next());
    grouped.chain(selected).collect()
}

#[test]
fn the_dashboard_asks_for_metrics_that_there_are() {
    let dashboard: serde_json::Value = serde_json::from_str(include_str!("dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut shown = BTreeSet::new();
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            let query = target["expr"].as_str().unwrap();
            let mut known = BTreeSet::from(["le"]);
            let mut some = false;
            for name in names(query) {
                let metric = meant(name).unwrap_or_else(|| panic!("{}: there is no {name}", panel["title"]));
                known.extend(metric.labels);
                shown.insert(metric.name);
                some = true;
            }
            assert!(some, "{query}");
            let unknown: Vec<_> = labels(query).into_iter().filter(|label| !known.contains(label)).collect();
            assert!(unknown.is_empty(), "{query} uses {unknown:?}");
        }
    }
    let all: BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(shown, all, "every metric is on the dashboard");
}

#[test]
fn the_dashboard_names_events_that_there_are() {
    let kinds = include_str!("../../session/src/event/kinds.rs");
    let dashboard = include_str!("dashboard.json");
    let selected = dashboard.split("event=").skip(1).map(|rest| {
        let rest = rest.trim_start_matches('~').trim_start_matches("\\\"");
        rest.split("\\\"").next().unwrap_or_default()
    });
    let mut some = 0;
    for name in selected.flat_map(|list| list.split('|')) {
        assert!(kinds.contains(&format!("=> \"{name}\"")), "there is no event {name}");
        some += 1;
    }
    assert!(some > 10);
}
