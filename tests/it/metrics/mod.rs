//! Metrics: each of them is told of, nothing else is, and what tells of them harms nobody.

#![expect(
    clippy::float_cmp,
    reason = "what was told is compared: small whole numbers, and values as they were given"
)]

mod cache;
mod kinds;
mod names;
mod operations;
mod sinks;
mod spans;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use session::metrics::{Label, LabelValue, Meter, Metric, MetricKind, MetricsSink};

/// A sink that keeps everything that it is told, and believes none of it.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Told>>>);

/// A number.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    name: &'static str,
    /// `store="redis",operation="load"`.
    labels: String,
    value: f64,
}

impl Recorder {
    fn meter(&self) -> Meter {
        Meter::new(self.clone())
    }

    fn take(&self) -> Vec<Told> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn note(&self, metric: &Metric, kind: MetricKind, labels: &[Label], value: f64) {
        assert_eq!(metric.kind, kind, "{}", metric.name);
        let names: Vec<_> = labels.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, metric.labels, "{}: every number has all labels, in their order", metric.name);
        let written = |(name, value): &Label| match value {
            LabelValue::Word(word) => format!("{name}={word:?}"),
            LabelValue::Number(number) => format!("{name}=\"{number}\""),
        };
        let labels = labels.iter().map(written).collect::<Vec<_>>().join(",");
        self.0.lock().unwrap().push(Told { name: metric.name, labels, value });
    }
}

impl MetricsSink for Recorder {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn increment(&self, metric: &Metric, labels: &[Label], by: u64) {
        self.note(metric, MetricKind::Counter, labels, by as f64);
    }

    fn gauge(&self, metric: &Metric, labels: &[Label], value: f64) {
        self.note(metric, MetricKind::Gauge, labels, value);
    }

    fn observe(&self, metric: &Metric, labels: &[Label], value: f64) {
        self.note(metric, MetricKind::Histogram, labels, value);
    }
}

fn names(told: &[Told]) -> BTreeSet<&'static str> {
    told.iter().map(|told| told.name).collect()
}

/// The labels of what was told of one metric.
fn labels(told: &[Told], name: &str) -> BTreeSet<String> {
    told.iter().filter(|told| told.name == name).map(|told| told.labels.clone()).collect()
}

/// What was told of one metric with these labels, added up.
fn sum(told: &[Told], name: &str, labels: &str) -> f64 {
    let matching = told.iter().filter(|told| told.name == name && told.labels == labels);
    matching.map(|told| told.value).sum()
}

/// Whether something was told of a counterpart of the seed's metrics.
fn seed_value(told: &[Told], (name, label): &(String, Option<(String, String)>)) -> bool {
    let label = label.as_ref().map_or(String::new(), |(label, value)| format!("{label}={value:?}"));
    told.iter().any(|told| told.name == name && told.labels.contains(&label))
}
