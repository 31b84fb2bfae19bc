use metrics::{KeyName, Label as FacadeLabel, SharedString};

use super::{ALL, Label, LabelValue, Metric, MetricKind, MetricsSink, Unit};

/// A sink that goes to the recorder of the `metrics` facade: whichever one the program has installed, or none.
#[derive(Debug, Clone, Copy)]
pub struct FacadeMetrics(());

impl FacadeMetrics {
    /// Describes all metrics to the recorder, which should therefore be installed before.
    pub fn new() -> Self {
        for metric in ALL {
            let (name, unit) = (KeyName::from_const_str(metric.name), unit(metric));
            match metric.kind {
                MetricKind::Counter => metrics::describe_counter!(name, unit, metric.help.trim()),
                MetricKind::Gauge => metrics::describe_gauge!(name, unit, metric.help.trim()),
                MetricKind::Histogram => metrics::describe_histogram!(name, unit, metric.help.trim()),
            }
        }
        Self(())
    }
}

impl Default for FacadeMetrics {
    fn default() -> Self {
        Self::new()
    }
}

impl MetricsSink for FacadeMetrics {
    fn increment(&self, metric: &Metric, labels: &[Label], by: u64) {
        metrics::counter!(metric.name, owned(labels)).increment(by);
    }

    fn gauge(&self, metric: &Metric, labels: &[Label], value: f64) {
        metrics::gauge!(metric.name, owned(labels)).set(value);
    }

    fn observe(&self, metric: &Metric, labels: &[Label], value: f64) {
        metrics::histogram!(metric.name, owned(labels)).record(value);
    }
}

const fn unit(metric: &Metric) -> metrics::Unit {
    match metric.unit {
        Unit::Count => metrics::Unit::Count,
        Unit::Seconds => metrics::Unit::Seconds,
        Unit::Bytes => metrics::Unit::Bytes,
    }
}

fn owned(labels: &[Label]) -> Vec<FacadeLabel> {
    let owned = |(name, value): &Label| {
        let value = match *value {
            LabelValue::Word(word) => SharedString::const_str(word),
            LabelValue::Number(number) => number.to_string().into(),
        };
        FacadeLabel::new(*name, value)
    };
    labels.iter().map(owned).collect()
}
