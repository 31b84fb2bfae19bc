//! One operation of the store: a place, a deadline, and the commands that it takes.

use redis::{Cmd, Value};
use session::Error;
use session::clock::Timestamp;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::clock::ServerClock;
use super::failure::{Failure, WrongServer};
use super::gate::Gate;
use super::link::{Link, Order, Replicas, Timeouts};
use super::script::{Reply, Script};

/// Everything that operations share.
pub(super) struct Calls {
    pub(super) gate: Gate,
    pub(super) link: Link,
    pub(super) clock: std::sync::Arc<ServerClock>,
    pub(super) timeouts: Timeouts,
    /// What this node is called, where scripts tell of it.
    pub(super) node: Option<String>,
}

/// An operation that has begun: it has its place until this is dropped, and all its commands have one deadline.
pub(super) struct Turn<'c> {
    calls: &'c Calls,
    pub(super) deadline: Instant,
    _place: SemaphorePermit<'c>,
}

impl Calls {
    /// Begins an operation.
    ///
    /// # Errors
    /// `Unavailable`: there is no place for it.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, Error> {
        let deadline = Instant::now() + self.timeouts.operation;
        let place = self.gate.enter(deadline).await.map_err(Failure::into_error)?;
        Ok(Turn { calls: self, deadline, _place: place })
    }
}

impl Turn<'_> {
    /// What stands under a key.
    ///
    /// # Errors
    /// Everything that a command has no useful answer for.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let mut command = Cmd::with_capacity(2, key.len() + 3);
        command.arg("GET").arg(key);
        match self.call(key, &command).await.map_err(Failure::into_error)? {
            Value::Nil => Ok(None),
            Value::BulkString(bytes) => Ok(Some(bytes)),
            _ => Err(Error::corrupt(WrongServer::Answer)),
        }
    }

    /// Runs a script where its key is. A server that does not know it, because it is new, was restarted or was told to
    /// forget, is given its text. Waits for replicas, if it is to.
    ///
    /// # Errors
    /// Everything that a command has no useful answer for.
    pub(super) async fn run(
        &self,
        script: &Script,
        key: &str,
        arguments: &[&[u8]],
        replicas: Option<Replicas>,
    ) -> Result<Reply, Error> {
        self.run_at(script, &[key], arguments, replicas).await
    }

    /// As [`run`](Self::run), for several keys of one slot, or of one server.
    pub(super) async fn run_at(
        &self,
        script: &Script,
        keys: &[&str],
        arguments: &[&[u8]],
        replicas: Option<Replicas>,
    ) -> Result<Reply, Error> {
        let key = keys[0];
        let clock = &self.calls.clock;
        let told = clock.told();
        let mut all = arguments.to_vec();
        all.extend(self.calls.node.as_ref().map(String::as_bytes));
        all.extend(told.as_ref().map(<[u8; 8]>::as_slice));
        let mut sent = Instant::now();
        let mut answer = self.order(key, Order { command: &script.by_hash(keys, &all), replicas }).await;
        if answer.as_ref().is_err_and(|failure| failure.code() == Some("NOSCRIPT")) {
            sent = Instant::now();
            answer = self.order(key, Order { command: &script.by_text(keys, &all), replicas }).await;
        }
        let reply = Reply::read(answer.map_err(Failure::into_error)?)?;
        clock.learn(sent, Instant::now(), reply.at);
        Ok(reply)
    }

    /// A moment that was computed when the server's time was not known yet, by the server's time.
    ///
    /// # Errors
    /// `Unavailable`: nobody knows it.
    pub(super) async fn by_servers_time(&self, key: &str, at: Timestamp) -> Result<Timestamp, Error> {
        let clock = &self.calls.clock;
        if clock.is_known() {
            return Ok(at);
        }
        let now = clock.now();
        self.calls.link.connect(key, self.deadline).await.map_err(Failure::into_error)?;
        Ok(match at < now {
            true => Timestamp::default(),
            false => clock.now().after(at.since(now)),
        })
    }

    /// One command to the server that has `key`.
    pub(super) async fn call(&self, key: &str, command: &Cmd) -> Result<Value, Failure> {
        self.order(key, command.into()).await
    }

    async fn order(&self, key: &str, order: Order<'_>) -> Result<Value, Failure> {
        self.calls.link.call(key, order, self.deadline).await
    }
}
