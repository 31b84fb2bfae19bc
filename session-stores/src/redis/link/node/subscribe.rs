//! Subscriptions, by connections of their own, to the very server that commands go to.

use std::error::Error as StdError;
use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ProtocolVersion, PushInfo, Value};
use tokio::time::{Instant, timeout_at};

use super::{Ask, Node};
use crate::redis::failure::{Failure, NoAnswer, Unsent, WrongServer};

/// Open as long as it is not dropped.
pub(in crate::redis) struct Subscribed {
    pub(in crate::redis) server: Arc<str>,
    _connection: MultiplexedConnection,
}

impl Node {
    /// One command, if the connection goes to that server; nothing otherwise.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub(in crate::redis) async fn call_at(
        &self,
        server: &str,
        ask: Ask<'_>,
        deadline: Instant,
    ) -> Result<Option<Value>, Failure> {
        let live = self.live(deadline).await?;
        match *live.server == *server {
            true => self.exchange_over(live, ask, deadline).await.map(Some),
            false => Ok(None),
        }
    }

    /// Subscribes to channels of the server that commands go to, by a connection of its own.
    ///
    /// # Errors
    /// There is none in that time.
    pub(in crate::redis) async fn subscribe(
        &self,
        channels: &[&str],
        receive: impl Fn(PushInfo) + Send + Sync + 'static,
        deadline: Instant,
    ) -> Result<Subscribed, Failure> {
        let live = self.live(deadline).await?;
        let subscribed = timeout_at(deadline, self.dial_for(&live.server, channels, receive)).await;
        let subscribed = subscribed.unwrap_or_else(|_| Err(NoAnswer(self.timeouts.connect).into()));
        let connection = subscribed.map_err(Unsent::NotConnected)?;
        Ok(Subscribed { server: live.server, _connection: connection })
    }

    async fn dial_for(
        &self,
        server: &str,
        channels: &[&str],
        receive: impl Fn(PushInfo) + Send + Sync + 'static,
    ) -> Result<MultiplexedConnection, Box<dyn StdError + Send + Sync>> {
        let (client, found) = self.dial.resolve().await?;
        if found != server {
            return Err(WrongServer::Moved.into());
        }
        // Messages come as pushes, which RESP2 does not have.
        let info = client.get_connection_info().clone();
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_push_sender(move |push: PushInfo| {
                receive(push);
                Ok::<(), ()>(())
            });
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        connection.subscribe(channels).await?;
        Ok(connection)
    }
}
