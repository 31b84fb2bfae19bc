//! The rule that only servers show: a message that is a second step can be missing. What the other rules are for is shown
//! by the simulation in `session_stores::cluster::tests`, which turns each off.

use std::time::Duration;

use session::testing::{Fault, Faulty, Gate, Operation};
use session_stores::RedisStore;
use session_stores::cluster::Switches;
use session_tests::clustered::{live, until};
use session_tests::redis_subject::application;
use session_tests::servers;

use super::*;

const LEASE: Duration = Duration::from_millis(400);

/// Ends a session on a node that dies as soon as the server has executed the delete; whether another one still shows it
/// when the lease is over.
async fn is_shown_beyond_the_lease(switches: Switches) -> bool {
    let (address, application) = (servers::single().address(), application());
    let redis = patient(RedisStore::builder(&address)).application(&application);
    let redis = if switches.publish_in_script { redis.announce() } else { redis }.build().unwrap();
    let bus = patient(RedisStore::builder(&address)).application(&application).announce().build().unwrap();
    let stuck = Faulty::new(redis.clone());
    stuck.next(Operation::Delete, Fault::PauseAfter(Gate::new()));
    let dying = ClusteredStore::with_bus(stuck, bus.bus().unwrap()).switches(switches).build().unwrap();
    let other = live(node(&address, &application).lease(LEASE)).await;
    let handle = handle_of(&begin(&redis).await.unwrap());
    assert!(found(&other, handle).await.unwrap().is_some());

    let ending = tokio::spawn(async move { dying.delete(&handle).await });
    let mut server = servers::single().connect();
    let key = format!("session:{application}:{{{}}}", handle.encode());
    until("the server has executed it", || {
        redis::cmd("STRLEN").arg(&key).query::<u64>(&mut server).unwrap() == 9
    })
    .await;
    let ended = Instant::now();
    ending.abort();
    while ended.elapsed() < 2 * LEASE {
        if found(&other, handle).await.unwrap().is_none() {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    found(&other, handle).await.unwrap().is_some()
}

#[tokio::test]
async fn whoever_dies_between_a_logout_and_its_message_leaves_it_out_for_nobody() {
    assert!(!is_shown_beyond_the_lease(Switches::default()).await);
}

#[tokio::test]
async fn where_publishing_is_a_second_step_a_node_that_dies_leaves_a_session_on_others() {
    let switches = Switches { publish_in_script: false, ..Switches::default() };
    assert!(is_shown_beyond_the_lease(switches).await);
}
