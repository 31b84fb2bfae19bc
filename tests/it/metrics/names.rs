//! What the documentation says of metrics is what the code says.

use std::collections::BTreeSet;

use session::metrics::{ALL, Metric, MetricKind, Unit};

use crate::structure::root;

/// The rows of the table whose head is `head`, cell by cell.
fn table(head: &str) -> Vec<Vec<String>> {
    let path = root().join("session/src/metrics/mod.rs");
    let text = std::fs::read_to_string(path).expect("the module's documentation");
    let lines = text.lines().skip_while(|line| *line != format!("//! {head}")).skip(2);
    let rows = lines.map_while(|line| line.strip_prefix("//! |"));
    let cells = |row: &str| row.trim_end_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

fn quoted(cell: &str) -> &str {
    cell.trim_matches('`')
}

fn metric(name: &str) -> &'static Metric {
    ALL.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("there is no metric {name}"))
}

#[test]
fn the_table_of_metrics_is_the_codes() {
    let rows = table("| metric | kind | labels | tells |");
    let documented: Vec<_> = rows.iter().map(|row| quoted(&row[0])).collect();
    let mut known: Vec<_> = ALL.iter().map(|metric| metric.name).collect();
    let mut sorted = documented.clone();
    sorted.sort_unstable();
    known.sort_unstable();
    assert_eq!(sorted, known);
    for row in &rows {
        let metric = metric(quoted(&row[0]));
        assert_eq!(row[1], format!("{:?}", metric.kind).to_lowercase(), "{}", metric.name);
        assert_eq!(row[2], metric.labels.join(", "), "{}", metric.name);
    }
}

/// Those of its `Metrics` module, all twelve.
const SEED: [&str; 12] = [
    "session.created",
    "session.loaded",
    "session.deleted",
    "session.regenerated",
    "session.expired",
    "session.error",
    "session.circuit_breaker.open",
    "session.circuit_breaker.half_open",
    "session.retry.attempt",
    "session.load_time",
    "session.store_time",
    "session.active_count",
];

/// What stands for each of them, as name, label and value.
pub(super) fn seed() -> Vec<(String, Option<(String, String)>)> {
    let rows = table("| there | here |");
    assert_eq!(rows.iter().map(|row| quoted(&row[0])).collect::<Vec<_>>(), SEED);
    let here = |row: &Vec<String>| match quoted(&row[1]).trim_end_matches('}').split_once('{') {
        None => (quoted(&row[1]).to_owned(), None),
        Some((name, label)) => {
            let (label, value) = label.split_once('=').expect("a label and its value");
            (name.to_owned(), Some((label.to_owned(), value.trim_matches('"').to_owned())))
        }
    };
    rows.iter().map(here).collect()
}

#[test]
fn every_metric_of_the_seed_has_a_counterpart() {
    for (name, label) in seed() {
        let metric = metric(&name);
        if let Some((label, _)) = label {
            assert!(metric.labels.contains(&label.as_str()), "{name} has no label {label}");
        }
    }
}

#[test]
fn names_are_as_prometheus_wants_them() {
    let mut seen = BTreeSet::new();
    for Metric { name, kind, unit, labels, help, .. } in ALL {
        assert!(seen.insert(name), "{name} twice");
        assert!(name.starts_with("session_") && !help.trim().is_empty());
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        assert_eq!(name.ends_with("_total"), *kind == MetricKind::Counter, "{name}");
        assert_eq!(name.ends_with("_seconds"), *unit == Unit::Seconds, "{name}");
        assert_eq!(name.ends_with("_bytes"), *unit == Unit::Bytes, "{name}");
        assert!(labels.iter().all(|label| !["session", "id", "user", "handle"].contains(label)), "{name}");
    }
}
