//! What the clients of one schedule share: nodes in front of one store, a clock, jars, and the model.

use std::cell::{RefCell, RefMut};
use std::sync::Arc;
use std::time::Duration;

use session::Runtime;
use session::clock::{Clock as _, Timestamp};
use session::config::{RotationPolicy, SessionConfig};
use session::testing::{Chances, Faulty, ManualClock};
use session_stores::MemoryStore;

use super::check::Step;
use super::data::CLIENTS;
use super::dice::Dice;
use super::ground::{Flaw, Ground};
use super::model::Model;
use super::wire::{Backend, Wire};

/// The clients 0 and 1 are two tabs of one browser; 2 has copies of that browser's cookies; 3 is somebody else.
const JARS: [usize; CLIENTS] = [0, 0, 1, 2];
const GROUPS: [usize; CLIENTS] = [0, 0, 0, 1];
/// Who steals cookies.
const THIEF: usize = 2;

pub(super) const fn group(client: usize) -> usize {
    GROUPS[client]
}

/// Schedules from this seed on are made for failovers: gentle, stormy, and with a failover every few steps.
pub(super) const FAILING: u64 = 1 << 32;

pub(super) struct World {
    pub(super) clock: Arc<ManualClock>,
    pub(super) flaw: Flaw,
    /// Nobody signs in or out, and everybody writes: sessions live long and are fought for.
    pub(super) gentle: bool,
    /// The store fails over every few steps.
    pub(super) failing: bool,
    pub(super) wire: Wire,
    pub(super) faults: Faulty<Wire>,
    /// Two processes: commits queue inside each, and only the store is between them.
    pub(super) nodes: [Arc<Runtime>; 2],
    dice: RefCell<Dice>,
    model: RefCell<Model>,
    jars: RefCell<[Option<String>; CLIENTS]>,
    /// `Set-Cookie` headers that have not arrived yet, each with its jar.
    post: RefCell<Vec<(usize, String)>>,
}

impl World {
    pub(super) fn new(seed: u64, flaw: Flaw, memory: bool) -> Self {
        let mut dice = Dice::new(seed);
        let clock = Arc::new(ManualClock::default());
        let backend = if memory {
            Backend::Memory(MemoryStore::builder().clock(Arc::clone(&clock)).build())
        } else {
            Backend::Ground(Ground::new(Arc::clone(&clock), flaw))
        };
        let wire = Wire::new(backend, dice.next());
        let gentle = dice.chance(500) || seed >= FAILING;
        let failing = seed >= FAILING;
        // Calm and stormy schedules.
        let storm = if failing { 4 } else { dice.pick(&[0, 1, 2, 4]) };
        let chances = if failing {
            Chances { lose_answer: 400, delay: 100, ..Chances::default() }
        } else {
            Chances {
                fail_before: 10 * storm,
                lose_request: 10 * storm,
                lose_answer: 40 * storm,
                resend: 20 * storm,
                delay: 100,
                overtaken: 100,
            }
        };
        let faults = Faulty::seeded(wire.clone(), dice.next(), chances);
        let rotation = RotationPolicy { every: Some(Duration::from_secs(600)), ..RotationPolicy::default() };
        let node = || {
            let config = SessionConfig::builder().clock(Arc::clone(&clock)).rotation(rotation);
            let config = config.absolute(Duration::from_secs(60 * 60)).build();
            Runtime::new(faults.clone(), config.expect("a valid configuration"))
        };
        let nodes = [node(), node()];
        Self {
            nodes,
            clock,
            flaw,
            gentle,
            failing,
            wire,
            faults,
            dice: RefCell::new(dice),
            model: RefCell::default(),
            jars: RefCell::default(),
            post: RefCell::default(),
        }
    }

    pub(super) fn dice(&self) -> RefMut<'_, Dice> {
        self.dice.borrow_mut()
    }

    /// The model, up to date with the store.
    pub(super) fn model(&self) -> RefMut<'_, Model> {
        let mut model = self.model.borrow_mut();
        for handle in self.wire.changed() {
            model.observe(handle, self.wire.peek(handle), self.now(), Step::Made);
        }
        model
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn say(&self, line: impl Into<String>) {
        self.model().say(line);
    }

    /// The cookie that a client sends.
    pub(super) fn cookie(&self, client: usize) -> Option<String> {
        let copies: Vec<String> = {
            let model = self.model();
            let own = model.tokens.iter().filter(|(of, _)| *of == group(client));
            own.map(|(_, text)| text.clone()).collect()
        };
        if client == THIEF && !copies.is_empty() && self.dice().chance(600) {
            // The newest are the most interesting.
            let back = self.dice().below(copies.len().min(4));
            return copies.into_iter().rev().nth(back);
        }
        self.jars.borrow()[JARS[client]].clone()
    }

    /// A response leaves; it arrives at once, later, or never.
    pub(super) fn send(&self, client: usize, set_cookie: Option<String>) {
        let Some(header) = set_cookie else { return };
        if let Some(token) = value(&header) {
            let mut model = self.model();
            let known = model.token(token);
            let opened = known.is_some_and(|(index, proof)| model.records[index].proofs.contains(&proof));
            if let Some((index, _)) = known {
                model.records[index].given = true;
            }
            if !opened {
                model.violated("a token that is given out was stored", format!("client {client}"));
            }
            model.tokens.push((group(client), token.to_owned()));
        }
        let fate = self.dice().below(10);
        match fate {
            0 => self.say(format!("client {client}: the response is lost")),
            1 => self.post.borrow_mut().push((JARS[client], header)),
            _ => self.receive(JARS[client], &header),
        }
    }

    /// One of the responses under way arrives.
    pub(super) fn deliver(&self) {
        let arrived = {
            let mut post = self.post.borrow_mut();
            if post.is_empty() {
                return;
            }
            let index = self.dice().below(post.len());
            post.remove(index)
        };
        self.say(format!("jar {}: a late response arrives", arrived.0));
        self.receive(arrived.0, &arrived.1);
    }

    fn receive(&self, jar: usize, header: &str) {
        self.jars.borrow_mut()[jar] = value(header).map(str::to_owned);
    }

    pub(super) fn advance(&self, span: Duration) {
        self.clock.advance(span);
        let mut model = self.model();
        model.say(format!("time goes on by {span:?}"));
        model.expire(self.clock.now());
    }

    /// One of the sessions falls back to what a replica has of it.
    pub(super) fn fail_over(&self) {
        let handles = self.model().handles();
        if handles.is_empty() {
            return;
        }
        let which = self.dice().below(handles.len().min(3));
        let updates = if self.failing { 2 } else { self.dice().below(2) + 1 };
        let handle = handles[handles.len() - 1 - which];
        if self.wire.fail_over(handle, updates) {
            let record = self.wire.peek(handle);
            let mut model = self.model();
            model.failovers += 1;
            model.observe(handle, record, self.clock.now(), Step::Unmade);
        }
    }

    pub(super) fn into_model(self) -> Model {
        self.model.into_inner()
    }
}

/// The token in a `Set-Cookie` header; none if it removes the cookie.
fn value(header: &str) -> Option<&str> {
    let (_, value) = header.split(';').next()?.split_once('=')?;
    (!header.contains("Max-Age=0")).then_some(value)
}
