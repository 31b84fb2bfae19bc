//! Finding sessions by the values of indexed fields: a term has two keys in a slot of its own (`lua/roll.lua`).
//!
//! A commit joins its terms before it is made, and leaves those that it is not of any more afterwards: one script for each
//! term, wherever it is, so that a deployment needs nothing in common of a session and its terms.

use std::collections::HashMap;

use redis::Value;
use session::clock::Timestamp;
use session::record::{Nonce, Stamp};
use session::store::{Commit, Entry, Index, Listing, Member, Refusal, Term, Write};
use session::{Applied, Error, ErrorKind, Handle};

use super::RedisStore;
use super::failure::WrongServer;
use super::link::Replicas;
use super::script::{Reply, Said, Script};

/// No handle: the exception of a bar that has none.
const NOBODY: [u8; 16] = [0; 16];

/// As many as there can be, as `admit.lua` knows it.
pub(super) const NO_LIMIT: u32 = u32::MAX;

impl RedisStore {
    async fn ask_term(&self, script: &Script, term: &Term, arguments: &[&[u8]]) -> Result<Reply, Error> {
        self.order_term(script, term, arguments, None).await
    }

    async fn order_term(
        &self,
        script: &Script,
        term: &Term,
        arguments: &[&[u8]],
        replicas: Option<Replicas>,
    ) -> Result<Reply, Error> {
        let [roll, stamps] = self.0.keys.term(term);
        let turn = self.0.calls.turn().await?;
        turn.run_at(script, &[&roll, &stamps], arguments, replicas).await
    }

    /// A commit that says something to the indexes: a script for each term, and then one for the session.
    pub(super) async fn commit_listed(&self, write: &Write, listing: &Listing) -> Result<Commit, Error> {
        let Some(entry) = write.entry(self.0.calls.clock.now()) else {
            return self.commit_joining(write, None).await;
        };
        for member in &listing.evicts {
            self.end(&member.handle).await?;
        }
        if let ([term], true) = (&listing.adds[..], self.0.calls.link.is_one_server()) {
            let (admission, evicts) = asked(term, listing, &entry);
            let joining = Joining { keys: self.0.keys.term(term), admission, evicts };
            let answer = self.commit_joining(write, Some(&joining)).await;
            self.leave(listing, &entry, &answer).await;
            return answer;
        }
        let mut joined = Vec::new();
        for term in &listing.adds {
            match self.join(term, listing, &entry).await {
                Ok(Ok(true)) => joined.push(*term),
                Ok(Ok(false)) => {}
                Ok(Err(refused)) => {
                    self.withdraw(&joined, &entry).await;
                    return Ok(refused.into());
                }
                Err(error) => {
                    self.withdraw(&joined, &entry).await;
                    return Err(error);
                }
            }
        }
        let answer = self.commit_joining(write, None).await;
        self.leave(listing, &entry, &answer).await;
        if was_not_made(&answer) {
            self.withdraw(&joined, &entry).await;
        }
        answer
    }

    /// Takes the session of a commit that was made out of the terms that it is not of any more.
    async fn leave(&self, listing: &Listing, entry: &Entry, answer: &Result<Commit, Error>) {
        let Ok(Commit::Committed { .. }) = answer else { return };
        // Not what the record is now: an earlier attempt may have been made, and others' commits after it.
        let made = packed(&entry.handle, entry.stamp);
        for term in &listing.removes {
            // Whoever asks for the term sees by the record that it is not of it.
            let _ = self.ask_term(&self.0.scripts.unlist, term, &[&made, b"1"]).await;
        }
    }

    /// What `Roll::admit` gives where the roll is.
    async fn join(
        &self,
        term: &Term,
        listing: &Listing,
        entry: &Entry,
    ) -> Result<Result<bool, Refusal>, Error> {
        let (admission, evicts) = asked(term, listing, entry);
        let reply = self.ask_term(&self.0.scripts.admit, term, &[&admission, &evicts]).await?;
        Ok(match (reply.said, &reply.payload) {
            (Said::Admitted, Some(Value::Int(1))) => Ok(true),
            (Said::Admitted, _) => Ok(false),
            (Said::Gone(gone), _) => Err(Refusal::Gone(gone)),
            (Said::Full, _) => Err(Refusal::Full(counted(reply)?)),
            _ => return Err(Error::corrupt(WrongServer::Answer)),
        })
    }

    /// Takes back what was said for a commit that was not made. If that fails it is a member that does not live.
    async fn withdraw(&self, terms: &[Term], entry: &Entry) {
        let seen = packed(&entry.handle, entry.stamp);
        for term in terms {
            let _ = self.ask_term(&self.0.scripts.unlist, term, &[&seen, b"0"]).await;
        }
    }
}

/// Whether it is known that nothing was written.
fn was_not_made(answer: &Result<Commit, Error>) -> bool {
    match answer {
        Ok(Commit::Conflict(_) | Commit::Gone(_) | Commit::Full(_)) => true,
        Ok(Commit::Committed { .. } | Commit::OutcomeUnknown) => false,
        Err(error) => matches!(
            error.kind(),
            ErrorKind::Unavailable { applied: Applied::No, .. }
                | ErrorKind::Full { .. }
                | ErrorKind::TooLarge { .. }
                | ErrorKind::Unsupported { .. }
        ),
    }
}

/// What a commit says to the one term that it joins, on the same server.
pub(super) struct Joining {
    pub(super) keys: [String; 2],
    pub(super) admission: Vec<u8>,
    pub(super) evicts: Vec<u8>,
}

impl Index for RedisStore {
    /// One `EVALSHA`, O(members).
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        members(self.ask_term(&self.0.scripts.members, term, &[]).await?)
    }

    /// One `EVALSHA`, O(members).
    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        let except = except.map_or(NOBODY, |handle| *handle.as_bytes());
        // What is barred must stay barred.
        members(self.order_term(&self.0.scripts.bar, term, &[&except], self.0.replicas).await?)
    }

    /// One `EVALSHA`.
    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let key = self.0.keys.session(handle);
        let turn = self.0.calls.turn().await?;
        let reply = turn.run(&self.0.scripts.end, &key, &[], self.0.replicas).await?;
        match reply.said {
            Said::Ended => Ok(true),
            Said::NothingThere => Ok(false),
            _ => Err(Error::corrupt(WrongServer::Answer)),
        }
    }

    /// One `EVALSHA`.
    async fn unlist(&self, term: &Term, seen: &[Member]) -> Result<(), Error> {
        let seen: Vec<u8> = seen.iter().flat_map(|member| packed(&member.handle, member.stamp)).collect();
        self.ask_term(&self.0.scripts.unlist, term, &[&seen, b"0"]).await.map(drop)
    }
}

/// A handle and a stamp, as scripts read them.
fn packed(handle: &Handle, stamp: Stamp) -> [u8; 32] {
    let mut out = [0; 32];
    out[..16].copy_from_slice(handle.as_bytes());
    out[16..24].copy_from_slice(&stamp.revision.to_le_bytes());
    out[24..].copy_from_slice(&stamp.nonce.0);
    out
}

/// The two arguments of `admit.lua`.
fn asked(term: &Term, listing: &Listing, entry: &Entry) -> (Vec<u8>, Vec<u8>) {
    let limited = listing.limit.is_some_and(|limit| limit.term == *term);
    let evicts = if limited { &listing.evicts[..] } else { &[] };
    let evicts = evicts.iter().flat_map(|member| packed(&member.handle, member.stamp)).collect();
    (admission(entry, listing.most(term).unwrap_or(NO_LIMIT)), evicts)
}

/// The members that a limit counted.
pub(super) fn counted(reply: Reply) -> Result<Vec<Member>, Error> {
    Ok(members(reply)?.into_iter().filter(|member| !member.doomed).collect())
}

/// As `struct.unpack('<c16I8c8I8I8I4I4')` reads it.
fn admission(entry: &Entry, most: u32) -> Vec<u8> {
    let mut out = packed(&entry.handle, entry.stamp).to_vec();
    out.extend(entry.since.as_millis().to_le_bytes());
    // Beyond that a sorted set does not tell moments apart.
    out.extend(entry.until.as_millis().min(1 << 52).to_le_bytes());
    out.extend(most.to_le_bytes());
    out.extend(u32::from(entry.authenticates).to_le_bytes());
    out
}

/// Reads what `members()` in `roll.lua` gives.
fn members(reply: Reply) -> Result<Vec<Member>, Error> {
    read(reply).ok_or_else(|| Error::corrupt(WrongServer::Answer))
}

fn read(reply: Reply) -> Option<Vec<Member>> {
    let Some(Value::Array(parts)) = reply.payload else { return None };
    let [roll, stamps] = <[Value; 2]>::try_from(parts).ok()?;
    let roll: Vec<(Vec<u8>, f64)> = redis::from_redis_value(roll).ok()?;
    let mut stamps: HashMap<Vec<u8>, Vec<u8>> = redis::from_redis_value(stamps).ok()?;
    let moment = |bytes: &[u8]| Some(u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?));
    let bar = stamps.remove(&b""[..]);
    let bar = bar.and_then(|bar| Some((moment(&bar)?, bar.get(8..24)?.to_vec())));
    let member = |(handle, until): (Vec<u8>, f64)| {
        let stamp = stamps.get(&handle)?;
        let added = moment(stamp)?;
        let nonce = Nonce(stamp.get(16..24)?.try_into().ok()?);
        let doomed = bar.as_ref().is_some_and(|(at, except)| added <= *at && *except != handle);
        Some(Member {
            handle: Handle::from_bytes(handle.try_into().ok()?),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "written as milliseconds"
            )]
            until: Timestamp::from_millis(until as u64),
            added: Timestamp::from_millis(added),
            stamp: Stamp { revision: moment(stamp.get(8..)?)?, nonce },
            doomed,
        })
    };
    // One without a stamp is nobody's work but somebody's with a console.
    Some(roll.into_iter().filter_map(member).collect())
}
