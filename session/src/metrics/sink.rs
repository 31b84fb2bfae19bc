use std::fmt;

use super::Metric;

/// A label of a number: its name, which is one of the metric's, and its value.
pub type Label = (&'static str, LabelValue);

/// The value of a label. It cannot hold what a request, a user or a store has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelValue {
    /// A word of the program.
    Word(&'static str),
    /// A small number, such as that of a shard.
    Number(usize),
}

impl From<&'static str> for LabelValue {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<usize> for LabelValue {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

impl fmt::Display for LabelValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// Receives numbers.
///
/// Called by requests, so an implementation takes microseconds: it counts, or hands over. Which metrics there are is
/// [`ALL`](super::ALL).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no sink for metrics",
    note = "`NullMetrics` and `LogMetrics` are, and `FacadeMetrics` with the feature `metrics`"
)]
pub trait MetricsSink: Send + Sync + 'static {
    /// A counter goes up by that.
    fn increment(&self, metric: &Metric, labels: &[Label], by: u64);

    /// A gauge stands at that.
    fn gauge(&self, metric: &Metric, labels: &[Label], value: f64);

    /// A histogram has one more number: seconds, bytes, or how many.
    fn observe(&self, metric: &Metric, labels: &[Label], value: f64);
}

impl<S: MetricsSink + ?Sized> MetricsSink for std::sync::Arc<S> {
    fn increment(&self, metric: &Metric, labels: &[Label], by: u64) {
        (**self).increment(metric, labels, by);
    }

    fn gauge(&self, metric: &Metric, labels: &[Label], value: f64) {
        (**self).gauge(metric, labels, value);
    }

    fn observe(&self, metric: &Metric, labels: &[Label], value: f64) {
        (**self).observe(metric, labels, value);
    }
}

/// A sink that does nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NullMetrics;

impl MetricsSink for NullMetrics {
    fn increment(&self, _: &Metric, _: &[Label], _: u64) {}

    fn gauge(&self, _: &Metric, _: &[Label], _: f64) {}

    fn observe(&self, _: &Metric, _: &[Label], _: f64) {}
}
