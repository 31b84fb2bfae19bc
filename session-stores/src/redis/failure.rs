//! What goes wrong between here and a server, and what is known of the command then.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use redis::{RedisError, ServerError};
use session::{Applied, Error, ErrorKind};

/// Why a command has no useful answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// It never left: it surely had no effect.
    Unsent(Unsent),
    /// It left, or may have, and no answer came: it may have had its effect, or have it yet.
    Unanswered(Box<dyn StdError + Send + Sync>),
    /// The server refused it, and did nothing.
    Refused(ServerError),
    /// The server did it, and fewer replicas have it than it was to wait for.
    NotReplicated(NotReplicated),
}

/// A write was made, and fewer replicas than asked for have said that they have it: a failover may lose it. The source of
/// the `Unavailable` of a store with [`replicas_ack`](super::RedisStoreBuilder::replicas_ack).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{acknowledged} of {wanted} replicas have the write; the master has made it")]
pub struct NotReplicated {
    /// How many were to have it.
    pub wanted: u32,
    /// How many said in time that they do.
    pub acknowledged: u32,
}

/// Why a command never left.
#[derive(Debug)]
pub(super) enum Unsent {
    /// There is no connection, and a new one failed.
    NotConnected(Box<dyn StdError + Send + Sync>),
    /// Connecting failed a moment ago and is tried again after that time.
    Waiting(Duration),
    /// No connection, and none of its turns, in the time for the operation.
    OutOfTime,
    /// More operations wait than the store was built for.
    TooMany,
    /// The store was shut down.
    ShutDown,
}

const DENIED: &str = "the Redis server refuses the user or the password in the store's address";

impl Unsent {
    /// Whether it is the user or the password, and not the server.
    fn is_denied(&self) -> bool {
        let Self::NotConnected(source) = self else { return false };
        source.downcast_ref::<RedisError>().is_some_and(|error| {
            error.kind() == redis::ErrorKind::AuthenticationFailed
                || matches!(error.code(), Some("WRONGPASS" | "NOAUTH"))
        })
    }
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected(_) => f.write_str("no connection to the Redis server"),
            Self::Waiting(_) => {
                f.write_str("no connection to the Redis server, and the last attempt just failed")
            }
            Self::OutOfTime => f.write_str("no connection to the Redis server in the time for the operation"),
            Self::TooMany => f.write_str("too many operations wait for the Redis server"),
            Self::ShutDown => f.write_str("the session store was shut down"),
        }
    }
}

impl StdError for Unsent {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotConnected(source) => Some(source.as_ref()),
            _ => None,
        }
    }
}

/// The time for an answer was over.
#[derive(Debug, thiserror::Error)]
#[error("the Redis server gave no answer in {0:?}")]
pub(super) struct NoAnswer(pub(super) Duration);

/// A server that is not what it was taken for.
#[derive(Debug, thiserror::Error)]
pub(super) enum WrongServer {
    #[error("the Redis server is a replica; sessions are read from the master and written to it")]
    Replica,
    #[error("the connection was given up again before anybody used it")]
    Left,
    #[error("no Sentinel that answers knows a master of that name")]
    NoMaster,
    #[error("no server of the Redis cluster gave its slots")]
    NoSlots,
    #[cfg(feature = "cluster")]
    #[error("the server that was found is not the one that commands go to")]
    Moved,
    #[error("the slot of the session has no master in the Redis cluster")]
    NoOwner,
    #[error("the servers of the Redis cluster sent a command on and on")]
    SentOn,
    #[error("the answer is not one to the command")]
    Answer,
}

impl From<Unsent> for Failure {
    fn from(unsent: Unsent) -> Self {
        Self::Unsent(unsent)
    }
}

impl Failure {
    /// A connection that broke, or the error that the driver makes of a server's.
    pub(super) fn of_driver(error: RedisError) -> Self {
        match error.clone().into_server_errors().as_deref() {
            Some([(_, refused), ..]) => Self::Refused(refused.clone()),
            _ => Self::Unanswered(error.into()),
        }
    }

    /// What the server refused it with, if it did: `NOSCRIPT`, `MOVED`, …
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => Some(code(error)),
            _ => None,
        }
    }

    /// The same for whoever asked the store.
    pub(super) fn into_error(self) -> Error {
        let unavailable = |applied, retry_after| Error::new(ErrorKind::Unavailable { applied, retry_after });
        match self {
            Self::Unsent(unsent) => {
                let retry_after = match &unsent {
                    Unsent::Waiting(span) => Some(*span),
                    _ => None,
                };
                let error = unavailable(Applied::No, retry_after);
                match unsent.is_denied() {
                    true => error.in_context(DENIED).caused_by(unsent),
                    false => error.caused_by(unsent),
                }
            }
            Self::Unanswered(source) => unavailable(Applied::Unknown, None).caused_by(source),
            Self::NotReplicated(missing) => unavailable(Applied::Unknown, None).caused_by(missing),
            Self::Refused(refused) => of_refusal(&refused).caused_by(RedisError::from(refused)),
        }
    }
}

fn of_refusal(refused: &ServerError) -> Error {
    let not_done = || Error::new(ErrorKind::Unavailable { applied: Applied::No, retry_after: None });
    match code(refused) {
        "WRONGTYPE" => {
            Error::new(ErrorKind::Corrupt).in_context("the session's key in Redis holds something else")
        }
        // What is known of the room is not in the refusal.
        "OOM" => Error::new(ErrorKind::Full { limit: 0 }).in_context("the Redis server is at its maxmemory"),
        "NOPERM" => not_done().in_context(
            "the Redis user may not do this (the documentation of `session_stores::redis` lists what it must be \
             allowed)",
        ),
        "NOAUTH" | "WRONGPASS" => not_done().in_context(DENIED),
        "LOADING" | "BUSY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" | "READONLY" | "NOREPLICAS"
        | "MISCONF" | "MOVED" | "ASK" | "CROSSSLOT" | "NOSCRIPT" => not_done(),
        // An error that a script can raise in its middle, or one that is not known here.
        _ => Error::new(ErrorKind::Unavailable { applied: Applied::Unknown, retry_after: None }),
    }
}

/// The code of a refusal. Before Redis 7 an error inside of a script is an `ERR` with the code in its text.
fn code(error: &ServerError) -> &str {
    let inner = || {
        let (_, rest) = error.details()?.split_once(": -")?;
        rest.split_ascii_whitespace().next()
    };
    match error.code() {
        "ERR" => inner().unwrap_or("ERR"),
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Failure {
        let (code, detail) = text.split_once(' ').expect("a code and a text");
        let error = redis::make_extension_error(code.to_owned(), Some(detail.to_owned()));
        Failure::of_driver(error)
    }

    #[test]
    fn what_a_refusal_means_follows_from_its_code() {
        let no = ErrorKind::Unavailable { applied: Applied::No, retry_after: None };
        for code in ["LOADING", "BUSY", "READONLY", "CLUSTERDOWN", "NOPERM", "NOAUTH", "WRONGPASS", "MISCONF"]
        {
            let error = refused(&format!("{code} with some words")).into_error();
            assert_eq!(*error.kind(), no, "{code}");
            assert!(std::error::Error::source(&error).is_some(), "{code}");
        }
        assert_eq!(*refused("WRONGTYPE Operation against a key").into_error().kind(), ErrorKind::Corrupt);
        assert_eq!(*refused("OOM command not allowed").into_error().kind(), ErrorKind::Full { limit: 0 });
        let unknown = ErrorKind::Unavailable { applied: Applied::Unknown, retry_after: None };
        assert_eq!(*refused("ERR something else").into_error().kind(), unknown);
    }

    #[test]
    fn an_error_inside_of_a_script_of_redis_6_is_known_by_its_own_code() {
        let old =
            "ERR Error running script (call to f_6ac): @user_script:12: -WRONGTYPE Operation against a key";
        assert_eq!(refused(old).code(), Some("WRONGTYPE"));
        let old = "ERR Error running script (call to f_6ac): @user_script: 12: -OOM command not allowed";
        assert_eq!(refused(old).code(), Some("OOM"));
    }

    #[test]
    fn a_command_that_never_left_had_no_effect() {
        for unsent in [Unsent::OutOfTime, Unsent::TooMany, Unsent::ShutDown] {
            let error = Failure::from(unsent).into_error();
            assert!(matches!(
                error.kind(),
                ErrorKind::Unavailable { applied: Applied::No, retry_after: None }
            ));
        }
        let waiting = Failure::from(Unsent::Waiting(Duration::from_millis(5))).into_error();
        let ErrorKind::Unavailable { applied: Applied::No, retry_after: Some(span) } = waiting.kind() else {
            panic!("{waiting:?}")
        };
        assert_eq!(*span, Duration::from_millis(5));
    }
}
