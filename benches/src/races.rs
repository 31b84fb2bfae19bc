//! 64 requests of one session at once, each of which reads, waits, and writes: how many of the writes are there afterwards.

use futures_util::future::join_all;
use http::HeaderValue;

use crate::client::{Answer, App};
use crate::peers::Peer;

/// How many requests.
pub const WRITERS: usize = 64;

/// How many writes survived, least first, over some rounds.
#[derive(Debug, Clone)]
pub struct Survivors {
    pub increments: Vec<usize>,
    /// Nothing for what has no fields.
    pub fields: Vec<usize>,
    /// Requests that were not answered with 200.
    pub failed: usize,
}

pub async fn race(peer: &Peer, rounds: usize) -> Survivors {
    let mut survivors = Survivors { increments: Vec::new(), fields: Vec::new(), failed: 0 };
    for _ in 0..rounds {
        let cookie = peer.app.session().await;
        let before = number(&peer.app, "/visits", &cookie).await;
        let answers = join_all((0..WRITERS).map(|_| peer.app.ask(true, "/slow", Some(&cookie)))).await;
        let after = number(&peer.app, "/visits", &last(&answers, &cookie)).await;
        survivors.increments.push(after - before);
        survivors.failed += failed(&answers);

        let Some(cookie) = peer.app.ask(true, "/field/0", None).await.cookie else { continue };
        let paths: Vec<_> = (0..WRITERS).map(|n| format!("/field/{n}")).collect();
        let answers = join_all(paths.iter().map(|path| peer.app.ask(true, path, Some(&cookie)))).await;
        survivors.fields.push(number(&peer.app, "/fields", &last(&answers, &cookie)).await);
        survivors.failed += failed(&answers);
    }
    survivors.increments.sort_unstable();
    survivors.fields.sort_unstable();
    survivors
}

async fn number(app: &App, path: &str, cookie: &HeaderValue) -> usize {
    let answer = app.ask(false, path, Some(cookie)).await;
    answer.body.parse().unwrap_or_else(|_| panic!("{path} answers {} {:?}", answer.status, answer.body))
}

/// What a browser has afterwards: the cookie of the response that came last.
fn last(answers: &[Answer], before: &HeaderValue) -> HeaderValue {
    answers.last().and_then(|answer| answer.cookie.clone()).unwrap_or_else(|| before.clone())
}

fn failed(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status != 200).count()
}
