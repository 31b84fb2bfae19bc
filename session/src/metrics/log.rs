use std::fmt;

use super::{Label, Metric, MetricsSink};

/// A sink that writes each number to the log, through `tracing`, as `info` of the target `session::metrics`: for
/// development, and for small services without anything that collects metrics.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogMetrics;

impl MetricsSink for LogMetrics {
    fn increment(&self, metric: &Metric, labels: &[Label], by: u64) {
        tracing::info!(target: "session::metrics", metric = metric.name, labels = %Labels(labels), by, "counter");
    }

    fn gauge(&self, metric: &Metric, labels: &[Label], value: f64) {
        tracing::info!(target: "session::metrics", metric = metric.name, labels = %Labels(labels), value, "gauge");
    }

    fn observe(&self, metric: &Metric, labels: &[Label], value: f64) {
        tracing::info!(target: "session::metrics", metric = metric.name, labels = %Labels(labels), value, "histogram");
    }
}

struct Labels<'l>(&'l [Label]);

impl fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let before = if index == 0 { "" } else { " " };
            write!(f, "{before}{name}={value}")?;
        }
        Ok(())
    }
}
