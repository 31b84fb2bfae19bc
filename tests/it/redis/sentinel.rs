//! A master that Sentinel replaces.

use session::store::Store as _;
use session::{Applied, Error};
use session_stores::RedisStore;
use session_tests::servers::{Watched, wait_until};

use super::{at_last, count, found, quick, signed_in, somebody};

/// The replica has everything that the master had.
fn in_step(watched: &Watched) {
    let master = watched.master();
    wait_until("the replica is in step", || master.ask::<i64>(&["WAIT", "1", "100"]) == 1);
}

#[tokio::test]
async fn a_store_follows_the_master_through_every_fail_over() {
    let watched = Watched::start();
    let store = quick(RedisStore::builder(&watched.address()));
    let handle = somebody(&store).await;
    let mut views = 0;
    for _ in 0..2 {
        views += 1;
        assert_eq!(at_last("a commit", async || count(&store, handle).await).await, views);
        in_step(&watched);
        watched.fail_over();
        // Reads and writes both: a demoted master would still answer reads.
        at_last("a session on the new master", async || signed_in(&store).await).await;
        let master = watched.master().port();
        // The old master takes writes until a Sentinel has told it.
        let name = format!("127.0.0.1:{master}");
        let on_the_new_one = async || match store.health().await?.servers[0].name == name {
            true => Ok(()),
            false => Err(Error::unavailable(Applied::No, "still the old master")),
        };
        at_last("the new master's health", on_the_new_one).await;
    }
    assert!(found(&store, handle).await.unwrap().is_some());

    in_step(&watched);
    let gone = watched.master().port();
    watched.master().kill();
    watched.wait_for_other_than(gone);
    let last = at_last("a commit after the master was killed", async || count(&store, handle).await).await;
    assert_eq!(last, views + 1);
}

#[tokio::test]
async fn a_master_that_stands_still_is_left() {
    let watched = Watched::start();
    let store = quick(RedisStore::builder(&watched.address()));
    let handle = somebody(&store).await;
    in_step(&watched);
    let frozen = watched.master();
    frozen.pause();
    watched.wait_for_other_than(frozen.port());
    at_last("a commit on the new master", async || count(&store, handle).await).await;
    frozen.resume();
    // Back as somebody who thinks that he is the master, until Sentinel tells him otherwise.
    for views in 2..10 {
        assert_eq!(at_last("a commit", async || count(&store, handle).await).await, views);
    }
}
