//! Many commands at once: those for one server go together, and the servers answer side by side.

use std::sync::Arc;

use redis::{Cmd, Pipeline, Value};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Link;
use super::node::{Ask, Node};
use crate::redis::failure::{Failure, Unsent, WrongServer};

/// A command and the key that it is about.
pub(in crate::redis) type Keyed = (String, Cmd);

impl Link {
    /// The answers to `commands`, in their order. One round trip to each server that is asked; one more for each command
    /// that a server sent elsewhere, since its slot is moving.
    ///
    /// # Errors
    /// A server gave no answer to its part. What a server refuses is in the command's own place.
    pub(in crate::redis) async fn together(
        &self,
        commands: &[Keyed],
        deadline: Instant,
    ) -> Result<Vec<Result<Value, Failure>>, Failure> {
        let mut answers: Vec<Option<Value>> = vec![None; commands.len()];
        match self {
            Self::Foreign(foreign) => {
                let all = foreign.together(&pipeline(commands.iter()), commands.len(), deadline).await?;
                answers = all.into_iter().map(Some).collect();
            }
            Self::Server(_) | Self::Named(_) | Self::Cluster(_) => {
                let mut asked = JoinSet::new();
                for (node, places) in self.parts(commands, deadline).await? {
                    let part = pipeline(places.iter().map(|place| &commands[*place]));
                    asked.spawn(async move {
                        let answer = node.call(Ask::Together(&part, places.len()), deadline).await;
                        (places, answer)
                    });
                }
                while let Some(answered) = asked.join_next().await {
                    // A task is not cancelled but with the runtime.
                    let (places, answer) = answered.map_err(|gone| Unsent::NotConnected(gone.into()))?;
                    let Value::Array(part) = answer? else {
                        return Err(Unsent::NotConnected(WrongServer::Answer.into()).into());
                    };
                    for (place, value) in places.into_iter().zip(part) {
                        answers[place] = Some(value);
                    }
                }
            }
        }
        let mut settled = Vec::with_capacity(commands.len());
        for ((key, command), answer) in commands.iter().zip(answers) {
            settled.push(match answer {
                // Whatever a server refused here, alone the command goes where it belongs, or is refused for good.
                Some(Value::ServerError(_)) | None => self.call(key, command.into(), deadline).await,
                Some(value) => Ok(value),
            });
        }
        Ok(settled)
    }

    /// Which server is asked what: places in `commands`.
    async fn parts(
        &self,
        commands: &[Keyed],
        deadline: Instant,
    ) -> Result<Vec<(Arc<Node>, Vec<usize>)>, Failure> {
        let all = || (0..commands.len()).collect();
        Ok(match self {
            Self::Server(node) => vec![(Arc::clone(node), all())],
            Self::Named(named) => vec![(Arc::clone(named.looked_after()), all())],
            Self::Cluster(cluster) => {
                let mut parts: Vec<(Arc<Node>, Vec<usize>)> = Vec::new();
                for (place, (key, _)) in commands.iter().enumerate() {
                    let owner = cluster.owner(key, deadline).await?;
                    match parts.iter_mut().find(|(node, _)| Arc::ptr_eq(node, &owner)) {
                        Some((_, places)) => places.push(place),
                        None => parts.push((owner, vec![place])),
                    }
                }
                parts
            }
            Self::Foreign(_) => Vec::new(),
        })
    }
}

fn pipeline<'c>(commands: impl Iterator<Item = &'c Keyed>) -> Pipeline {
    let mut pipeline = redis::pipe();
    for (_, command) in commands {
        pipeline.add_command(command.clone());
    }
    pipeline
}
