//! Many records at once.

use redis::{Cmd, Value};
use session::store::Loads;
use session::{Error, Handle};

use super::RedisStore;
use super::failure::{Failure, WrongServer};

/// How many records one round trip brings at the most: the connection is shared, and other answers wait behind them.
const TOGETHER: usize = 256;

impl RedisStore {
    /// What stands under the keys of `handles`, as loads: a `GET` each, those of one server sent together.
    ///
    /// # Errors
    /// A server that has some of them could not be asked.
    pub(super) async fn records(&self, handles: &[Handle]) -> Result<Loads, Error> {
        let mut loads = Vec::with_capacity(handles.len());
        for part in handles.chunks(TOGETHER) {
            let turn = self.0.calls.turn().await?;
            let commands: Vec<_> = part
                .iter()
                .map(|handle| {
                    let key = self.0.keys.session(handle);
                    let mut get = Cmd::with_capacity(2, key.len() + 3);
                    get.arg("GET").arg(&key);
                    (key, get)
                })
                .collect();
            let answers = self.0.calls.link.together(&commands, turn.deadline).await;
            for answer in answers.map_err(Failure::into_error)? {
                let value = match answer.map_err(Failure::into_error) {
                    Ok(Value::Nil) => Ok(None),
                    Ok(Value::BulkString(bytes)) => Ok(Some(bytes)),
                    Ok(_) => Err(Error::corrupt(WrongServer::Answer)),
                    Err(error) if error.is_unavailable() => return Err(error),
                    Err(error) => Err(error),
                };
                loads.push(value.and_then(|value| self.read(value)));
            }
        }
        Ok(loads)
    }
}
