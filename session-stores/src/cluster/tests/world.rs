//! One node's shard, a store that others write to as well, and a connection between them that does what connections do.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use session::clock::Timestamp;
use session::store::Freshness;

use super::{LEASE, LIMITS, handle, record};
use crate::cluster::Moment;
use crate::cluster::layout::Layout;
use crate::cluster::message::Message;
use crate::cluster::pulse::{Beat, Pulse};
use crate::cluster::shard::{Answer, Look, Shard};
use crate::cluster::switches::Switches;
use crate::cluster::tickets::{Origin, Ticket};

const FEED: usize = 0;
const SESSIONS: u8 = 3;
const DATE: Timestamp = Timestamp::from_millis(0);

pub(super) struct World {
    dice: fastrand::Rng,
    now: Moment,
    switches: Switches,
    shard: Shard,
    sessions: Vec<Session>,
    /// Published by the server and not delivered yet, in order.
    wire: VecDeque<OnWire>,
    /// What the server publishes goes onto the wire.
    connected: bool,
    line: Option<Line>,
    generations: u64,
    loads: Vec<Asked>,
    commits: Vec<Asked>,
    /// Written and not published: only where that is two steps.
    unpublished: Vec<Message>,
    pub(super) served: u64,
}

/// What really happened to a session: each state and since when, revision 0 for ended.
struct Session {
    history: Vec<(Moment, u64, u64)>,
    /// The newest revision that a client of this node was told of.
    acknowledged: u64,
}

enum OnWire {
    Message(Message),
    Beat(u64),
}

struct Line {
    generation: u64,
    pulse: Pulse,
    /// The server has confirmed; the node has erased and counts on it.
    counts: bool,
}

struct Asked {
    ticket: Ticket,
    session: u8,
    /// Once the store has executed it: revision and nonce.
    answer: Option<(u64, u64)>,
}

impl World {
    pub(super) fn new(seed: u64, switches: Switches) -> Self {
        let mut shard = Shard::new(LIMITS, switches, 0);
        shard.lay_out(Arc::new(Layout::single("feed")));
        let born = || Session { history: vec![(Duration::ZERO, 1, 1)], acknowledged: 0 };
        Self {
            dice: fastrand::Rng::with_seed(seed),
            now: Duration::ZERO,
            switches,
            shard,
            sessions: (0..SESSIONS).map(|_| born()).collect(),
            wire: VecDeque::new(),
            connected: false,
            line: None,
            generations: 1,
            loads: Vec::new(),
            commits: Vec::new(),
            unpublished: Vec::new(),
            served: 0,
        }
    }

    /// One thing happens.
    pub(super) fn step(&mut self) -> Result<(), String> {
        match self.dice.u8(0..100) {
            0..8 => self.now += Duration::from_millis(self.dice.u64(1..40)),
            8..11 => self.write_elsewhere(),
            11 => self.end_elsewhere(),
            12..32 => return self.load(),
            32..43 => self.execute_load(),
            43..54 => self.answer_load(),
            54..57 => self.begin_commit(),
            57..60 => self.execute_commit(),
            60..63 => self.answer_commit(),
            63..80 => self.deliver(),
            80..91 => self.beat(),
            91..93 => self.publish_late(),
            93 => self.break_silently(),
            94 => self.lose_some(),
            95..97 => self.notice(),
            _ => self.subscribe(),
        }
        Ok(())
    }

    fn any(&mut self) -> u8 {
        self.dice.u8(0..SESSIONS)
    }

    fn current(&self, session: u8) -> (u64, u64) {
        let (_, revision, nonce) =
            self.sessions[usize::from(session)].history[..].last().copied().expect("a state");
        (revision, nonce)
    }

    /// The store executes a write: it has the new state, and the message is out in the same step.
    fn write(&mut self, session: u8) -> (u64, u64) {
        let (before, _) = self.current(session);
        // An ended one begins anew, under the same handle to keep the world small, with revisions that go on.
        let last =
            self.sessions[usize::from(session)].history.iter().map(|state| state.1).max().unwrap_or(before);
        let state = (last + 1, self.dice.u64(2..));
        self.sessions[usize::from(session)].history.push((self.now, state.0, state.1));
        let stamp = record(state.0, state.1).header.stamp();
        self.say(Message::Changed { handle: handle(session), stamp });
        state
    }

    fn say(&mut self, message: Message) {
        match self.switches.publish_in_script {
            true if self.connected => self.wire.push_back(OnWire::Message(message)),
            true => {}
            false => self.unpublished.push(message),
        }
    }

    /// Where writing and publishing are two steps: the second one, or the end of who was to do it.
    fn publish_late(&mut self) {
        if let Some(message) = self.unpublished.pop()
            && self.connected
            && self.dice.bool()
        {
            self.wire.push_back(OnWire::Message(message));
        }
    }

    fn write_elsewhere(&mut self) {
        let session = self.any();
        self.write(session);
    }

    fn end_elsewhere(&mut self) {
        let session = self.any();
        self.sessions[usize::from(session)].history.push((self.now, 0, 0));
        self.say(Message::Ended { handle: handle(session) });
    }

    fn load(&mut self) -> Result<(), String> {
        let session = self.any();
        let acknowledged = self.sessions[usize::from(session)].acknowledged;
        let wanted = match self.dice.u8(0..4) {
            0 => Freshness::AtLeast(acknowledged),
            _ => Freshness::Promised,
        };
        match self.shard.look(&handle(session), wanted, self.now, DATE) {
            Look::Found(record) => {
                self.served += 1;
                self.check(session, record.header.revision, acknowledged)
            }
            Look::Absent => {
                self.served += 1;
                self.check(session, 0, 0)
            }
            Look::Join(_) => Ok(()),
            Look::Ask(ticket) => {
                self.loads.push(Asked { ticket, session, answer: None });
                Ok(())
            }
        }
    }

    /// What was served must have been true at some moment of the last lease, and not older than what this node has told
    /// its client.
    fn check(&self, session: u8, served: u64, acknowledged: u64) -> Result<(), String> {
        let Session { history, .. } = &self.sessions[usize::from(session)];
        // Before a lease has passed since the beginning everything counts that ever was.
        let horizon = self.now.checked_sub(LEASE);
        let first = history.iter().rposition(|(since, ..)| horizon.is_some_and(|horizon| *since <= horizon));
        let first = first.unwrap_or(0);
        let is_true = history[first..].iter().any(|(_, revision, _)| *revision == served);
        if !is_true {
            return Err(format!(
                "revision {served} is served at {:?}, and {:?} happened",
                self.now,
                &history[first..]
            ));
        }
        if served != 0 && served < acknowledged {
            return Err(format!("revision {served} is served after {acknowledged} was acknowledged here"));
        }
        Ok(())
    }

    fn execute_load(&mut self) {
        let Some(place) = pick(&mut self.dice, &self.loads, |load| load.answer.is_none()) else { return };
        self.loads[place].answer = Some(self.current(self.loads[place].session));
    }

    fn answer_load(&mut self) {
        let Some(place) = pick(&mut self.dice, &self.loads, |load| load.answer.is_some()) else { return };
        let Asked { ticket, answer, .. } = self.loads.swap_remove(place);
        match answer {
            _ if self.dice.u8(0..8) == 0 => self.shard.give_up(&ticket),
            Some((0, _)) | None => self.shard.end(&ticket, Answer::Absent, self.now),
            Some((revision, nonce)) => {
                self.shard.end(&ticket, Answer::Found(record(revision, nonce)), self.now);
            }
        }
    }

    fn begin_commit(&mut self) {
        let session = self.any();
        let ticket = self.shard.begin(&handle(session), Origin::Write);
        self.commits.push(Asked { ticket, session, answer: None });
    }

    fn execute_commit(&mut self) {
        let Some(place) = pick(&mut self.dice, &self.commits, |one| one.answer.is_none()) else { return };
        self.commits[place].answer = Some(self.write(self.commits[place].session));
    }

    fn answer_commit(&mut self) {
        let Some(place) = pick(&mut self.dice, &self.commits, |one| one.answer.is_some()) else { return };
        let Asked { ticket, session, answer } = self.commits.swap_remove(place);
        let Some((revision, nonce)) = answer else { return };
        if self.dice.u8(0..8) == 0 {
            // The answer was lost.
            self.shard.give_up(&ticket);
            return;
        }
        self.shard.end(&ticket, Answer::Found(record(revision, nonce)), self.now);
        let acknowledged = &mut self.sessions[usize::from(session)].acknowledged;
        *acknowledged = revision.max(*acknowledged);
    }

    /// As `listen::Line` does.
    fn deliver(&mut self) {
        let Some(line) = &mut self.line else { return };
        match self.wire.pop_front() {
            None => {}
            Some(OnWire::Message(message)) => self.shard.hear(&message),
            Some(OnWire::Beat(number)) => {
                let sent = match line.pulse.hear(number) {
                    Beat::Old => return,
                    Beat::Proves(sent) => sent,
                    Beat::Gap(sent) => {
                        self.generations += 1;
                        line.generation = self.generations;
                        self.shard.subscribed(FEED, line.generation);
                        sent
                    }
                };
                self.shard.proven(FEED, line.generation, sent);
            }
        }
    }

    fn beat(&mut self) {
        let Some(line) = self.line.as_mut().filter(|line| line.counts) else { return };
        let number = line.pulse.send(self.now);
        if self.connected {
            self.wire.push_back(OnWire::Beat(number));
        }
    }

    /// Nothing more is published to this node, and nobody says so. What is on the wire may arrive or not.
    fn break_silently(&mut self) {
        self.connected = false;
        if self.dice.bool() {
            self.wire.clear();
        }
    }

    /// A run is lost from the wire, a heartbeat with it.
    fn lose_some(&mut self) {
        let is_beat = |item: &OnWire| matches!(item, OnWire::Beat(_));
        if let Some(last) = self.wire.iter().rposition(is_beat) {
            let first = self.dice.usize(..=last);
            self.wire.drain(first..=last);
        }
    }

    /// The node notices that the connection is gone.
    fn notice(&mut self) {
        if !self.connected
            && let Some(line) = self.line.take()
        {
            self.shard.lost(FEED, line.generation);
            self.wire.clear();
        }
    }

    /// In two steps: the server publishes to this node from now on; later the node knows.
    fn subscribe(&mut self) {
        match &mut self.line {
            None => {
                self.connected = true;
                self.wire.clear();
                self.generations += 1;
                self.line =
                    Some(Line { generation: self.generations, pulse: Pulse::default(), counts: false });
            }
            Some(line) if !line.counts => {
                line.counts = true;
                self.shard.subscribed(FEED, line.generation);
            }
            Some(_) => {}
        }
    }
}

fn pick(dice: &mut fastrand::Rng, all: &[Asked], which: impl Fn(&Asked) -> bool) -> Option<usize> {
    let places: Vec<usize> = (0..all.len()).filter(|place| which(&all[*place])).collect();
    dice.choice(places)
}
