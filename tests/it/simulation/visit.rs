//! One request, whatever it does: what it may see when it opens its session, and what its commits promise.

use std::future::poll_fn;
use std::mem::take;
use std::rc::Rc;
use std::sync::Arc;

use session::http::{Exchange, RequestFacts};
use session::{Current, Error, ErrorKind, Handle, Session, SessionData};

use super::ground::Flaw;
use super::model::{Kind, Model, Tag};
use super::wire::give_way;
use super::world::{World, group};

#[expect(clippy::struct_excessive_bools, reason = "things that happened, each by itself")]
pub(super) struct Visit<T: SessionData> {
    pub(super) world: Rc<World>,
    pub(super) client: usize,
    exchange: Exchange<T>,
    pub(super) session: Session<T>,
    /// The session that was opened, and its number of rotations: what the next commit is conditional on.
    key: Option<(usize, u32)>,
    /// Numbers in the fields that were written and not yet acknowledged.
    pub(super) writes: Vec<u64>,
    /// All numbers that this request wrote anywhere.
    pub(super) all: Vec<u64>,
    /// The next commit replaces the id, and every older one is dead.
    pub(super) strict: bool,
    /// The session that the next commit ends, because its principal left.
    pub(super) left: Option<Handle>,
    /// The principal left while a commit was under way.
    pub(super) departed: bool,
    /// This request ended a session, so it may clear the cookie.
    pub(super) ended: bool,
    /// The last commit had no answer, or none but one that it has in part: what was asked for may have been done.
    pub(super) in_doubt: bool,
    /// How many failovers there had been when something was written that such a commit may have taken with it.
    since: Option<u32>,
    /// Messages that this page shows.
    pub(super) taken: Vec<u64>,
}

/// What was so when a commit began.
struct Attempt {
    dead: Option<&'static str>,
    /// What no commit before it has tried to write.
    first: Vec<u64>,
    failovers: u32,
}

impl<T: SessionData> Visit<T> {
    /// The first look at the session; none if it could not be loaded.
    pub(super) async fn open(world: Rc<World>, client: usize) -> Option<Self> {
        let cookie = world.cookie(client);
        Self::with(world, client, cookie).await
    }

    /// As [`open`](Self::open), with that cookie.
    pub(super) async fn with(world: Rc<World>, client: usize, cookie: Option<String>) -> Option<Self> {
        let dead = cookie.as_deref().and_then(|cookie| world.model().dead(cookie));
        let node = world.dice().below(2);
        let exchange = Exchange::new(Arc::clone(&world.nodes[node]));
        let header = cookie.as_ref().map(|value| format!("{}={value}", exchange.cookie_name()));
        let session = match exchange.open(header.iter().map(String::as_bytes)).await {
            Ok(session) => session,
            Err(error) => {
                failed(&mut world.model(), client, "opening", &error);
                return None;
            }
        };
        let key = opened(&world, client, cookie.as_deref(), dead, &session);
        Some(Self {
            world,
            client,
            exchange,
            session,
            key,
            writes: Vec::new(),
            all: Vec::new(),
            strict: false,
            left: None,
            departed: false,
            ended: false,
            in_doubt: false,
            since: None,
            taken: Vec::new(),
        })
    }

    pub(super) fn current(&self) -> &Current<T> {
        &self.session
    }

    /// A number to write now.
    pub(super) fn tag(&mut self, kind: Kind, principal: Option<i64>) -> u64 {
        let (client, group) = (self.client, group(self.client));
        let tag = self.world.model().tag(Tag { kind, client, group, principal, sent: false });
        self.all.push(tag);
        if kind != Kind::Other {
            self.writes.push(tag);
        }
        tag
    }

    pub(super) fn say(&self, what: &str) {
        self.world.say(format!("client {}: {what}", self.client));
    }

    /// A commit in the middle of the request; one without an answer is sometimes asked for again.
    pub(super) async fn commit(&mut self) {
        loop {
            let attempt = self.attempt();
            match self.current().commit().await {
                Ok(()) => {
                    self.say("committed");
                    return self.acknowledged(&attempt);
                }
                Err(error) => {
                    self.refused(&attempt, &error);
                    if !error.is_unavailable() || self.world.dice().chance(300) {
                        return;
                    }
                }
            }
            let pause = self.world.dice().below(24);
            for _ in 0..pause {
                give_way().await;
            }
        }
    }

    /// A commit in one task while another one does `meanwhile` whenever the commit waits.
    pub(super) async fn commit_while(&mut self, mut meanwhile: impl FnMut(&mut Self)) {
        let attempt = self.attempt();
        // What the commit takes with it, and what is new from here on.
        let (writes, strict, left) = (take(&mut self.writes), take(&mut self.strict), self.left.take());
        let (in_doubt, failovers) = (self.in_doubt, attempt.failovers);
        self.departed = false;
        let session = self.session.clone();
        let mut commit = Box::pin(async move {
            let current: &Current<T> = &session;
            current.commit().await
        });
        let outcome = poll_fn(|context| {
            let polled = commit.as_mut().poll(context);
            if polled.is_pending() {
                meanwhile(self);
                // A commit that is asked for again is followed by one of what was changed since.
                if in_doubt {
                    self.world.model().sent(&self.all);
                }
            }
            polled
        })
        .await;
        let (newer, stricter, mut leaving) =
            (take(&mut self.writes), take(&mut self.strict), self.left.take());
        let departed = take(&mut self.departed);
        match &outcome {
            Ok(()) => {
                self.say("committed, and changed meanwhile");
                if departed {
                    // Whatever it wrote is of the session that was left.
                    self.world.model().end(left, "left");
                    self.in_doubt = false;
                    // What had to be asked for again was followed by the next commit, which took the departure with it:
                    // until a departure is committed nothing is stored of this request.
                    if self.current().id().is_some() {
                        self.world.model().end(leaving.take(), "left");
                    }
                } else {
                    (self.writes, self.strict, self.left) = (writes, strict, left);
                    self.acknowledged(&attempt);
                }
                (self.writes, self.strict, self.left) = (newer, stricter, leaving);
                self.since = in_doubt.then_some(failovers);
            }
            Err(error) => {
                self.left = leaving.or(left);
                if departed {
                    (self.writes, self.strict) = (newer, stricter);
                    self.in_doubt = true;
                    failed(&mut self.world.model(), self.client, "committing", error);
                } else {
                    (self.writes, self.strict) = ([writes, newer].concat(), strict || stricter);
                    self.refused(&attempt, error);
                }
            }
        }
    }

    /// The response leaves, and with it the last commit.
    pub(super) async fn end(mut self, facts: RequestFacts, status: u16) {
        self.say(&format!("answers {status}, {facts:?}"));
        let shows = status < 300 && !facts.head && !facts.prefetch;
        if shows {
            self.world.model().showing.extend(&self.taken);
        }
        let attempt = (status < 500).then(|| self.attempt());
        let Some(mut finish) = self.exchange.finish(facts, status).await else { return };
        match (&finish.failure, attempt) {
            // What a safe request wrote too late is dropped without a word, unless it changes rights.
            (None, Some(attempt)) if !facts.safe || (self.strict && !self.in_doubt) => {
                self.acknowledged(&attempt);
            }
            (None, _) => {}
            (Some(error), attempt) => {
                if let Some(attempt) = &attempt {
                    self.refused(attempt, error);
                }
                if self.world.flaw == Flaw::ClearOnGone && error.is_gone() {
                    finish.set_cookie = Some("__Host-session=; Max-Age=0".to_owned());
                }
            }
        }
        let clears = finish.set_cookie.as_ref().is_some_and(|header| header.contains("Max-Age=0"));
        if clears && !self.ended {
            let what = format!("client {} ended nothing", self.client);
            self.world.model().violated("a late response clears no cookie", what);
        }
        self.world.send(self.client, finish.set_cookie);
    }

    fn attempt(&self) -> Attempt {
        let mut model = self.world.model();
        let unsent = |tag: &&u64| model.known(**tag).is_some_and(|tag| !tag.sent);
        let first = self.writes.iter().filter(unsent).copied().collect();
        model.sent(&self.all);
        let dead = self.key.filter(|_| self.current().id().is_some()).and_then(|(index, number)| {
            let known = &model.records[index];
            known.ended.or_else(|| (number < known.dead_below).then_some("rotated strictly"))
        });
        Attempt { dead, first, failovers: self.since.unwrap_or(model.failovers) }
    }

    /// What an acknowledged commit promises.
    fn acknowledged(&mut self, attempt: &Attempt) {
        let id = self.current().id();
        let rotations = self.current().rotations();
        let mut model = self.world.model();
        let index = id.and_then(|id| model.find(id));
        let who = format!("client {}, #{index:?}", self.client);
        if let Some(dead) = attempt.dead
            && !attempt.first.is_empty()
            && index == self.key.map(|(index, _)| index)
        {
            model.violated("a dead session takes no writes", format!("{who}: {dead}, and a write was taken"));
        }
        match index {
            None if !attempt.first.is_empty() => {
                model.violated("no write is lost", format!("{who}: nothing is stored"));
            }
            Some(index) if attempt.failovers == model.failovers => {
                // What an earlier commit had made after all may have ended with the session that it was made to.
                let moved = self.key.map_or(self.in_doubt, |(before, _)| before != index);
                let writes = if moved { &attempt.first } else { &self.writes };
                check_stored(&mut model, index, self.client, writes);
            }
            _ => {}
        }
        self.writes.clear();
        if let Some(index) = index {
            if self.strict {
                // An attempt before may have been the strict one, and this one a periodic one.
                let since = match self.key {
                    Some((before, number)) if self.in_doubt && before == index => number + 1,
                    _ if self.in_doubt => 0,
                    _ => rotations,
                };
                let dead_below = &mut model.records[index].dead_below;
                *dead_below = since.max(*dead_below);
            }
            if self.strict || self.key.is_none_or(|(before, _)| before != index) {
                self.key = Some((index, rotations));
            }
            self.strict = false;
        }
        model.end(self.left.take(), "left");
        (self.in_doubt, self.since) = (false, None);
    }

    /// A commit that was not made, or not as far as anybody knows.
    fn refused(&mut self, attempt: &Attempt, error: &Error) {
        if self.in_doubt {
            // What was in doubt may have been made, and another commit refused after it.
            self.since = Some(attempt.failovers);
        }
        self.in_doubt |= !error.is_gone();
        let mut model = self.world.model();
        failed(&mut model, self.client, "committing", error);
        if !error.is_gone() {
            return;
        }
        let now = self.world.now();
        let Some((index, number)) = self.key else { return };
        let lives = |model: &Model| {
            let view = model.records[index].view.as_ref();
            view.is_some_and(|view| view.header.rotations == number && !view.header.is_expired(now))
        };
        if self.current().id().is_some() && lives(&model) {
            let what = format!("client {}: {error}, and #{index} lives", self.client);
            model.violated("nobody is logged out", what);
        }
    }
}

/// Acknowledged writes are there, unless the session is over.
fn check_stored(model: &mut Model, index: usize, client: usize, writes: &[u64]) {
    let Some(view) = model.records[index].view.clone() else { return };
    for tag in writes {
        let lost = match model.known(*tag).map(|tag| tag.kind) {
            Some(Kind::Write) => !view.room.seen.contains(tag),
            Some(Kind::Extra) => view.extra.tag != *tag,
            _ => false,
        };
        if lost {
            model
                .violated("no write is lost", format!("#{index}: {tag} was acknowledged to client {client}"));
        }
    }
    let last = writes.iter().rfind(|tag| model.known(**tag).is_some_and(|tag| tag.kind == Kind::Write));
    // Numbers grow, and nobody else writes this one.
    if last.is_some_and(|last| view.room.marks()[client] < *last) {
        let what =
            format!("#{index}: the mark of client {client} in {:?} is not {last:?}", view.room.marks());
        model.violated("disjoint fields are never lost", what);
    }
}

/// What somebody may see who comes with that cookie.
fn opened<T: SessionData>(
    world: &World,
    client: usize,
    cookie: Option<&str>,
    dead: Option<&'static str>,
    session: &Session<T>,
) -> Option<(usize, u32)> {
    let current: &Current<T> = session;
    let now = world.now();
    let mut model = world.model();
    let index = current.id().and_then(|id| model.find(id));
    let presented = cookie.and_then(|cookie| model.token(cookie));
    model.say(format!("client {client}: opens {index:?} with a token of {:?}", presented.map(|(of, _)| of)));
    match (cookie, index) {
        (Some(cookie), None) if model.opens(cookie, now) => {
            model.violated("a live token opens", format!("client {client} has no session"));
        }
        (_, Some(index)) => {
            if let Some(why) = dead {
                model.violated("a dead token opens nothing", format!("client {client}, #{index}: {why}"));
            }
            if presented.map(|(of, _)| of) != Some(index) {
                model.violated("a token opens its own session", format!("client {client}, #{index}"));
            }
        }
        _ => {}
    }
    index.map(|index| (index, current.rotations()))
}

/// The errors that faults, time and others may cause; there are no others.
fn failed(model: &mut Model, client: usize, doing: &str, error: &Error) {
    model.say(format!("client {client}: {doing}: {}", word(error.kind())));
    if word(error.kind()) == "unexpected" {
        model.violated("errors are the expected ones", format!("client {client}, {doing}: {error:?}"));
    }
}

/// Without the reasons of `Gone`: whether something expired or was swept away is the store's own business.
fn word(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unavailable { .. } => "unavailable",
        ErrorKind::Gone(_) => "gone",
        ErrorKind::Contended { .. } => "contended",
        ErrorKind::OutcomeUnknown => "outcome unknown",
        _ => "unexpected",
    }
}
