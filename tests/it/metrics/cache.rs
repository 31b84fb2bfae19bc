use std::time::Duration;

use session::metrics::{CacheMeter, CacheSnapshot};

use super::{Recorder, sum};

pub(super) fn report_once(recorder: &Recorder) {
    CacheMeter::new(recorder.meter(), "redis").report(CacheSnapshot::default());
}

#[test]
fn a_cache_is_told_of_from_snapshot_to_snapshot() {
    let recorder = Recorder::default();
    let meter = CacheMeter::new(recorder.meter(), "redis");
    let first = CacheSnapshot {
        hits: 10,
        misses: 4,
        unverified: 1,
        filled: 4,
        evicted: 1,
        invalidated: 2,
        entries: 3,
        bytes: 900,
        staleness: Duration::from_millis(250),
    };
    meter.report(first);
    meter.report(CacheSnapshot { hits: 15, entries: 2, ..first });
    let told = recorder.take();
    for (outcome, count) in [("hit", 15.0), ("miss", 4.0), ("unverified", 1.0)] {
        let labels = format!("store=\"redis\",outcome={outcome:?}");
        assert_eq!(sum(&told, "session_cache_requests_total", &labels), count);
    }
    for (change, count) in [("filled", 4.0), ("evicted", 1.0), ("invalidated", 2.0)] {
        let labels = format!("store=\"redis\",change={change:?}");
        assert_eq!(sum(&told, "session_cache_changes_total", &labels), count);
    }
    let last = |name: &str| told.iter().rfind(|told| told.name == name).unwrap().value;
    assert_eq!((last("session_cache_entries"), last("session_cache_bytes")), (2.0, 900.0));
    assert_eq!(last("session_cache_staleness_seconds"), 0.25);

    // A cache that was made anew begins at nothing.
    meter.report(CacheSnapshot { hits: 2, ..CacheSnapshot::default() });
    let told = recorder.take();
    assert_eq!(sum(&told, "session_cache_requests_total", "store=\"redis\",outcome=\"hit\""), 2.0);
}
