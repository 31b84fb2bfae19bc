//! What is known for sure, whatever the implementation says: which writes were acknowledged, which sessions were ended,
//! which tokens are dead, and what every record held after the last step.
//!
//! Where an answer was lost the model does not guess: such a write is `sent`, which means that it may appear, and not
//! acknowledged, which would mean that it must.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use ring::digest::{SHA256, digest};
use session::clock::Timestamp;
use session::record::{Header, Record};
use session::testing::data_of;
use session::{Error, Handle, Proof};

use super::data::{Extra, Newer, Room};

/// A promise that was broken.
#[derive(Debug, Clone)]
pub(super) struct Violation {
    pub(super) rule: &'static str,
    pub(super) what: String,
}

/// Where a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Into `seen`, into the client's mark, and as one more in `count`.
    Write,
    /// Into the field that only the newer program knows.
    Extra,
    /// Into any other field.
    Other,
}

/// A number that a client wrote. Every number is written once, so that it says who wrote it and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) kind: Kind,
    pub(super) client: usize,
    pub(super) group: usize,
    /// Who was signed in.
    pub(super) principal: Option<i64>,
    /// A commit that carries it was begun: it may be stored from now on.
    pub(super) sent: bool,
}

/// A record as it was seen last.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) header: Header,
    pub(super) fields: Bytes,
    pub(super) room: Room,
    pub(super) extra: Extra,
}

impl View {
    pub(super) fn of(record: Record) -> Result<Self, Error> {
        let room = data_of::<Room>(&record)?;
        let Newer { extra, .. } = data_of::<Newer>(&record)?;
        Ok(Self { header: record.header, fields: record.fields, room, extra })
    }

    pub(super) fn proof(&self) -> Option<Proof> {
        self.header.credential.as_ref().map(|credential| credential.proof)
    }

    pub(super) fn admits(&self, proof: &Proof, now: Timestamp) -> bool {
        let admits = self.header.credential.as_ref().is_some_and(|credential| credential.admits(proof, now));
        admits && !self.header.is_expired(now)
    }
}

/// A session that was stored once.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) view: Option<View>,
    /// Whose clients made it.
    pub(super) group: Option<usize>,
    /// Why it is over for good.
    pub(super) ended: Option<&'static str>,
    /// Somebody tried to end it.
    pub(super) may_end: bool,
    /// A token of it was given out. Without one only the request that began it can end it.
    pub(super) given: bool,
    /// A strict rotation was acknowledged: tokens from before that rotation are dead.
    pub(super) dead_below: u32,
    /// The proof after each rotation.
    pub(super) proofs: Vec<Proof>,
    /// Messages that were there and are not any more.
    pub(super) shown: BTreeSet<u64>,
}

/// The reference model of a schedule.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) log: Vec<String>,
    pub(super) violation: Option<Violation>,
    pub(super) records: Vec<Known>,
    handles: BTreeMap<Handle, usize>,
    tags: Vec<Tag>,
    /// Messages that a page was about to show.
    pub(super) showing: BTreeSet<u64>,
    /// Every token that was ever in a response, with the group of clients that got it.
    pub(super) tokens: Vec<(usize, String)>,
    /// How many failovers there were.
    pub(super) failovers: u32,
}

impl Model {
    pub(super) fn say(&mut self, line: impl Into<String>) {
        self.log.push(line.into());
    }

    /// The first violation counts; what follows may follow from it.
    pub(super) fn violated(&mut self, rule: &'static str, what: impl Into<String>) {
        if self.violation.is_none() {
            let what = what.into();
            self.say(format!("VIOLATION of \"{rule}\": {what}"));
            self.violation = Some(Violation { rule, what });
        }
    }

    /// A new number.
    pub(super) fn tag(&mut self, tag: Tag) -> u64 {
        self.tags.push(tag);
        self.tags.len() as u64
    }

    /// What is known of a number; 0 and what nobody wrote are unknown.
    pub(super) fn known(&self, tag: u64) -> Option<Tag> {
        self.tags.get(usize::try_from(tag.checked_sub(1)?).ok()?).copied()
    }

    pub(super) fn sent(&mut self, tags: &[u64]) {
        for tag in tags {
            self.edit(*tag, |tag| tag.sent = true);
        }
    }

    /// A message set before its request signed out goes on to whoever is there then: that is what such messages are for.
    pub(super) fn free(&mut self, tags: &[u64]) {
        for tag in tags {
            self.edit(*tag, |tag| tag.principal = tag.principal.filter(|_| tag.kind != Kind::Other));
        }
    }

    fn edit(&mut self, tag: u64, change: impl FnOnce(&mut Tag)) {
        let index = usize::try_from(tag).ok().and_then(|tag| tag.checked_sub(1));
        if let Some(tag) = index.and_then(|index| self.tags.get_mut(index)) {
            change(tag);
        }
    }

    pub(super) fn find(&self, handle: Handle) -> Option<usize> {
        self.handles.get(&handle).copied()
    }

    /// Handles are numbered in the order in which they appear, so that a log does not depend on random numbers.
    pub(super) fn begin(&mut self, handle: Handle) -> usize {
        self.records.push(Known::default());
        self.handles.insert(handle, self.records.len() - 1);
        self.records.len() - 1
    }

    pub(super) fn handles(&self) -> Vec<Handle> {
        let mut handles: Vec<_> = self.handles.iter().map(|(handle, index)| (*index, *handle)).collect();
        handles.sort_unstable();
        handles.into_iter().map(|(_, handle)| handle).collect()
    }

    /// Somebody is about to end that session; it may be over from now on.
    pub(super) fn may_end(&mut self, handle: Option<Handle>) {
        if let Some(index) = handle.and_then(|handle| self.find(handle)) {
            self.records[index].may_end = true;
        }
    }

    /// That session is over, and whoever ended it was told so.
    pub(super) fn end(&mut self, handle: Option<Handle>, why: &'static str) {
        let Some(index) = handle.and_then(|handle| self.find(handle)) else { return };
        self.say(format!("  #{index} is over: {why}"));
        self.records[index].ended = Some(why);
        if self.records[index].view.is_some() {
            self.violated("a logout wins", format!("#{index} was {why}, and its record is still there"));
        }
    }

    /// Deadlines that have passed.
    pub(super) fn expire(&mut self, now: Timestamp) {
        for index in 0..self.records.len() {
            let known = &mut self.records[index];
            if known.view.as_ref().is_some_and(|view| view.header.is_expired(now)) {
                (known.view, known.ended) = (None, Some("expired"));
                self.say(format!("  #{index} expired"));
            }
        }
    }

    /// The session of a token, and its proof.
    pub(super) fn token(&self, text: &str) -> Option<(usize, Proof)> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (handle, secret) = bytes.split_at_checked(16)?;
        let proof = digest(&SHA256, secret).as_ref().try_into().ok()?;
        let index = self.find(Handle::from_bytes(handle.try_into().ok()?))?;
        Some((index, Proof::from_bytes(proof)))
    }

    /// Why a token must not open anything, if that is known.
    pub(super) fn dead(&self, text: &str) -> Option<&'static str> {
        let (index, proof) = self.token(text)?;
        let known = &self.records[index];
        let number = known.proofs.iter().position(|of| *of == proof)?;
        let rotated = number < known.dead_below as usize;
        known.ended.or_else(|| rotated.then_some("rotated strictly"))
    }

    /// Whether a token opens a session at this moment, for sure.
    pub(super) fn opens(&self, text: &str, now: Timestamp) -> bool {
        let Some((index, proof)) = self.token(text) else { return false };
        self.records[index].view.as_ref().is_some_and(|view| view.admits(&proof, now))
    }
}
