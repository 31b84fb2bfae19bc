use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

const SMALL: BulkheadConfig =
    BulkheadConfig { max_in_flight: 2, max_waiting: 3, max_wait: Duration::from_millis(100) };

#[tokio::test(start_paused = true)]
async fn only_so_many_calls_are_under_way_and_only_so_many_wait() {
    let net = Net::new();
    net.all(&Mood::Slow(40 * MS));
    let store = Bulkhead::new(net.clone(), SMALL).unwrap();
    let calls: Vec<_> = (0..10)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { timed(store.load(&at(number))).await })
        })
        .collect();
    let mut took = Vec::new();
    let mut refused = 0;
    for call in calls {
        match call.await.unwrap() {
            (span, Ok(_)) => took.push(span.as_millis() / 20),
            (span, Err(error)) => {
                assert_eq!(span, Duration::ZERO, "an overflow is refused at once");
                assert_eq!(source(&error), Some(Saturated { in_flight: 2 }));
                assert_eq!(unavailable::<()>(Err(error)), (Applied::No, None));
                refused += 1;
            }
        }
    }
    assert_eq!((took, refused), (vec![2, 2, 4, 4, 6], 5));
    assert_eq!((net.calls(), net.most_under_way()), (5, 2));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_the_line_allows() {
    let net = Net::new();
    net.all(&Mood::Hang);
    let store = Bulkhead::new(net.clone(), SMALL).unwrap();
    let hanging: Vec<_> = (0..2)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { drop(store.load(&at(number)).await) })
        })
        .collect();
    tokio::task::yield_now().await;
    let (took, answer) = timed(store.delete(&handle(9))).await;
    assert!((100 * MS..103 * MS).contains(&took), "{took:?}");
    assert_eq!(unavailable(answer), (Applied::No, None));
    assert_eq!(net.calls(), 2, "what never left is not applied");

    // Who gives up, in the store or in line, gives the place back.
    {
        let waiting: Vec<_> = (0..3).map(|_| Box::pin(load(&store, 5))).collect();
        for mut call in waiting {
            assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
    }
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
    for call in hanging {
        assert!(call.await.unwrap_err().is_cancelled());
    }
    net.heal();
    for number in 0..20 {
        assert!(store.load(&at(number)).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_hangs_takes_no_place_from_the_others() {
    let net = Net::new();
    net.shard(1, &Mood::Hang);
    let store = Bulkhead::sharded(net.clone(), SMALL).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let mut hanging: Vec<_> = (0..2).map(|_| Box::pin(load(&store, 1))).collect();
    for call in &mut hanging {
        assert!(call.as_mut().poll(&mut context).is_pending());
    }
    for number in [0, 2, 3, 4, 6, 7] {
        assert!(store.load(&at(number)).await.is_ok());
    }
    assert!(store.load(&at(1)).await.unwrap_err().is_unavailable());
    assert!(store.health().await.is_ok() && store.count().await.is_ok());

    // Without shards there is one set of places, and they are taken.
    let net = Net::new();
    net.shard(1, &Mood::Hang);
    let store = Bulkhead::new(net, SMALL).unwrap();
    let mut hanging: Vec<_> = (0..2).map(|_| Box::pin(load(&store, 1))).collect();
    for call in &mut hanging {
        assert!(call.as_mut().poll(&mut context).is_pending());
    }
    assert!(store.load(&at(2)).await.unwrap_err().is_unavailable());
}

#[tokio::test(start_paused = true)]
async fn a_place_that_becomes_free_is_given_to_whoever_waits_longest() {
    let net = Net::new();
    net.all(&Mood::Slow(30 * MS));
    let one = BulkheadConfig { max_in_flight: 1, ..SMALL };
    let store = Bulkhead::new(net.clone(), one).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let first = tokio::spawn({
        let store = store.clone();
        async move { drop(store.load(&at(0)).await) }
    });
    tokio::task::yield_now().await;
    let mut second = pin!(load(&store, 1));
    assert!(second.as_mut().poll(&mut context).is_pending());
    first.await.unwrap();
    // A newcomer finds the place promised already.
    let mut third = pin!(load(&store, 2));
    assert!(third.as_mut().poll(&mut context).is_pending());
    let Poll::Pending = second.as_mut().poll(&mut context) else { panic!("it takes 30 ms") };
    assert_eq!(net.calls(), 2);
    assert!(second.await.is_ok() && third.await.is_ok());
    assert_eq!(net.most_under_way(), 1);
}
