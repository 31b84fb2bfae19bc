use std::pin::pin;
use std::task::{Context, Waker};

use session::event::{SessionEvent, from_fn};

use super::*;

struct Bench {
    net: Net,
    clock: Arc<ManualClock>,
    store: CircuitBreaker<Net>,
    monitor: BreakerMonitor,
}

fn bench() -> Bench {
    let (net, clock) = (Net::new(), Arc::new(ManualClock::default()));
    let store = CircuitBreaker::sharded(net.clone(), BreakerConfig::default()).unwrap();
    let store = store.on_clock(Arc::clone(&clock));
    let monitor = store.monitor();
    Bench { net, clock, store, monitor }
}

impl Bench {
    /// Loads of a shard, until its circuit is open.
    async fn break_reads(&self, shard: u64) {
        for _ in 0..5 {
            assert!(self.store.load(&at(shard)).await.unwrap_err().is_unavailable());
        }
        assert_eq!(self.state(Traffic::Reads, shard), Breaker::Open);
        self.net.calls();
    }

    fn state(&self, traffic: Traffic, shard: u64) -> Breaker {
        self.monitor.circuit(circuit(traffic, shard)).state
    }
}

fn circuit(traffic: Traffic, shard: u64) -> Circuit {
    Circuit { traffic, shard: usize::try_from(shard).unwrap() }
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[tokio::test]
async fn an_open_circuit_asks_nobody_and_says_when_to_come_again() {
    let t = bench();
    t.net.all(&Mood::Fail(LOST));
    t.break_reads(1).await;
    t.clock.advance(300 * MS);
    let error = t.store.load(&at(1)).await.unwrap_err();
    let open = CircuitOpen { circuit: circuit(Traffic::Reads, 1), retry_in: 700 * MS };
    assert_eq!(source(&error), Some(open));
    assert_eq!(unavailable::<()>(Err(error)), (Applied::No, Some(700 * MS)));
    assert_eq!(t.net.calls(), 0);
}

#[tokio::test]
async fn whatever_a_client_sends_opens_no_circuit() {
    let t = bench();
    for kind in [
        ErrorKind::Absent,
        ErrorKind::Corrupt,
        ErrorKind::TooNew { version: 9 },
        ErrorKind::Gone(session::store::Gone::Deleted),
        ErrorKind::Full { limit: 1 },
        ErrorKind::TooLarge { actual: 2, limit: 1, largest: Vec::new() },
        ErrorKind::OutcomeUnknown,
        ErrorKind::NoRandomness,
        ErrorKind::Unsupported { power: "fly" },
    ] {
        t.net.all(&Mood::Fail(kind));
        for _ in 0..20 {
            assert!(!t.store.load(&at(1)).await.unwrap_err().is_unavailable());
            assert!(!t.store.commit(&t.net.create(1)).await.unwrap_err().is_unavailable());
        }
    }
    t.net.heal();
    let stale = t.net.begin(1).await;
    committed(t.store.commit(&update(1, &stale, 1)).await);
    for number in 2..30 {
        assert!(matches!(t.store.load(&at(number * 4 + 1)).await, Ok(Load::Absent)));
        assert!(matches!(t.store.commit(&update(1, &stale, number)).await, Ok(Commit::Conflict(_))));
        assert!(matches!(t.store.touch(&touch(number * 4 + 1)).await, Ok(Touched::Gone(_))));
        assert!(!t.store.delete(&handle(number * 4 + 1)).await.unwrap());
    }
    let views = t.monitor.circuits();
    assert!(views.iter().all(|view| view.state == Breaker::Closed && view.failures == 0), "{views:?}");
    assert!(views.iter().all(|view| view.calls > 0), "they count as answers: {views:?}");
}

#[tokio::test]
async fn reads_writes_and_scans_are_judged_each_by_itself() {
    let t = bench();
    t.net.all(&Mood::Fail(LOST));
    t.break_reads(0).await;
    for (traffic, state) in [
        (Traffic::Reads, Breaker::Open),
        (Traffic::Writes, Breaker::Closed),
        (Traffic::Scans, Breaker::Closed),
    ] {
        assert_eq!(t.state(traffic, 0), state);
    }
    // Commits, touches and deletes are one kind of traffic.
    for _ in 0..2 {
        assert!(t.store.delete(&handle(0)).await.is_err() && t.store.touch(&touch(0)).await.is_err());
    }
    assert!(t.store.commit(&t.net.create(0)).await.is_err());
    assert_eq!(t.state(Traffic::Writes, 0), Breaker::Open);
    t.net.heal();
    t.net.calls();
    assert!(t.store.delete(&handle(0)).await.is_err() && t.store.load(&at(0)).await.is_err());
    assert_eq!(t.net.calls(), 0);
    assert!(t.store.scan(None, 10).await.is_ok() && t.store.count().await.is_ok());
}

#[tokio::test]
async fn a_master_that_hangs_closes_the_way_to_no_other() {
    let t = bench();
    t.net.shard(1, &Mood::Fail(LOST));
    t.break_reads(1).await;
    for number in [0, 2, 3, 4, 6, 7] {
        assert!(t.store.load(&at(number)).await.is_ok());
    }
    // A store without shards is one.
    let store = CircuitBreaker::new(t.net.clone(), BreakerConfig::default()).unwrap();
    for _ in 0..5 {
        assert!(store.load(&at(1)).await.is_err());
    }
    assert_eq!(unavailable(store.load(&at(2)).await).0, Applied::No);
}

#[tokio::test]
async fn a_store_that_is_back_is_found_by_a_probe_and_used_by_everybody_after_its_answers() {
    let t = bench();
    t.net.shard(1, &Mood::Fail(LOST));
    t.break_reads(1).await;
    t.net.shard(1, &Mood::Hang);
    t.clock.advance(SECOND);
    let mut probe = Box::pin(load(&t.store, 1));
    assert!(!poll(probe.as_mut()));
    assert_eq!(t.state(Traffic::Reads, 1), Breaker::HalfOpen);
    assert!(t.store.load(&at(1)).await.is_err());
    assert_eq!(t.net.calls(), 1, "one probe at a time");

    // Whose client goes away says nothing, and leaves its place to the next.
    drop(probe);
    assert_eq!(t.state(Traffic::Reads, 1), Breaker::HalfOpen);
    t.net.heal();
    assert!(t.store.load(&at(1)).await.is_ok());
    assert_eq!(t.state(Traffic::Reads, 1), Breaker::HalfOpen);
    assert!(t.store.load(&at(1)).await.is_ok());
    assert_eq!(t.state(Traffic::Reads, 1), Breaker::Closed);
}

#[tokio::test]
async fn a_call_from_before_the_circuit_opened_does_not_close_it() {
    let t = bench();
    t.net.shard(1, &Mood::Slow(MS));
    let mut slow = pin!(load(&t.store, 1));
    assert!(!poll(slow.as_mut()));
    t.net.shard(1, &Mood::Fail(LOST));
    t.break_reads(1).await;
    t.clock.advance(SECOND);
    t.net.shard(1, &Mood::Hang);
    let mut probe = pin!(load(&t.store, 1));
    assert!(!poll(probe.as_mut()));
    assert!(slow.await.is_ok());
    assert_eq!(t.state(Traffic::Reads, 1), Breaker::HalfOpen);
    assert!(t.store.load(&at(1)).await.is_err(), "the probe's place is still taken");
}

#[tokio::test]
async fn a_refusal_of_another_wrapper_is_no_failure_of_the_store() {
    let none = BulkheadConfig { max_in_flight: 1, max_waiting: 0, max_wait: Duration::ZERO };
    let net = Net::new();
    net.shard(0, &Mood::Hang);
    let inner = Bulkhead::new(net.clone(), none).unwrap();
    let store = CircuitBreaker::new(inner, BreakerConfig::default()).unwrap();
    let mut hanging = pin!(load(&store, 0));
    assert!(!poll(hanging.as_mut()));
    for _ in 0..20 {
        assert!(store.load(&at(1)).await.is_err());
    }
    let view = store.monitor().circuit(circuit(Traffic::Reads, 0));
    assert_eq!((view.state, view.calls), (Breaker::Closed, 0));
}

#[tokio::test]
async fn health_is_asked_of_the_store_and_tells_of_open_circuits() {
    let t = bench();
    assert!(t.store.health().await.unwrap().warnings.is_empty());
    t.net.all(&Mood::Fail(LOST));
    t.break_reads(2).await;
    for _ in 0..20 {
        assert!(t.store.health().await.is_err());
    }
    assert_eq!(t.state(Traffic::Reads, 0), Breaker::Closed);
    t.net.heal();
    let warnings = t.store.health().await.unwrap().warnings;
    assert_eq!(warnings, ["the circuit of reads of shard 2 is open"]);
}

#[tokio::test]
async fn an_operator_sees_a_circuit_and_can_close_it() {
    let t = bench();
    assert!(t.monitor.circuits().is_empty());
    t.net.shard(3, &Mood::Fail(LOST));
    t.break_reads(3).await;
    t.clock.advance(250 * MS);
    let view = t.monitor.circuits()[0];
    assert_eq!((view.circuit, view.state), (circuit(Traffic::Reads, 3), Breaker::Open));
    assert_eq!((view.calls, view.failures, view.generation), (5, 5, 1));
    assert_eq!((view.last_failure, view.retry_in), (Some(250 * MS), Some(750 * MS)));
    t.net.heal();
    t.monitor.reset_circuit(circuit(Traffic::Writes, 3));
    assert!(t.store.load(&at(3)).await.is_err());
    t.monitor.reset();
    assert!(t.store.load(&at(3)).await.is_ok());
    let view = t.monitor.circuit(view.circuit);
    assert_eq!((view.state, view.calls, view.retry_in), (Breaker::Closed, 1, None));
}

#[tokio::test]
async fn every_change_is_told() {
    use Breaker::{Closed, HalfOpen, Open};
    let seen = Arc::new(Mutex::new(Vec::new()));
    let t = {
        let (Bench { net, clock, store, .. }, seen) = (bench(), Arc::clone(&seen));
        let store =
            store.with_events(from_fn(move |event| seen.lock().unwrap().push(event.clone())), "redis");
        let monitor = store.monitor();
        Bench { net, clock, store, monitor }
    };
    t.net.shard(1, &Mood::Fail(LOST));
    t.break_reads(1).await;
    t.clock.advance(SECOND);
    assert!(t.store.load(&at(1)).await.is_err());
    t.net.heal();
    t.clock.advance(SECOND);
    for _ in 0..2 {
        assert!(t.store.load(&at(1)).await.is_ok());
    }
    let changes = [(Closed, Open), (Open, HalfOpen), (HalfOpen, Open), (Open, HalfOpen), (HalfOpen, Closed)];
    let expected = changes.map(|(from, to)| SessionEvent::BreakerChanged {
        store: "redis",
        traffic: "reads",
        shard: 1,
        from,
        to,
    });
    assert_eq!(*seen.lock().unwrap(), expected);
}

/// Threads call, give up and fail at once; whatever they do, a half-open circuit lets one call through at a time, and once
/// the store answers the circuit closes.
#[test]
fn threads_never_send_more_probes_than_there_may_be() {
    let t = bench();
    t.net.all(&Mood::Fail(LOST));
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime().block_on(t.break_reads(1));
    t.net.shard(1, &Mood::Hang);
    for _ in 0..50 {
        t.clock.advance(SECOND);
        let sent = AtomicUsize::default();
        let start = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut call = Box::pin(load(&t.store, 1));
                    start.wait();
                    let under_way = !poll(call.as_mut());
                    sent.fetch_add(usize::from(under_way), Ordering::SeqCst);
                    start.wait();
                });
            }
        });
        assert_eq!(sent.load(Ordering::SeqCst), 1);
        assert_eq!(t.net.calls(), 1);
    }
    t.net.heal();
    runtime().block_on(async {
        for _ in 0..2 {
            assert!(t.store.load(&at(1)).await.is_ok());
        }
    });
    assert_eq!(t.state(Traffic::Reads, 1), Breaker::Closed);
}
