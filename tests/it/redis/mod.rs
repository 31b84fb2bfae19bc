//! `RedisStore` on real servers: the public suite on every deployment, and what only this store promises.

mod cluster;
mod connections;
mod documentation;
mod dump;
mod economy;
mod expected;
mod health;
mod indexes;
mod laws;
mod marks;
mod network;
mod pool;
mod queries;
mod refusals;
mod replicas;
mod rolls;
mod scripts;
mod sentinel;
mod shards;
mod time;

use std::time::Duration;

use session::record::Record;
use session::store::{Load, Locator, Store};
use session::{Error, Handle, SessionConfig, Sessions};
use session_stores::RedisStore;
use session_stores::redis::RedisStoreBuilder;
use session_tests::Shop;
use session_tests::redis_subject::application;

/// The store that `builder` sets up, with keys of its own, and patience with a machine that has other things to do.
fn store(builder: RedisStoreBuilder) -> RedisStore {
    let patience = Duration::from_secs(20);
    let builder = builder.connect_timeout(patience).response_timeout(patience).operation_timeout(patience);
    builder.application(&application()).build().expect("a valid store")
}

/// The same where servers are broken: it gives up sooner, and a test asks again.
fn quick(builder: RedisStoreBuilder) -> RedisStore {
    let (one, all) = (Duration::from_millis(300), Duration::from_millis(900));
    let builder = builder.connect_timeout(one).response_timeout(one).operation_timeout(all);
    builder.application(&application()).build().expect("a valid store")
}

/// Asks again and again until the answer is no outage any more: the servers are coming to something.
async fn at_last<V>(what: &str, mut ask: impl AsyncFnMut() -> Result<V, Error>) -> V {
    let patience = Duration::from_secs(60);
    let answer = async {
        loop {
            match ask().await {
                Err(error) if error.is_unavailable() => tokio::time::sleep(Duration::from_millis(20)).await,
                answer => return answer.unwrap_or_else(|error| panic!("{what}: {error:?}")),
            }
        }
    };
    tokio::time::timeout(patience, answer).await.unwrap_or_else(|_| panic!("{what}: still an outage"))
}

/// Sessions in a store, whose commits have as much patience as it has.
fn sessions<S: Store + Clone>(store: &S) -> Sessions<Shop, S> {
    let config = SessionConfig::builder().commit_deadline(Duration::from_secs(60));
    Sessions::with_config(store.clone(), config.build().expect("a valid configuration"))
}

/// A stored session of somebody, and its handle.
async fn somebody<S: Store + Clone>(store: &S) -> Handle {
    signed_in(store).await.expect("the server is up")
}

async fn signed_in<S: Store + Clone>(store: &S) -> Result<Handle, Error> {
    let sessions = sessions(store);
    let session = sessions.create();
    session.set_user_id(Some(7));
    sessions.save(&session).await?;
    Ok(session.id().expect("a stored session"))
}

async fn found(store: &impl Store, handle: Handle) -> Result<Option<Record>, Error> {
    match store.load(&Locator::Handle(handle)).await? {
        Load::Found(record) => Ok(Some(record)),
        Load::Absent => Ok(None),
    }
}

/// Counts once more in a stored session.
async fn count<S: Store + Clone>(store: &S, handle: Handle) -> Result<u32, Error> {
    let sessions = sessions(store);
    let session = sessions.get(handle).await?;
    session.update_views(|views| *views += 1);
    sessions.save(&session).await?;
    Ok(session.views())
}

/// Whether it is an outage, and no more than that.
fn is_outage<V>(answer: &Result<V, Error>) -> bool {
    answer.as_ref().is_err_and(Error::is_unavailable)
}

/// Everything that an error says.
fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        words.push_str(": ");
        words.push_str(&error.to_string());
        source = error.source();
    }
    words
}
