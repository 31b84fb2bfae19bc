//! Connections that the app already has: a pool, as apps have one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{Cmd, Pipeline, RedisFuture, Value};
use session::store::Store as _;
use session_stores::RedisStore;
use session_tests::servers::Server;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::{count, found, sessions, signed_in, somebody, store, words};

/// A pool of so many connections, as `deadpool` and `bb8` are: whoever has none waits, and one goes back when it is
/// dropped.
#[derive(Clone)]
struct Pool {
    client: redis::Client,
    free: Arc<Mutex<VecDeque<MultiplexedConnection>>>,
    places: Arc<Semaphore>,
}

/// What a pool lends: it is a connection by passing everything on to the one inside.
struct Lent {
    connection: Option<MultiplexedConnection>,
    pool: Pool,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    fn new(server: &Server, size: usize) -> Self {
        let client = redis::Client::open(server.address()).unwrap();
        Self { client, free: Arc::default(), places: Arc::new(Semaphore::new(size)) }
    }

    async fn take(self) -> Result<Lent, Box<dyn std::error::Error + Send + Sync>> {
        let place = Arc::clone(&self.places).acquire_owned().await?;
        let free = self.free.lock().unwrap().pop_front();
        let connection = match free {
            Some(connection) => connection,
            None => self.client.get_multiplexed_async_connection().await?,
        };
        Ok(Lent { connection: Some(connection), pool: self, _place: place })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.pool.free.lock().unwrap().extend(self.connection.take());
    }
}

impl ConnectionLike for Lent {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        self.connection.as_mut().unwrap().req_packed_command(command)
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        self.connection.as_mut().unwrap().req_packed_commands(commands, offset, count)
    }

    fn get_db(&self) -> i64 {
        0
    }
}

#[tokio::test]
async fn a_pool_of_the_apps_own_serves_more_requests_than_it_has_connections() {
    let server = Server::start(&[]);
    let pool = Pool::new(&server, 3);
    let (shared, places) = (Arc::clone(&pool.free), Arc::clone(&pool.places));
    let store = store(RedisStore::builder_over(move || pool.clone().take()));
    let handle = somebody(&store).await;
    let mut requests = JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        requests.spawn(async move { count(&store, handle).await });
    }
    while let Some(counted) = requests.join_next().await {
        counted.unwrap().unwrap();
    }
    assert_eq!(sessions(&store).get(handle).await.unwrap().views(), 40, "none was lost");
    assert!(shared.lock().unwrap().len() <= 3);
    assert_eq!(places.available_permits(), 3, "every connection went back");
    // What the pool has learned of scripts is the server's: it may forget them.
    server.ask::<()>(&["SCRIPT", "FLUSH"]);
    assert!(store.delete(&handle).await.unwrap());
    assert!(found(&store, handle).await.unwrap().is_none());
}

#[tokio::test]
async fn a_pool_that_gives_no_connection_is_an_outage_that_says_why() {
    let take = || std::future::ready(Err::<MultiplexedConnection, _>("the pool is closed"));
    let error = signed_in(&store(RedisStore::builder_over(take))).await.expect_err("no connection");
    assert!(error.is_unavailable() && words(&error).contains("the pool is closed"), "{}", words(&error));
}
