//! Settings are checked when a wrapper is made, all problems at once; each is a sentence that says the cure.

use std::time::Duration;

use session::{Error, ErrorKind};

/// What is wrong with some settings.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    /// Notes a problem unless that is right.
    pub(super) fn expect(&mut self, right: bool, problem: impl FnOnce() -> String) {
        if !right {
            self.0.push(problem());
        }
    }

    pub(super) fn some_time(&mut self, name: &str, span: Duration) {
        self.expect(!span.is_zero(), || format!("{name} is zero, so nothing would be in time: give it some"));
    }

    pub(super) fn at_least_one(&mut self, name: &str, number: usize) {
        self.expect(number > 0, || format!("{name} is zero: one is the least"));
    }

    pub(super) fn into_result(self) -> Result<(), Error> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Config(self.0))),
        }
    }
}
