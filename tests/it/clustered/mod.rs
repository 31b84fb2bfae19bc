//! `ClusteredStore` on real servers: what near caches in several nodes promise.

mod configuration;
mod faults;
mod history;
mod laws;
mod mutants;
mod nodes;
mod outage;
mod processes;
mod requests;

use std::time::Duration;

use bytes::Bytes;
use session::record::{Credential, Nonce, Packing, Principal, Record};
use session::store::{
    Absolute, Commit, Condition, Draft, Freshness, Load, Locator, Rotation, Store, Times, Write,
};
use session::{Error, Handle, Proof};
use session_stores::ClusteredStore;
use session_stores::cluster::ClusteredStoreBuilder;
use session_stores::redis::RedisStoreBuilder;
use tokio::time::Instant;

/// For machines that have other things to do: it is not the time of the store that is tested here.
const PATIENCE: Duration = Duration::from_secs(20);

/// A node at that address, of that application.
fn node(address: &str, application: &str) -> ClusteredStoreBuilder {
    ClusteredStore::builder(address).redis(|redis| patient(redis).application(application))
}

fn patient(redis: RedisStoreBuilder) -> RedisStoreBuilder {
    redis.connect_timeout(PATIENCE).response_timeout(PATIENCE).operation_timeout(2 * PATIENCE)
}

/// The same for a node whose servers are broken: it gives up sooner.
fn hasty(address: &str, application: &str) -> ClusteredStoreBuilder {
    let (one, all) = (Duration::from_millis(300), Duration::from_millis(600));
    ClusteredStore::builder(address).redis(|redis| {
        redis.connect_timeout(one).response_timeout(one).operation_timeout(all).application(application)
    })
}

fn random_handle() -> Handle {
    Handle::from_bytes(fastrand::u128(..).to_le_bytes())
}

const PROOF: Proof = Proof::from_bytes([1; 32]);

fn write(handle: Handle, condition: Condition) -> Write {
    let draft = Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 1,
        lineage: *handle.as_bytes(),
        packing: Packing::NONE,
        binding: None,
        principal: Principal::NOBODY,
        credential: Some(Credential::only(PROOF)),
    };
    let times = Times {
        idle_span: Duration::from_secs(1800),
        absolute: Absolute::Span(Duration::from_secs(12 * 3600)),
        authenticates: false,
        rotation: Rotation::None,
    };
    let nonce = Nonce(fastrand::u64(..).to_le_bytes());
    Write::new(handle, condition, nonce, draft, times, Bytes::new())
}

/// Begins a session.
async fn begin(store: &impl Store) -> Result<Record, Error> {
    begin_as(store, random_handle()).await
}

async fn begin_as(store: &impl Store, handle: Handle) -> Result<Record, Error> {
    let not_after = store.now().after(Duration::from_secs(300));
    match store.commit(&write(handle, Condition::Absent { not_after })).await? {
        Commit::Committed { record, .. } => Ok(record),
        other => panic!("{other:?}"),
    }
}

/// Writes what was loaded again.
async fn update(store: &impl Store, base: &Record) -> Result<Commit, Error> {
    let condition = Condition::Matches { stamp: base.header.stamp(), proof: PROOF };
    store.commit(&write(handle_of(base), condition)).await
}

async fn updated(store: &impl Store, base: &Record) -> Record {
    match update(store, base).await.expect("the server is up") {
        Commit::Committed { record, .. } => record,
        other => panic!("{other:?}"),
    }
}

fn handle_of(record: &Record) -> Handle {
    Handle::from_bytes(record.header.lineage)
}

async fn found(store: &impl Store, handle: Handle) -> Result<Option<Record>, Error> {
    found_within(store, handle, Freshness::Promised).await
}

async fn found_within(
    store: &impl Store,
    handle: Handle,
    wanted: Freshness,
) -> Result<Option<Record>, Error> {
    match store.load_within(&Locator::Handle(handle), wanted).await? {
        Load::Found(record) => Ok(Some(record)),
        Load::Absent => Ok(None),
    }
}

/// Asks a node for a session that was ended at `ended`, again and again until it is refused: how long that took.
///
/// # Panics
/// It was shown when the lease was over.
async fn refused(store: &ClusteredStore, handle: Handle, ended: Instant) -> Duration {
    loop {
        let asked = Instant::now();
        match found(store, handle).await {
            Ok(None) => return ended.elapsed(),
            Ok(Some(_)) => {
                let late = asked.duration_since(ended);
                assert!(
                    late < store.lease(),
                    "shown {late:?} after the end, with a lease of {:?}",
                    store.lease()
                );
            }
            // That it cannot be asked is no answer.
            Err(error) => assert!(error.is_unavailable(), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}
