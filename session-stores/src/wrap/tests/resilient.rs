use super::*;

#[tokio::test(start_paused = true)]
async fn in_a_black_hole_every_answer_comes_within_a_second() {
    let net = Net::new();
    net.all(&Mood::Hang);
    let config = ResilienceConfig::default();
    let (longest, places) = (config.longest_answer(), config.bulkhead.max_in_flight);
    let store = resilient(net.clone(), config).unwrap();
    let calls: Vec<_> = (0..2000)
        .map(|number| {
            let (store, net) = (store.clone(), net.clone());
            tokio::spawn(async move {
                let answer = match number % 4 {
                    0 => timed(async { store.load(&at(number)).await.map(drop) }).await,
                    1 => timed(async { store.commit(&net.create(number)).await.map(drop) }).await,
                    2 => timed(async { store.touch(&touch(number)).await.map(drop) }).await,
                    _ => timed(async { store.delete(&handle(number)).await.map(drop) }).await,
                };
                assert!(answer.0 <= longest + 10 * MS, "{:?}", answer.0);
                assert!(answer.1.unwrap_err().is_unavailable());
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(net.under_way(), 0);
    assert!(net.most_under_way() <= places);
}

#[tokio::test(start_paused = true)]
async fn a_call_at_a_time_opens_the_circuit_too_and_then_costs_nothing() {
    let net = Net::new();
    net.all(&Mood::Hang);
    let store = resilient(net.clone(), ResilienceConfig::default()).unwrap();
    let mut answers = Vec::new();
    for _ in 0..4 {
        let (took, answer) = timed(store.load(&at(1))).await;
        answers.push((took.as_millis() / 100, unavailable(answer).1.is_some()));
    }
    // Two attempts of 250 ms and one that the deadline cuts, twice two of them counted; then the fifth opens it.
    assert_eq!(answers, [(7, false), (7, false), (2, true), (0, true)], "tenths of a second");
    assert_eq!(net.calls(), 7);
    // Nobody waits for a circuit either, however soon it will be tried.
    tokio::time::sleep(950 * MS).await;
    let (took, answer) = timed(store.load(&at(1))).await;
    assert!(took.is_zero() && unavailable(answer).1.is_some_and(|after| after <= 50 * MS), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_hangs_is_waited_for_by_its_own_sessions_alone() {
    let net = Net::new();
    net.shard(1, &Mood::Hang);
    let store = resilient_sharded(net.clone(), ResilienceConfig::default()).unwrap();
    for round in 0..1500 {
        let store = store.clone();
        tokio::spawn(async move { drop(store.load(&at(round * 4 + 1)).await) });
    }
    // More than the places and the line of one shard.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(net.under_way(), 512);
    for number in [0, 2, 3, 4, 6, 7] {
        let (took, answer) = timed(store.load(&at(number))).await;
        assert!(answer.is_ok() && took.is_zero(), "{took:?}");
    }
    tokio::time::sleep(SECOND).await;
    let open: Vec<_> = store
        .monitor()
        .circuits()
        .iter()
        .filter(|view| view.state == Breaker::Open)
        .map(|view| view.circuit.shard)
        .collect();
    assert_eq!(open, [1]);
    assert!(store.load(&at(2)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_comes_back_is_used_again_without_a_restart() {
    let net = Net::new();
    let base = net.begin(1).await;
    let store = resilient(net.clone(), ResilienceConfig::default()).unwrap();
    for _ in 0..3 {
        net.all(&Mood::Hang);
        for _ in 0..10 {
            assert!(store.load(&at(1)).await.is_err());
        }
        net.heal();
        let (took, answer) = timed(async {
            loop {
                match store.load(&at(1)).await {
                    Ok(answer) => break answer,
                    Err(_) => tokio::time::sleep(10 * MS).await,
                }
            }
        })
        .await;
        assert!(matches!(answer, Load::Found(record) if record.header == base.header));
        assert!(took <= SECOND + 20 * MS, "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_hiccup_is_not_noticed() {
    let net = Net::new();
    net.begin(1).await;
    let store = resilient(net.clone(), ResilienceConfig::default()).unwrap();
    net.all(&Mood::Fail(LOST));
    let call = tokio::spawn({
        let store = store.clone();
        async move { store.load(&at(1)).await }
    });
    tokio::task::yield_now().await;
    net.heal();
    assert!(call.await.unwrap().is_ok());
}

/// The first attempt was lost, the second one refused by a circuit that had opened: whether it was made, nobody knows.
#[tokio::test(start_paused = true)]
async fn a_lost_write_stays_in_doubt_when_the_circuit_opens_meanwhile() {
    let net = Net::new();
    let mut config = ResilienceConfig::default();
    config.breaker = BreakerConfig { minimum_calls: 1, failures: 1, ..config.breaker };
    let store = resilient(net.clone(), config).unwrap();
    net.all(&Mood::Hang);
    let error = store.commit(&net.create(1)).await.unwrap_err();
    assert_eq!(net.calls(), 1);
    assert!(source::<CircuitOpen>(&error).is_some());
    assert!(matches!(unavailable::<()>(Err(error)), (Applied::Unknown, Some(_))));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_can_be_seen_through_all_layers() {
    let net = Net::new();
    let store = resilient_sharded(net.clone(), ResilienceConfig::default()).unwrap();
    net.begin(1).await;
    assert_eq!((store.count().await.unwrap(), store.shard_of(&handle(7))), (1, 3));
    assert_eq!(store.scan(None, 10).await.unwrap().handles, [handle(1)]);
    assert_eq!((store.now(), store.capabilities()), (net.now(), net.capabilities()));
    assert!(store.health().await.unwrap().warnings.is_empty());
    assert_eq!(store.clear().await.unwrap(), 1);
    assert_eq!(store.inner().inner().inner().inner().calls(), 4);
}
