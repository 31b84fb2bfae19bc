use std::borrow::Cow;

use bytes::Bytes;
use session::clock::Timestamp;
use session::config::SessionConfig;
use session::record::Record;
use session::record::layout::RING_END;
use session::store::{
    Absolute, Capabilities, Commit, Condition, Health, Load, Loads, Locator, Rotation, ServerSide, Shown,
    Store, Touch, Touched, Write,
};
use session::{Error, ErrorKind, Handle};

use super::RedisStore;
use super::failure::WrongServer;
use super::index::{Joining, counted};
use super::script::{Orders, Reply, Said, TOMBSTONE_FORMAT, millis};
use crate::late::must_meet_tombstones;

/// See [the module](super) for what each operation costs and which errors mean what.
impl Store for RedisStore {
    type Kind = ServerSide;

    /// One `GET`.
    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Handle(handle) = at else { return Err(unsupported("open sealed records")) };
        let turn = self.0.calls.turn().await?;
        self.read(turn.get(&self.0.keys.session(handle)).await?)
    }

    /// A `GET` each, 256 in one round trip to each server that has some of them.
    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        self.records(handles).await
    }

    /// One `EVALSHA`. Where indexes have to know: on one server still one for a login with one indexed field; otherwise one
    /// more for each of its terms, before, and one for each that it is not of any more, after.
    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        match &write.listing {
            Some(listing) => {
                let write = self.by_servers_time(write).await?;
                self.commit_listed(&write, listing).await
            }
            None => self.commit_joining(write, None).await,
        }
    }

    /// One `EVALSHA`; it writes only if the deadline moves by the threshold.
    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let Shown::Secret(proof) = &touch.shown else {
            return Err(unsupported("touch records that the client holds"));
        };
        let key = self.0.keys.session(&touch.handle);
        let threshold = millis(touch.threshold).to_le_bytes();
        let orders = [proof.as_bytes().as_slice(), &threshold].concat();
        let turn = self.0.calls.turn().await?;
        let reply = turn.run(&self.0.scripts.touch, &key, &[&orders], None).await?;
        match (reply.said, &reply.payload) {
            (Said::Touched, Some(redis::Value::Int(idle))) if *idle >= 0 => {
                let idle_deadline = Timestamp::from_millis(idle.unsigned_abs());
                Ok(Touched::Until { idle_deadline, sealed: None })
            }
            (Said::Gone(why), _) => Ok(Touched::Gone(why)),
            _ => Err(unreadable(reply)),
        }
    }

    /// One `EVALSHA`, and a `WAIT` behind it with [`replicas_ack`](super::RedisStoreBuilder::replicas_ack). Ends what
    /// cannot be read, too, and works on a server whose memory is full.
    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let key = self.0.keys.session(handle);
        let turn = self.0.calls.turn().await?;
        let reply = turn.run(&self.0.scripts.delete, &key, &[], self.0.replicas).await?;
        match reply.said {
            Said::Ended => Ok(true),
            Said::NothingThere => Ok(false),
            _ => Err(unreadable(reply)),
        }
    }

    /// The server's time, as it can be known from its last answers: a round trip off at most. Until the first answer,
    /// this machine's.
    fn now(&self) -> Timestamp {
        self.0.calls.clock.now()
    }

    fn past(&self) -> Timestamp {
        self.0.calls.clock.past()
    }

    /// One `INFO` to every server that has sessions.
    async fn health(&self) -> Result<Health, Error> {
        self.ask_for_health().await
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_record = Some(self.0.max_record);
        capabilities.index = true;
        capabilities
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        must_meet_tombstones(config, self.0.tombstone_life).map(|()| None)
    }
}

#[cfg(feature = "resilience")]
impl crate::wrap::Sharded for RedisStore {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.shard_of(handle)
    }
}

impl RedisStore {
    /// The write of a node that has heard no server yet, whose time decides how long a term lists a session and until when
    /// one may be created: it is asked first, since what is asked of a term would tell it behind the back of the rest.
    async fn by_servers_time<'w>(&self, write: &'w Write) -> Result<Cow<'w, Write>, Error> {
        if self.0.calls.clock.is_known() {
            return Ok(Cow::Borrowed(write));
        }
        let key = self.0.keys.session(&write.handle);
        let mut write = write.clone();
        let at = match &write.condition {
            Condition::Absent { not_after } => *not_after,
            Condition::Matches { .. } | Condition::Held(_) => self.now(),
        };
        let at = self.0.calls.turn().await?.by_servers_time(&key, at).await?;
        if let Condition::Absent { not_after } = &mut write.condition {
            *not_after = at;
        }
        Ok(Cow::Owned(write))
    }

    /// A commit, whatever it says to the indexes; `joining` is what it says to one that is on the same server.
    pub(super) async fn commit_joining(
        &self,
        write: &Write,
        joining: Option<&Joining>,
    ) -> Result<Commit, Error> {
        let draft = self.draft(write)?;
        let key = self.0.keys.session(&write.handle);
        let turn = self.0.calls.turn().await?;
        let orders = match &write.condition {
            Condition::Absent { not_after } => Orders::create(turn.by_servers_time(&key, *not_after).await?),
            Condition::Matches { stamp, proof } => Orders::change(stamp, proof),
            Condition::Held(_) => return Err(unsupported("write records that the client holds")),
        };
        let absolute = match write.times.absolute {
            Absolute::Keep => None,
            Absolute::Span(span) => Some(span),
        };
        let orders = orders
            .answer_lost(write.answer_lost)
            .authenticates(write.times.authenticates)
            .rotates(write.times.rotation)
            .absolute(absolute);
        // What a strict rotation ends must stay ended.
        let ends_secrets =
            write.times.rotation == Rotation::Strict && matches!(write.condition, Condition::Matches { .. });
        let replicas = self.0.replicas.filter(|_| ends_secrets);
        let (orders, scripts) = (orders.encode(), &self.0.scripts);
        let reply = match joining {
            None => turn.run(&scripts.commit, &key, &[&orders, &draft], replicas).await,
            Some(Joining { keys: [roll, stamps], admission, evicts }) => {
                let arguments: [&[u8]; 4] = [admission, evicts, &orders, &draft];
                turn.run_at(&scripts.listed, &[roll, stamps, &key], &arguments, replicas).await
            }
        };
        let reply = match reply {
            Err(error) if matches!(error.kind(), ErrorKind::Full { .. }) => {
                return Err(self.full(&turn, &key).await.unwrap_or(error));
            }
            reply => reply?,
        };
        drop(turn);
        Ok(match reply.said {
            Said::Committed => Commit::Committed { record: made(draft, &reply, write)?, sealed: None },
            Said::Applied => Commit::Committed { record: found(reply)?, sealed: None },
            Said::Conflict => Commit::Conflict(found(reply)?),
            Said::Unknown => Commit::OutcomeUnknown,
            Said::Gone(why) => Commit::Gone(why),
            Said::Full => Commit::Full(counted(reply)?),
            _ => return Err(unreadable(reply)),
        })
    }

    /// What a value under a session's key is to whoever loads it.
    pub(super) fn read(&self, value: Option<Vec<u8>>) -> Result<Load, Error> {
        let Some(value) = value.filter(|value| value.first() != Some(&TOMBSTONE_FORMAT)) else {
            return Ok(Load::Absent);
        };
        let record = Record::decode(&value.into())?;
        let (deadline, created) = (record.header.deadline(), record.header.created);
        match self.0.calls.clock.is_over(deadline, created, self.0.tombstone_life) {
            true => Ok(Load::Absent),
            false => Ok(Load::Found(record)),
        }
    }

    /// The record as far as it is decided here; the script decides the rest.
    fn draft(&self, write: &Write) -> Result<Vec<u8>, Error> {
        if write.draft.credential.is_none() {
            return Err(unsupported("keep records that no secret opens"));
        }
        let header = write.header(None, Timestamp::default());
        let draft = Record { header, fields: write.fields.clone() }.encode();
        match draft.len() > self.0.max_record {
            true => Err(Error::too_large(draft.len(), self.0.max_record)),
            false => Ok(draft),
        }
    }
}

/// The record that the script made of the draft: it sends back what it decided, and not the fields that it was sent.
fn made(mut draft: Vec<u8>, reply: &Reply, write: &Write) -> Result<Record, Error> {
    let Some(redis::Value::BulkString(decided)) = &reply.payload else {
        return Err(Error::corrupt(WrongServer::Answer));
    };
    draft.truncate(draft.len() - write.fields.len());
    match draft.get_mut(..RING_END) {
        Some(fixed) if decided.len() == RING_END => fixed.copy_from_slice(decided),
        _ => return Err(Error::corrupt(WrongServer::Answer)),
    }
    let header = Record::decode(&draft.into())?.header;
    Ok(Record { header, fields: write.fields.clone() })
}

/// The record that the script found.
fn found(reply: Reply) -> Result<Record, Error> {
    match reply.payload {
        Some(redis::Value::BulkString(bytes)) => Ok(Record::decode(&Bytes::from(bytes))?),
        _ => Err(Error::corrupt(WrongServer::Answer)),
    }
}

/// Why a script did not touch what it found.
fn unreadable(reply: Reply) -> Error {
    match found(reply) {
        Err(error) => error,
        // The script is as strict as this program, so they differ about a record only if one of them is of another
        // version.
        Ok(_) => Error::corrupt("a record that the script cannot read"),
    }
}

fn unsupported(power: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported { power })
}
