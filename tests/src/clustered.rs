//! Nodes with a near cache, on real servers.

use std::time::Duration;

use session_stores::cluster::ClusteredStoreBuilder;
use session_stores::{ClusteredStore, RedisStore};

use crate::redis_subject::{RedisSubject, runtime};
use crate::servers;

/// A near cache that is put to the laws, over one server.
pub fn single() -> RedisSubject<ClusteredStore> {
    let server = servers::single();
    over(RedisSubject::of(RedisStore::builder(&server.address()).announce(), [server]))
}

/// The same over a Redis Cluster.
pub fn cluster() -> RedisSubject<ClusteredStore> {
    let cluster = servers::cluster();
    over(RedisSubject::of(RedisStore::builder(&cluster.address()).announce(), cluster.masters()))
}

fn over(subject: RedisSubject) -> RedisSubject<ClusteredStore> {
    subject.wrapped(|store| {
        let builder = ClusteredStore::over(store.clone()).lease(PATIENT);
        runtime().block_on(live(builder))
    })
}

/// A lease for machines that have other things to do.
const PATIENT: Duration = Duration::from_secs(10);

/// The node, once it hears of changes.
pub async fn live(builder: ClusteredStoreBuilder) -> ClusteredStore {
    let store = builder.build().expect("a valid store");
    store.start();
    until_live(&store).await;
    store
}

/// Waits until the node hears of changes.
pub async fn until_live(store: &ClusteredStore) {
    until("the near cache is live", || store.is_live()).await;
}

/// Waits until something has come about between processes, a minute at the most.
pub async fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let patience = Duration::from_secs(60);
    let happens = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(patience, happens).await.unwrap_or_else(|_| panic!("waited a minute until {what}"));
}
