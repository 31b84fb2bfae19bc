use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{LIVE, Label, Metric, MetricsSink};

/// How often a sink may panic before it gets no more numbers.
const MAX_PANICS: u64 = 16;

/// Where numbers go. A clone goes to the same sink and costs a reference count.
///
/// A sink that panics harms nobody but itself: the panic is caught and counted, and after sixteen of them the sink is left
/// alone. [`none`](Self::none), the default, goes nowhere and costs nothing.
#[derive(Clone, Default)]
pub struct Meter(Option<Arc<Inner>>);

struct Inner {
    sink: Box<dyn MetricsSink>,
    name: &'static str,
    panics: AtomicU64,
}

impl Meter {
    /// Numbers that go to `sink`.
    pub fn new<S: MetricsSink>(sink: S) -> Self {
        let inner =
            Inner { sink: Box::new(sink), name: std::any::type_name::<S>(), panics: AtomicU64::new(0) };
        Self(Some(Arc::new(inner)))
    }

    /// Numbers that nobody wants.
    pub const fn none() -> Self {
        Self(None)
    }

    /// A counter goes up by that.
    pub fn increment(&self, metric: &Metric, labels: &[Label], by: u64) {
        self.tell(|sink| sink.increment(metric, labels, by));
    }

    /// A gauge stands at that.
    pub fn gauge(&self, metric: &Metric, labels: &[Label], value: f64) {
        self.tell(|sink| sink.gauge(metric, labels, value));
    }

    /// A histogram has one more number.
    pub fn observe(&self, metric: &Metric, labels: &[Label], value: f64) {
        self.tell(|sink| sink.observe(metric, labels, value));
    }

    /// How many sessions live in a store, as somebody has just counted them: by
    /// [`Sessions::count`](crate::Sessions::count) once a minute, say, which looks at every key of a Redis server.
    pub fn live(&self, store: &'static str, sessions: u64) {
        self.gauge(&LIVE, &[("store", store.into())], approximately(sessions));
    }

    /// Runs `work`, and tells a histogram how many seconds it took.
    pub fn time<V>(&self, metric: &Metric, labels: &[Label], work: impl FnOnce() -> V) -> V {
        let watch = Stopwatch::start();
        let answer = work();
        self.observe(metric, labels, watch.elapsed().as_secs_f64());
        answer
    }

    /// As [`time`](Self::time), for a future. One that is dropped is not told of.
    pub async fn timed<V>(&self, metric: &Metric, labels: &[Label], work: impl Future<Output = V>) -> V {
        let watch = Stopwatch::start();
        let answer = work.await;
        self.observe(metric, labels, watch.elapsed().as_secs_f64());
        answer
    }

    /// Whether anybody wants numbers.
    pub const fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// How often the sink has panicked.
    pub fn panics(&self) -> u64 {
        self.0.as_ref().map_or(0, |inner| inner.panics.load(Ordering::Relaxed))
    }

    fn tell(&self, number: impl FnOnce(&dyn MetricsSink)) {
        let Some(inner) = self.0.as_ref().filter(|_| self.panics() < MAX_PANICS) else { return };
        // Nothing of ours is changed inside; what the sink breaks in itself is its own.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| number(&*inner.sink))) {
            let panics = inner.panics.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(target: "session", sink = inner.name, panics, "a sink for metrics panicked");
            // What was thrown may panic when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.0.as_ref().map(|inner| inner.name)).finish()
    }
}

/// Measures how long something takes. It decides nothing: time that decides goes through [`Clock`](crate::clock::Clock),
/// whose milliseconds are too coarse for this.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    #[expect(
        clippy::disallowed_methods,
        reason = "no clock that tests move can measure what the machine takes"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// So long, until now.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Exact up to 2^53, which is more than anybody counts here.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a floating-point number everywhere")]
pub(super) const fn approximately(number: u64) -> f64 {
    number as f64
}
