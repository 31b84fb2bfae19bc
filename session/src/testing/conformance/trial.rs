use std::fmt::{Debug, Display};
use std::time::Duration;

use super::subject::Subject;
use super::writes::{create, handle, proof};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::record::Record;
use crate::store::{Commit, Gone, Load, Locator, Store, Touch, Touched, Write};
use crate::token::Proof;

/// One law being tried on one store. Whatever is not as the law wants it ends the trial with a panic that says the law
/// and what was seen.
pub(super) struct Trial<'s, S> {
    law: &'static str,
    pub(super) subject: &'s S,
}

impl<'s, S: Subject> Trial<'s, S> {
    pub(super) const fn of(subject: &'s S, law: &'static str) -> Self {
        Self { law, subject }
    }

    #[track_caller]
    pub(super) fn broken(&self, seen: impl Display) -> ! {
        panic!("broken law: {}\n      seen: {seen}", self.law)
    }

    #[track_caller]
    pub(super) fn expect(&self, holds: bool, seen: impl Display) {
        if !holds {
            self.broken(seen);
        }
    }

    #[track_caller]
    pub(super) fn equal<V: PartialEq + Debug + Copy>(&self, what: &str, seen: V, expected: V) {
        self.expect(seen == expected, format_args!("{what} is {seen:?}, and not {expected:?}"));
    }

    /// The answer of a store that is there.
    #[track_caller]
    pub(super) fn answer<V>(&self, what: &str, answer: Result<V, Error>) -> V {
        answer.unwrap_or_else(|error| self.broken(format_args!("{what} failed: {error:?}")))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.subject.store().now()
    }

    pub(super) fn pass(&self, span: Duration) {
        self.subject.advance(span);
    }

    /// A create of session `number` for this moment.
    pub(super) fn create(&self, number: u64) -> Write {
        create(number, self.now())
    }

    /// Creates session `number`.
    #[track_caller]
    pub(super) fn begin(&self, number: u64) -> Record {
        self.expect(
            !self.subject.store().capabilities().client_side,
            "the store says that its client keeps the records, so it is put to the wrong laws",
        );
        self.committed("a create", &self.create(number))
    }

    #[track_caller]
    pub(super) fn commit(&self, what: &str, write: &Write) -> Commit {
        self.answer(what, self.try_commit(write))
    }

    pub(super) fn try_commit(&self, write: &Write) -> Result<Commit, Error> {
        self.subject.run(self.subject.store().commit(write))
    }

    /// The record that `write` makes.
    #[track_caller]
    pub(super) fn committed(&self, what: &str, write: &Write) -> Record {
        match self.commit(what, write) {
            Commit::Committed { record, .. } => record,
            other => self.broken(format_args!("{what} was answered {other:?}, and not Committed")),
        }
    }

    /// The record that `write` conflicts with.
    #[track_caller]
    pub(super) fn conflict(&self, what: &str, write: &Write) -> Record {
        match self.commit(what, write) {
            Commit::Conflict(record) => record,
            other => self.broken(format_args!("{what} was answered {other:?}, and not Conflict")),
        }
    }

    #[track_caller]
    pub(super) fn gone(&self, what: &str, write: &Write) -> Gone {
        match self.commit(what, write) {
            Commit::Gone(why) => why,
            other => self.broken(format_args!("{what} was answered {other:?}, and not Gone")),
        }
    }

    /// Like [`gone`](Self::gone), where the reason is part of the law.
    #[track_caller]
    pub(super) fn gone_because(&self, what: &str, write: &Write, why: Gone) {
        let seen = self.gone(what, write);
        self.expect(seen == why, format_args!("{what} was answered Gone({seen:?}), and not Gone({why:?})"));
    }

    pub(super) fn try_load(&self, number: u64) -> Result<Load, Error> {
        self.subject.run(self.subject.store().load(&Locator::Handle(handle(number))))
    }

    #[track_caller]
    pub(super) fn load(&self, number: u64) -> Option<Record> {
        match self.answer("a load", self.try_load(number)) {
            Load::Found(record) => Some(record),
            Load::Absent => None,
        }
    }

    #[track_caller]
    pub(super) fn found(&self, number: u64) -> Record {
        self.load(number).unwrap_or_else(|| self.broken("a load found nothing where a session is live"))
    }

    #[track_caller]
    pub(super) fn absent(&self, when: &str, number: u64) {
        if let Some(record) = self.load(number) {
            self.broken(format_args!("{when}, a load found {record:?}"));
        }
    }

    /// Session `number` stands in the store exactly so.
    #[track_caller]
    pub(super) fn stands(&self, when: &str, number: u64, expected: &Record) {
        self.same(when, &self.found(number), expected);
    }

    #[track_caller]
    pub(super) fn same(&self, when: &str, seen: &Record, expected: &Record) {
        let same = (&seen.header, &seen.fields) == (&expected.header, &expected.fields);
        self.expect(same, format_args!("{when}, there is {seen:?}, and not {expected:?}"));
    }

    /// A touch under secret 1, however little it gains: the idle deadline then.
    #[track_caller]
    pub(super) fn touch(&self, number: u64) -> Result<Timestamp, Gone> {
        self.touch_by(number, proof(1), Duration::ZERO)
    }

    #[track_caller]
    pub(super) fn touch_by(&self, number: u64, by: Proof, threshold: Duration) -> Result<Timestamp, Gone> {
        match self.answer("a touch", self.try_touch(number, by, threshold)) {
            Touched::Until { idle_deadline, .. } => Ok(idle_deadline),
            Touched::Gone(why) => Err(why),
        }
    }

    pub(super) fn try_touch(&self, number: u64, by: Proof, threshold: Duration) -> Result<Touched, Error> {
        self.subject.run(self.subject.store().touch(&Touch::new(handle(number), by, threshold)))
    }

    #[track_caller]
    pub(super) fn delete(&self, number: u64) -> bool {
        self.answer("a delete", self.try_delete(number))
    }

    pub(super) fn try_delete(&self, number: u64) -> Result<bool, Error> {
        self.subject.run(self.subject.store().delete(&handle(number)))
    }
}
