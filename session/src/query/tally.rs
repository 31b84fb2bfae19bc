use crate::error::Error;
use crate::token::Handle;

/// How many failures a [`Tally`] has by themselves: a store full of damage must not fill the memory.
const FAILURES: usize = 1000;

/// What a query could not do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A session could not be read, or not be ended. The query goes on with the next one.
    #[error("session {session:?}: {error}")]
    Session {
        /// Which.
        session: Handle,
        /// Why.
        #[source]
        error: Error,
    },
    /// The store could not be asked. The query is over, and there may be sessions that it has not come to.
    #[error("the query was broken off: {0}")]
    Ended(#[source] Error),
}

impl QueryError {
    /// Why.
    pub const fn error(&self) -> &Error {
        match self {
            Self::Session { error, .. } | Self::Ended(error) => error,
        }
    }

    /// The session that it is about, if it is about one.
    pub const fn session(&self) -> Option<Handle> {
        match self {
            Self::Session { session, .. } => Some(*session),
            Self::Ended(_) => None,
        }
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Session { error, .. } | QueryError::Ended(error) => error,
        }
    }
}

/// What a query has come to.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Tally {
    /// How many sessions were looked at. One that the store showed twice counts twice here, and only here.
    pub seen: u64,
    /// How many matched.
    pub matched: u64,
    /// How many the query has ended, exactly: nobody else ended them. (Behind a store that asks again when an answer was
    /// lost, one whose end was not confirmed at first may be missing.)
    pub ended: u64,
    /// How many matched and did not any more a moment later, because they were changed; they were not ended.
    pub spared: u64,
    /// How many could not be read, or not be ended.
    pub failed: u64,
    /// The first thousand of them. What is damaged can be ended by its handle.
    pub failures: Vec<QueryError>,
    /// Whether there are more sessions, and the query was told to stop.
    pub stopped: bool,
}

impl Tally {
    pub(super) fn failed(&mut self, failure: QueryError) {
        self.failed += 1;
        if self.failures.len() < FAILURES {
            self.failures.push(failure);
        }
    }
}

/// A query that was broken off because the store could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the query was broken off after {} sessions: {error}", tally.seen)]
pub struct Interrupted {
    /// What it had come to. What is in it was done.
    pub tally: Tally,
    /// Why.
    #[source]
    pub error: Error,
}
