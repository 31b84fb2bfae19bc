use super::*;

fn limited(net: &Net) -> Timeout<Net> {
    Timeout::new(net.clone(), TimeLimits::default()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_unavailable_when_the_time_for_the_operation_is_over() {
    let net = Net::new();
    net.all(&Mood::Hang);
    let store = limited(&net);
    let create = net.create(1);
    for (name, limit, applied, (took, answer)) in [
        ("load", 250, Applied::No, timed(store.load(&at(1))).await.map_ok()),
        ("commit", 300, Applied::Unknown, timed(store.commit(&create)).await.map_ok()),
        ("touch", 250, Applied::Unknown, timed(store.touch(&touch(1))).await.map_ok()),
        ("delete", 300, Applied::Unknown, timed(store.delete(&handle(1))).await.map_ok()),
        ("health", 500, Applied::No, timed(store.health()).await.map_ok()),
        ("scan", 500, Applied::No, timed(store.scan(None, 10)).await.map_ok()),
        ("count", 30_000, Applied::No, timed(store.count()).await.map_ok()),
        ("clear", 30_000, Applied::Unknown, timed(store.clear()).await.map_ok()),
    ] {
        let limit = Duration::from_millis(limit);
        let error = answer.expect_err(name);
        assert!((limit..limit + 2 * MS).contains(&took), "{name} took {took:?}");
        assert_eq!(source::<TimedOut>(&error), Some(TimedOut { limit }), "{name}");
        assert_eq!(unavailable::<()>(Err(error)), (applied, None), "{name}");
    }
    assert_eq!(net.under_way(), 0, "what is given up is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_store_in_time_is_not_touched() {
    let net = Net::new();
    // To the last moment.
    net.all(&Mood::Slow(250 * MS));
    let store = limited(&net);
    let base = committed(store.commit(&net.create(1)).await);
    assert!(matches!(store.load(&at(1)).await, Ok(Load::Found(record)) if record.header == base.header));
    assert!(matches!(store.touch(&touch(1)).await, Ok(Touched::Until { .. })));
    assert!(store.delete(&handle(1)).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn what_the_store_itself_says_is_passed_on() {
    let net = Net::new();
    let store = limited(&net);
    for kind in [ErrorKind::Corrupt, ErrorKind::TooNew { version: 9 }, UNSENT, LOST] {
        net.all(&Mood::Fail(kind.clone()));
        assert_eq!(store.load(&at(1)).await.unwrap_err().kind(), &kind);
    }
}

/// An answer without its value.
trait MapOk {
    fn map_ok(self) -> (Duration, Result<(), Error>);
}

impl<V> MapOk for (Duration, Result<V, Error>) {
    fn map_ok(self) -> (Duration, Result<(), Error>) {
        (self.0, self.1.map(drop))
    }
}
