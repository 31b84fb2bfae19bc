//! The scripts of indexes are the rules: whatever joins, is barred, leaves or ends in whatever order, servers answer as
//! `Roll` does, and keep what it keeps, for as long as it does.

mod steps;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use session::clock::Timestamp;
use session::record::{Credential, Nonce, Packing, Principal, Stamp};
use session::store::{
    Absolute, Commit, Condition, Draft, Index as _, LOGIN_LIFE, Limit, Listing, Load, Member, Rotation,
    Store as _, Term, Times, Write,
};
use session::testing::Rolls;
use session::testing::conformance::{Measured as _, Subject as _};
use session::{ErrorKind, Handle, Proof};
use session_tests::cases;
use session_tests::redis_subject::RedisSubject;

use self::steps::{Intent, Pass, Seen, Since, Step, steps};
use super::expected::{SLACK, Said, Shelf};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const SESSIONS: std::ops::RangeInclusive<u8> = 1..=4;
const TERMS: std::ops::RangeInclusive<u8> = 1..=2;

/// What Rust makes of the same steps.
#[derive(Default)]
struct Model {
    rolls: Rolls,
    shelf: Shelf,
    /// Every state that a record ever had, newest last.
    past: BTreeMap<u8, Vec<Stamp>>,
    sent: Vec<(u8, Write)>,
    /// When a term was barred last.
    bars: BTreeMap<u8, Timestamp>,
    /// Every member as it ever was.
    were: BTreeMap<u8, Vec<Member>>,
}

impl Model {
    fn commit(&mut self, number: u8, write: &Write, now: Timestamp) -> Said {
        for member in write.listing.iter().flat_map(|listing| &listing.evicts) {
            self.shelf.end(&member.handle, now);
        }
        let Self { rolls, shelf, .. } = self;
        let answer = rolls.commit(write, now, || shelf.commit(write, now));
        if let Commit::Committed { record, .. } = &answer {
            let past = self.past.entry(number).or_default();
            past.push(record.header.stamp());
            past.dedup();
        }
        answer.into()
    }

    /// When the last key goes, as long as nobody asks for anything: who asks makes the rolls forget.
    fn ends(&mut self) -> Option<Timestamp> {
        let rolls = TERMS.filter_map(|number| self.rolls.of(&term(number)).ends());
        rolls.map(|ends| ends.after(SLACK + MS)).chain(self.shelf.ends()).max()
    }

    fn members(&mut self, number: u8, now: Timestamp) -> Vec<Member> {
        let members = self.rolls.of(&term(number)).members(now);
        let were = self.were.entry(number).or_default();
        let new: Vec<_> = members.iter().filter(|member| !were.contains(member)).collect();
        were.extend(new);
        members
    }

    /// Those of a term that were chosen, as far as there are any.
    fn chosen(&mut self, number: u8, chosen: &[Seen], now: Timestamp) -> Vec<Member> {
        let present = self.members(number, now);
        let were = &self.were[&number];
        // Those above all that are members still, and have said so again.
        let has_changed =
            |was: &&Member| present.iter().any(|is| is.handle == was.handle && is.stamp != was.stamp);
        let changed: Vec<_> = were.iter().filter(has_changed).copied().collect();
        let stale = if changed.is_empty() { were } else { &changed };
        let member = |Seen { which, is_stale }: &Seen| {
            let among = if *is_stale { stale } else { &present };
            (!among.is_empty()).then(|| *which.get(among))
        };
        chosen.iter().filter_map(member).collect()
    }

    fn write(&mut self, intent: &Intent, now: Timestamp) -> Write {
        let past = self.past.get(&intent.number).map_or(&[][..], Vec::as_slice);
        let base = past.len().checked_sub(1 + intent.base).map(|place| past[place]);
        let forged = Stamp { revision: 100, nonce: Nonce([9; 8]) };
        let condition = match base.map(|base| if intent.forged { forged } else { base }) {
            Some(stamp) if !intent.creates => Condition::Matches { stamp, proof: proof() },
            _ => Condition::Absent { not_after: now.after(30 * SECOND) },
        };
        let draft = Draft {
            persistent: false,
            remembered: false,
            schema_version: 1,
            min_reader: 1,
            lineage: [intent.number; 16],
            principal: Principal::NOBODY,
            packing: Packing::NONE,
            credential: Some(Credential::only(proof())),
            binding: None,
        };
        let times = Times {
            idle_span: Duration::from_secs(intent.idle),
            absolute: intent.span.map_or(Absolute::Keep, |span| Absolute::Span(Duration::from_secs(span))),
            authenticates: intent.authenticates,
            rotation: Rotation::None,
        };
        let nonce = Nonce((1 + self.sent.len() as u64).to_le_bytes());
        let mut write = Write::new(handle(intent.number), condition, nonce, draft, times, Bytes::new());
        write.answer_lost = intent.forged;
        write.listing = Some(Box::new(self.listing(intent, now)));
        write
    }

    fn listing(&mut self, intent: &Intent, now: Timestamp) -> Listing {
        let since = match intent.since {
            Since::Ago(millis) => now.before(Duration::from_millis(millis)),
            Since::AtBar { term, late } => {
                let bar =
                    self.bars.get(&term).map_or(now, |bar| bar.before(MS).after(Duration::from_millis(late)));
                // What has not passed yet is nobody's past.
                bar.min(now)
            }
            Since::Old(more) => now.before(LOGIN_LIFE + Duration::from_millis(more)),
        };
        let which = |joins: bool| {
            let says = TERMS.zip(intent.says);
            says.filter(move |(_, says)| *says == Some(joins)).map(|(number, _)| number)
        };
        let mut listing = Listing::new(since);
        listing.adds = which(true).map(term).collect();
        listing.removes = which(false).map(term).collect();
        listing.deadline = intent.deadline.map(|millis| now.after(Duration::from_millis(millis)));
        // The first one: where another term refuses before the limited one is asked, a server keeps those that were to make
        // room listed until somebody looks. They are over.
        if let (Some(most), Some(number)) = (intent.most, which(true).next()) {
            listing.limit = Some(Limit { term: term(number), most });
            listing.evicts = self.chosen(number, &intent.evicts, now);
        }
        listing
    }

    fn moment(&mut self, pass: &Pass, now: Timestamp) -> Timestamp {
        let moment = match *pass {
            Pass::Millis(millis) => now.after(Duration::from_millis(millis)),
            Pass::ToDeadline { term, which, before } => {
                let members = self.members(term, now);
                let until = (!members.is_empty()).then(|| which.get(&members).until);
                until.unwrap_or(now).before(if before { MS } else { Duration::ZERO })
            }
            Pass::ToBar { term, after } => {
                let known = self.bars.get(&term).map_or(now, |bar| bar.after(LOGIN_LIFE));
                known.after(if after { MS } else { Duration::ZERO })
            }
        };
        self.shelf.certain(moment.max(now))
    }
}

fn handle(number: u8) -> Handle {
    Handle::from_bytes([number; 16])
}

fn term(number: u8) -> Term {
    Term::from_bytes([number; 16])
}

fn proof() -> Proof {
    Proof::from_bytes([1; 32])
}

/// The same steps on servers.
struct Side(RedisSubject);

impl Side {
    fn answer<V>(&self, answer: impl Future<Output = Result<V, session::Error>>) -> V {
        self.0.run(answer).expect("the servers are up")
    }

    fn commit(&self, write: &Write) -> Said {
        self.answer(self.0.store().commit(write)).into()
    }

    /// What there is, where the model is now, and for how long.
    fn holds(&self, model: &mut Model, now: Timestamp) -> Result<(), TestCaseError> {
        for number in TERMS {
            let members = Said::members(self.answer(self.0.store().members(&term(number))));
            prop_assert_eq!(members, Said::Members(model.members(number, now)), "of {}", number);
        }
        let sizes = self.0.sizes();
        for number in TERMS {
            let roll = model.rolls.of(&term(number));
            let tag = Handle::from_bytes(*term(number).as_bytes()).encode();
            let members = roll.members(now).len() as u64;
            let left = roll.ends().unwrap_or(now).since(now) + SLACK;
            // The server's own clock does not stand still; and a bar is over at the moment after its end.
            let right = (left.saturating_sub(SLACK / 2)).as_millis()..=(left + MS).as_millis();
            for (kind, size) in [("roll", members), ("stamps", roll.kept() as u64)] {
                let kept = sizes.get(&format!("{kind}:{{{tag}}}"));
                prop_assert_eq!(kept.map_or(0, |(size, _)| *size), size, "the {} of {}", kind, number);
                if let Some((_, left)) = kept {
                    prop_assert!(right.contains(&(*left).into()), "{left} ms for {kind}, and not {right:?}");
                }
            }
        }
        let handles: Vec<_> = SESSIONS.map(handle).collect();
        for (handle, load) in handles.iter().zip(self.answer(self.0.store().load_many(&handles))) {
            let found = match load.expect("a record") {
                Load::Found(record) => Some(record.encode()),
                Load::Absent => None,
            };
            let kept = model.shelf.record(handle).filter(|record| !record.header.is_expired(now));
            prop_assert_eq!(found, kept.map(session::record::Record::encode));
        }
        Ok(())
    }
}

fn agree(subject: RedisSubject, steps: &[Step]) -> Result<(), TestCaseError> {
    let server = Side(subject);
    let store = server.0.store();
    let (mut model, mut ends) = (Model::default(), None);
    for step in steps {
        let now = store.now();
        model.shelf.sweep(now);
        let (said, expected) = match step {
            Step::Commit(intent) => {
                let write = model.write(intent, now);
                model.sent.push((intent.number, write.clone()));
                (server.commit(&write), model.commit(intent.number, &write, now))
            }
            Step::Again { which, attempt, answer_lost } => {
                if model.sent.is_empty() {
                    continue;
                }
                let (number, mut write) = which.get(&model.sent).clone();
                (write.answer_lost, write.nonce) = (*answer_lost, write.nonce.attempt(*attempt));
                (server.commit(&write), model.commit(number, &write, now))
            }
            Step::Bar { term: number, except } => {
                let except = except.map(handle);
                model.bars.insert(*number, now);
                let said = server.answer(store.bar(&term(*number), except.as_ref()));
                let expected = model.rolls.of(&term(*number)).bar(except, now);
                (Said::members(said), Said::Members(expected))
            }
            Step::Unlist { term: number, seen } => {
                let seen = model.chosen(*number, seen, now);
                server.answer(store.unlist(&term(*number), &seen));
                for member in &seen {
                    model.rolls.of(&term(*number)).unlist(member);
                }
                (Said::Done, Said::Done)
            }
            Step::End { number } => {
                let ended = Said::Ended(server.answer(store.end(&handle(*number))));
                (ended, model.shelf.end(&handle(*number), now))
            }
            Step::Pass(pass) => {
                server.0.advance(model.moment(pass, now).since(now));
                continue;
            }
        };
        prop_assert_eq!(said, expected, "after {:?}", step);
        server.holds(&mut model, now)?;
        ends = model.ends();
    }
    server.0.advance(ends.unwrap_or_default().since(store.now()));
    prop_assert_eq!(server.0.kept(), 0, "keys are left when everything is over");
    Ok(())
}

/// What chance brings about once in a hundred times.
#[test]
fn what_is_rare_is_as_the_rules_say() {
    let says = |number, says| Intent { says, ..Intent::create(number) };
    let commit = |intent| Step::Commit(Box::new(intent));
    let joins = |number| commit(says(number, [Some(true), None]));
    let bar = |term, except| Step::Bar { term, except };
    let limited = Intent { most: Some(2), ..says(3, [Some(true), None]) };
    let over_the_doomed = [joins(1), joins(2), bar(1, Some(1)), Step::Pass(Pass::Millis(1)), commit(limited)];
    let changes = |to| commit(Intent { creates: false, ..says(1, to) });
    // The first change says once more that it is of the first term before the second one refuses it.
    let at_one_revision = [joins(1), bar(2, None), changes([Some(true); 2]), changes([Some(false), None])];
    for steps in [&over_the_doomed[..], &at_one_revision] {
        agree(RedisSubject::single(), steps).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// A commit that joins several terms, and is not sent at all.
#[test]
fn a_commit_that_is_too_large_lists_nothing() {
    let server = Side(RedisSubject::single());
    let store = server.0.store();
    let mut write = Model::default().write(&Intent::create(1), store.now());
    write.fields = vec![0; store.capabilities().max_record.expect("a bound")].into();
    let mut listing = Listing::new(store.past());
    listing.adds = TERMS.map(term).collect();
    write.listing = Some(Box::new(listing));
    let refused = server.0.run(store.commit(&write));
    assert!(refused.is_err_and(|error| matches!(error.kind(), ErrorKind::TooLarge { .. })));
    assert_eq!(server.0.kept(), 0, "who is listed in vain");
}

proptest! {
    #![proptest_config(cases(110))]

    #[test]
    fn a_server_lists_whom_the_rules_list(steps in steps()) {
        agree(RedisSubject::single(), &steps)?;
    }
}

proptest! {
    #![proptest_config(cases(15))]

    #[test]
    fn a_cluster_lists_whom_the_rules_list(steps in steps()) {
        agree(RedisSubject::cluster(), &steps)?;
    }
}
