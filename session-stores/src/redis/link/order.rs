use std::time::Duration;

use redis::{Cmd, Value};

use super::node::Ask;
use crate::redis::failure::{Failure, NotReplicated};

/// A command of an operation, and how far what it writes must have come before its answer counts.
#[derive(Clone, Copy)]
pub(in crate::redis) struct Order<'c> {
    pub(in crate::redis) command: &'c Cmd,
    pub(in crate::redis) replicas: Option<Replicas>,
}

/// How many replicas must have a write, and how long that may take.
#[derive(Debug, Clone, Copy)]
pub(in crate::redis) struct Replicas {
    pub(in crate::redis) count: u32,
    pub(in crate::redis) within: Duration,
}

impl<'c> From<&'c Cmd> for Order<'c> {
    fn from(command: &'c Cmd) -> Self {
        Self { command, replicas: None }
    }
}

impl<'c> Order<'c> {
    /// To the server that has the key.
    pub(super) fn plainly(self) -> Ask<'c> {
        match self.replicas {
            None => Ask::Plain(self.command),
            Some(replicas) => Ask::Acked { command: self.command, replicas, asking: false },
        }
    }

    /// To the one that is about to take it over.
    pub(super) fn asking(self) -> Ask<'c> {
        match self.replicas {
            None => Ask::Asking(self.command),
            Some(replicas) => Ask::Acked { command: self.command, replicas, asking: true },
        }
    }
}

impl Replicas {
    /// The question that is answered when they have everything that was written over its connection before.
    pub(super) fn wait(self) -> Cmd {
        let millis = u64::try_from(self.within.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut wait = redis::cmd("WAIT");
        wait.arg(self.count).arg(millis);
        wait
    }

    /// What the answer to it says of a write that was made.
    pub(super) fn judge(self, answer: &Value) -> Result<(), Failure> {
        match answer {
            Value::Int(acknowledged) if *acknowledged >= i64::from(self.count) => Ok(()),
            Value::Int(acknowledged) => Err(Failure::NotReplicated(NotReplicated {
                wanted: self.count,
                acknowledged: u32::try_from(*acknowledged).unwrap_or(0),
            })),
            Value::ServerError(refused) => {
                Err(Failure::Unanswered(redis::RedisError::from(refused.clone()).into()))
            }
            _ => Err(Failure::NotReplicated(NotReplicated { wanted: self.count, acknowledged: 0 })),
        }
    }
}
