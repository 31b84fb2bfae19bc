//! The sinks that are there, and one that is broken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use session::metrics::{EVENTS, LIVE, Label, Meter, Metric, MetricsSink, NullMetrics, OPERATION_SECONDS};
use session::testing::block_on;

use super::{Recorder, names};

/// Panics with every number.
struct Broken(Arc<AtomicUsize>);

impl Broken {
    fn panic(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("a broken sink");
    }
}

impl MetricsSink for Broken {
    fn increment(&self, _: &Metric, _: &[Label], _: u64) {
        self.panic();
    }

    fn gauge(&self, _: &Metric, _: &[Label], _: f64) {
        self.panic();
    }

    fn observe(&self, _: &Metric, _: &[Label], _: f64) {
        self.panic();
    }
}

#[test]
fn a_sink_that_panics_harms_nobody_and_is_left_alone_in_the_end() {
    let asked = Arc::new(AtomicUsize::new(0));
    let meter = Meter::new(Broken(Arc::clone(&asked)));
    for _ in 0..50 {
        meter.increment(&EVENTS, &[("event", "loaded".into())], 1);
        meter.live("memory", 1);
    }
    assert_eq!((meter.panics(), asked.load(Ordering::SeqCst)), (16, 16));
    assert_eq!(meter.time(&OPERATION_SECONDS, &[], || 7), 7);
}

#[test]
fn what_nobody_wants_is_not_told() {
    assert!(!Meter::none().is_wanted() && !Meter::default().is_wanted());
    Meter::none().live("memory", 1);
    let meter = Meter::new(NullMetrics);
    meter.live("memory", 1);
    assert!(meter.is_wanted());
    assert_eq!(meter.panics(), 0);
}

#[test]
fn work_is_timed_and_its_answer_passed_on() {
    let recorder = Recorder::default();
    let meter = recorder.meter();
    let labels = [("store", "memory".into()), ("operation", "load".into())];
    assert_eq!(meter.time(&OPERATION_SECONDS, &labels, || "answer"), "answer");
    assert_eq!(block_on(meter.timed(&OPERATION_SECONDS, &labels, async { "later" })), "later");
    let told = recorder.take();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|told| told.value >= 0.0 && told.name == OPERATION_SECONDS.name));
    meter.live("memory", 1 << 40);
    assert_eq!(names(&recorder.take()).into_iter().collect::<Vec<_>>(), [LIVE.name]);
}
