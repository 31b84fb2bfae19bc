use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;

use redis::aio::ConnectionLike;
use redis::{Cmd, Pipeline, Value};
use tokio::time::{Instant, timeout_at};

use super::node::time_of;
use crate::redis::clock::ServerClock;
use crate::redis::failure::{Failure, NoAnswer, Unsent};

/// Connections that the app already has: one that is shared, or a pool's.
pub(in crate::redis) struct Foreign {
    pool: Box<dyn Pool>,
    clock: Arc<ServerClock>,
}

impl Foreign {
    pub(in crate::redis) fn new<F, Taking, C, E>(take: F, clock: Arc<ServerClock>) -> Self
    where
        F: Fn() -> Taking + Send + Sync + 'static,
        Taking: Future<Output = Result<C, E>> + Send + 'static,
        C: ConnectionLike + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self { pool: Box::new(take), clock }
    }

    pub(super) async fn call(&self, command: &Cmd, deadline: Instant) -> Result<Value, Failure> {
        let mut connection = self.take(deadline).await?;
        match answer(connection.req_packed_command(command), deadline).await? {
            Value::ServerError(refused) => Err(Failure::Refused(refused)),
            value => Ok(value),
        }
    }

    /// So many commands at once: as many answers, errors among them.
    pub(super) async fn together(
        &self,
        commands: &Pipeline,
        count: usize,
        deadline: Instant,
    ) -> Result<Vec<Value>, Failure> {
        let mut connection = self.take(deadline).await?;
        answer(connection.req_packed_commands(commands, 0, count), deadline).await
    }

    async fn take(&self, deadline: Instant) -> Result<Box<dyn ConnectionLike + Send>, Failure> {
        let taken = timeout_at(deadline, self.pool.take()).await.map_err(|_| Unsent::OutOfTime)?;
        Ok(taken.map_err(Unsent::NotConnected)?)
    }

    /// Learns the server's time. Whether there is a connection is the app's affair.
    pub(super) async fn connect(&self, deadline: Instant) -> Result<(), Failure> {
        let sent = Instant::now();
        let answer = self.call(&redis::cmd("TIME"), deadline).await?;
        if let Some(time) = time_of(&answer) {
            self.clock.learn(sent, Instant::now(), time);
        }
        Ok(())
    }
}

async fn answer<V>(
    asking: impl Future<Output = redis::RedisResult<V>>,
    deadline: Instant,
) -> Result<V, Failure> {
    let sent = Instant::now();
    match timeout_at(deadline, asking).await {
        Ok(answer) => answer.map_err(Failure::of_driver),
        Err(_elapsed) => Err(Failure::Unanswered(NoAnswer(deadline.saturating_duration_since(sent)).into())),
    }
}

type Taking<'p> = Pin<
    Box<
        dyn Future<Output = Result<Box<dyn ConnectionLike + Send>, Box<dyn StdError + Send + Sync>>>
            + Send
            + 'p,
    >,
>;

trait Pool: Send + Sync {
    fn take(&self) -> Taking<'_>;
}

impl<F, Fut, C, E> Pool for F
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<C, E>> + Send + 'static,
    C: ConnectionLike + Send + 'static,
    E: Into<Box<dyn StdError + Send + Sync>> + 'static,
{
    fn take(&self) -> Taking<'_> {
        let taking = self();
        Box::pin(async move {
            let connection = taking.await.map_err(Into::into)?;
            Ok(Box::new(connection) as Box<dyn ConnectionLike + Send>)
        })
    }
}
