//! Marks on what clients hold: one key for each principal and each lineage that has any.

use std::time::Duration;

use redis::Value;
use session::clock::Timestamp;
use session::record::{Nonce, Principal};
use session::store::{Marks, Revoke};
use session::{Error, ErrorKind, Handle};

use super::RedisStore;
use super::failure::WrongServer;
use super::script::{Reply, Said, Script};

/// What stands under the key of a mark was not put there by this store.
const FOREIGN: &str = "the key of a mark in Redis holds something else";

/// So that sessions in cookies can be ended on every node. Marks are kept beside the store's own sessions, if it has any,
/// and each goes by itself when its time is over. With [`replicas_ack`](super::RedisStoreBuilder::replicas_ack) a mark
/// counts only when so many replicas have it.
///
/// Time is that of the master that has the principal's mark. Should another one take over whose clock is behind, a
/// revocation made then does not cover who signed in within that difference before.
impl Revoke for RedisStore {
    /// One `EVALSHA`; where the two marks may be on different servers, one and a `GET`.
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        let (principal, lineage) = (self.0.keys.revoked(principal), self.0.keys.retired(lineage));
        let (script, turn) = (&self.0.scripts.marked, self.0.calls.turn().await?);
        let reply = match self.0.calls.link.is_one_server() {
            true => turn.run_at(script, &[&principal, &lineage], &[], None).await?,
            false => turn.run(script, &principal, &[], None).await?,
        };
        let (Said::Marked, Some(Value::Array(found))) = (reply.said, reply.payload) else {
            return Err(answer());
        };
        let mut found = found.into_iter();
        let not_before = found.next().ok_or_else(answer)?;
        let retired = match found.next() {
            Some(retired) => bytes(retired)?,
            None if self.0.calls.link.is_one_server() => return Err(answer()),
            None => turn.get(&lineage).await?,
        };
        Ok(Marks {
            not_before: bytes(not_before)?.as_deref().map(moment).transpose()?,
            min_rotations: retired.as_deref().map_or(Ok(0), least)?,
            now: reply.at,
        })
    }

    /// One `EVALSHA`.
    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        let reply = self.mark(&self.0.scripts.revoke, &self.0.keys.revoked(principal), &[]).await?;
        match (reply.said, &reply.payload) {
            (Said::Marked, Some(Value::Int(moment))) => {
                u64::try_from(*moment).map(Timestamp::from_millis).map_err(|_| answer())
            }
            _ => Err(unreadable(&reply)),
        }
    }

    /// One `EVALSHA`.
    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        self.retire(lineage, &[to.to_le_bytes().as_slice(), &by.0].concat()).await
    }

    /// One `EVALSHA`.
    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        self.retire(lineage, &Marks::ENDED.to_le_bytes()).await
    }

    fn covers(&self) -> Duration {
        self.0.marks_for
    }
}

impl RedisStore {
    async fn retire(&self, lineage: &Handle, mark: &[u8]) -> Result<bool, Error> {
        let reply = self.mark(&self.0.scripts.raise, &self.0.keys.retired(lineage), &[mark]).await?;
        match reply.said {
            Said::Raised => Ok(true),
            Said::Stands => Ok(false),
            _ => Err(unreadable(&reply)),
        }
    }

    async fn mark(&self, script: &Script, key: &str, arguments: &[&[u8]]) -> Result<Reply, Error> {
        let turn = self.0.calls.turn().await?;
        match turn.run(script, key, arguments, self.0.replicas).await {
            Err(error) if matches!(error.kind(), ErrorKind::Full { .. }) => {
                Err(self.full(&turn, key).await.unwrap_or(error))
            }
            reply => reply,
        }
    }
}

fn bytes(value: Value) -> Result<Option<Vec<u8>>, Error> {
    match value {
        Value::Nil => Ok(None),
        Value::BulkString(bytes) => Ok(Some(bytes)),
        _ => Err(answer()),
    }
}

/// As `revoke.lua` writes it.
fn moment(mark: &[u8]) -> Result<Timestamp, Error> {
    let millis = mark.try_into().map(u64::from_le_bytes);
    millis.map(Timestamp::from_millis).map_err(|_| Error::corrupt(FOREIGN))
}

/// As `raise.lua` writes it.
fn least(mark: &[u8]) -> Result<u32, Error> {
    match (mark.first_chunk(), mark.len()) {
        (Some(least), 4 | 12) => Ok(u32::from_le_bytes(*least)),
        _ => Err(Error::corrupt(FOREIGN)),
    }
}

fn answer() -> Error {
    Error::corrupt(WrongServer::Answer)
}

fn unreadable(reply: &Reply) -> Error {
    match reply.said {
        Said::Unreadable => Error::corrupt(FOREIGN),
        _ => answer(),
    }
}
