use std::collections::HashSet;
use std::sync::Arc;

use redis::Value;
use session::clock::Timestamp;
use session::record::layout;
use session::store::{Cursor, Page, Scan, Store as _};
use session::{Error, ErrorKind, Handle};
use tokio::task::JoinSet;

use super::RedisStore;
use super::calls::Turn;
use super::failure::{Failure, WrongServer};
use super::link::{Ask, Node};
use super::script::TOMBSTONE_FORMAT;

/// How many keys a server looks at for one page, at least and at the most: a server does nothing else meanwhile.
const LOOK: (usize, usize) = (10, 1000);

/// How many commands one page takes at the most. In a database full of other things most find nothing.
const TRIES: usize = 16;

/// How many sessions are ended at once when all are.
const AT_ONCE: usize = 64;

/// Goes through the masters, and through each by `SCAN`, which shows every key that is there throughout. A session may be
/// shown twice. If a master is replaced, or is another one, the scan begins again; sessions are missed only if slots are
/// moved between masters meanwhile, or a server is restarted in the middle of it.
impl Scan for RedisStore {
    /// About `limit` sessions, 1000 at the most; a page may be empty. Some `SCAN`s over a thousand keys at the most each,
    /// and the deadlines of what they show.
    ///
    /// # Errors
    /// `Unavailable`. `Unsupported` for the cursor of another kind of store, and over connections of the app's own.
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let turn = self.0.calls.turn().await?;
        let masters = self.0.calls.link.masters(turn.deadline).await.map_err(Failure::into_error)?;
        let masters = masters.ok_or_else(|| {
            let power = "list its sessions over connections of the app's own";
            Error::new(ErrorKind::Unsupported { power })
        })?;
        let from = cursor.map(Place::read).transpose()?;
        let at = from.as_ref().and_then(|from| masters.iter().position(|node| node.name() == from.master));
        let (mut at, mut key) = match (at, from) {
            (Some(at), Some(from)) => (at, from.key),
            _ => (0, 0),
        };
        let mut handles = Vec::new();
        for _ in 0..TRIES {
            let Some(node) = masters.get(at) else { return Ok(Page { handles, next: None }) };
            let (next, found) = self.look(&turn, node, key, limit.clamp(LOOK.0, LOOK.1)).await?;
            handles.extend(self.living(&turn, node, found).await?);
            (at, key) = if next == 0 { (at + 1, 0) } else { (at, next) };
            if handles.len() >= limit {
                break;
            }
        }
        let next = masters.get(at).map(|node| Place { master: node.name(), key }.write());
        Ok(Page { handles, next })
    }

    /// O(n): goes through all keys of the database, and holds the handles of all sessions meanwhile, since a scan may
    /// show one twice.
    async fn count(&self) -> Result<u64, Error> {
        let mut seen = HashSet::new();
        let mut cursor = None;
        loop {
            let page = self.scan(cursor.as_ref(), LOOK.1).await?;
            seen.extend(page.handles);
            cursor = page.next;
            if cursor.is_none() {
                return Ok(seen.len() as u64);
            }
        }
    }

    /// O(n), sessions of this application alone; one that begins meanwhile may stay.
    async fn clear(&self) -> Result<u64, Error> {
        let mut ended = 0;
        let mut cursor = None;
        loop {
            let page = self.scan(cursor.as_ref(), LOOK.1).await?;
            for handles in page.handles.chunks(AT_ONCE) {
                let mut deletes = JoinSet::new();
                for &handle in handles {
                    let store = self.clone();
                    deletes.spawn(async move { store.delete(&handle).await });
                }
                while let Some(deleted) = deletes.join_next().await {
                    // A task is not cancelled but with the runtime.
                    let deleted =
                        deleted.map_err(|gone| Error::unavailable(session::Applied::Unknown, gone))?;
                    ended += u64::from(deleted?);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(ended);
            }
        }
    }
}

impl RedisStore {
    /// One `SCAN`: where to go on, zero at the end, and whose records it showed.
    async fn look(
        &self,
        turn: &Turn<'_>,
        node: &Arc<Node>,
        from: u64,
        count: usize,
    ) -> Result<(u64, Vec<Handle>), Error> {
        let mut scan = redis::cmd("SCAN");
        scan.arg(from).arg("MATCH").arg(self.0.keys.pattern()).arg("COUNT").arg(count);
        let answer = node.call(Ask::Plain(&scan), turn.deadline).await.map_err(Failure::into_error)?;
        let wrong = || Error::corrupt(WrongServer::Answer);
        let (next, keys): (u64, Vec<Vec<u8>>) = redis::from_redis_value(answer).map_err(|_| wrong())?;
        Ok((next, keys.iter().filter_map(|key| self.0.keys.handle(key)).collect()))
    }

    /// Those of them that live: asked for the beginnings of their records, all at once.
    async fn living(
        &self,
        turn: &Turn<'_>,
        node: &Arc<Node>,
        handles: Vec<Handle>,
    ) -> Result<Vec<Handle>, Error> {
        if handles.is_empty() {
            return Ok(handles);
        }
        let mut commands = redis::pipe();
        for handle in &handles {
            commands.cmd("GETRANGE").arg(self.0.keys.session(handle)).arg(0).arg(BEGINNING - 1);
        }
        let ask = Ask::Together(&commands, handles.len());
        let answer = node.call(ask, turn.deadline).await.map_err(Failure::into_error)?;
        let Value::Array(answers) = answer else { return Err(Error::corrupt(WrongServer::Answer)) };
        let lives = |answer: &Value| matches!(answer, Value::BulkString(bytes) if self.lives(bytes));
        Ok(handles
            .into_iter()
            .zip(&answers)
            .filter(|(_, answer)| lives(answer))
            .map(|(handle, _)| handle)
            .collect())
    }

    /// Whether a record that begins so is live. What this program cannot read lives as long as the server keeps it.
    fn lives(&self, beginning: &[u8]) -> bool {
        let moment = |at: usize| {
            let bytes = beginning.get(at..at + 8)?.try_into().ok()?;
            Some(Timestamp::from_millis(u64::from_le_bytes(bytes)))
        };
        match beginning.first() {
            None | Some(&TOMBSTONE_FORMAT) => return false,
            Some(&layout::FORMAT) => {}
            Some(_) => return true,
        }
        let moments =
            (moment(layout::IDLE_DEADLINE), moment(layout::ABSOLUTE_DEADLINE), moment(layout::CREATED));
        let (Some(idle), Some(absolute), Some(created)) = moments else { return true };
        !self.0.calls.clock.is_over(idle.min(absolute), created, self.0.tombstone_life)
    }
}

/// What of a record says whether it lives.
const BEGINNING: usize = layout::CREATED + 8;

/// Where a scan is.
struct Place {
    master: String,
    key: u64,
}

impl Place {
    fn write(&self) -> Cursor {
        Cursor(format!("{} {}", self.key, self.master).into_bytes())
    }

    fn read(cursor: &Cursor) -> Result<Self, Error> {
        let text = std::str::from_utf8(&cursor.0).ok();
        let parts = text.and_then(|text| text.split_once(' '));
        let place =
            parts.and_then(|(key, master)| Some(Self { key: key.parse().ok()?, master: master.to_owned() }));
        place.ok_or_else(|| Error::new(ErrorKind::Unsupported { power: "go on from another store's cursor" }))
    }
}
