//! CPU time, in rounds: every peer has its turn in every round, so that whatever else the machine does meets them all.

use std::collections::HashMap;

use cpu_time::ProcessTime;
use http::HeaderValue;

use crate::peers::{Kept, Peer, Role};
use crate::scenario::Scenario;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// Requests of one peer in one round.
    pub requests: usize,
    /// The same where a server is asked.
    pub requests_to_server: usize,
}

impl Effort {
    pub const FULL: Self = Self { rounds: 31, requests: 2_000, requests_to_server: 320 };
    pub const QUICK: Self = Self { rounds: 7, requests: 500, requests_to_server: 128 };

    /// Requests of that peer in one round.
    pub fn of(self, peer: &Peer) -> usize {
        if peer.kept == Kept::Redis { self.requests_to_server } else { self.requests }
    }
}

/// How many tasks there are at once where there is more than one.
pub const TASKS: usize = 64;

/// Nanoseconds of CPU per request.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub median: f64,
    pub quartiles: [f64; 2],
}

/// What was measured, by the peer's place in the list.
#[derive(Debug, Default)]
pub struct Costs {
    one: HashMap<(usize, Scenario), Cost>,
    many: HashMap<usize, Cost>,
    bare: [usize; 2],
}

impl Costs {
    /// Of one request after the other.
    pub fn of(&self, peer: usize, scenario: Scenario) -> Option<Cost> {
        self.one.get(&(peer, scenario)).copied()
    }

    /// Above the same router without sessions. Nothing for what needs no router.
    pub fn above_bare(&self, peers: &[Peer], peer: usize, scenario: Scenario) -> Option<f64> {
        let cost = self.of(peer, scenario)?.median;
        if peers[peer].role == Role::Raw {
            return Some(cost);
        }
        let bare = self.bare[usize::from(peers[peer].is_actix())];
        Some(cost - self.of(bare, scenario)?.median)
    }

    /// Of reading, by many tasks at once.
    pub fn at_once(&self, peer: usize) -> Option<Cost> {
        self.many.get(&peer).copied()
    }
}

/// Measures every peer in every scenario.
pub async fn costs(peers: &[Peer], effort: Effort) -> Costs {
    let mut one: HashMap<_, Vec<f64>> = HashMap::new();
    let mut many: HashMap<_, Vec<f64>> = HashMap::new();
    for round in 0..effort.rounds {
        // Anew in each round: a session that is older than a minute is touched, and a cookie that is replayed although a
        // newer one was sent would be touched by every request.
        let cookies = sessions(peers).await;
        for scenario in Scenario::ALL {
            for turn in 0..peers.len() {
                let at = (turn + round) % peers.len();
                let (peer, count) = (&peers[at], effort.of(&peers[at]));
                if peer.role == Role::Raw
                    && !matches!(scenario, Scenario::Read | Scenario::Change | Scenario::Create)
                {
                    continue;
                }
                // A login takes the cookie's session with it, so that one has its own.
                let cookie = match scenario {
                    Scenario::Login => peer.app.session().await,
                    _ => cookies[at][0].clone(),
                };
                let cost = timed(peer, scenario, &cookie, count).await;
                one.entry((at, scenario)).or_default().push(cost);
            }
        }
        for turn in 0..peers.len() {
            let at = (turn + round) % peers.len();
            let (peer, count) = (&peers[at], effort.of(&peers[at]));
            let before = ProcessTime::now();
            peer.app.at_once(Scenario::Read, &cookies[at], count).await;
            many.entry(at)
                .or_default()
                .push(before.elapsed().as_nanos() as f64 / (count / TASKS * TASKS) as f64);
        }
        eprint!("\rround {} of {}", round + 1, effort.rounds);
    }
    eprintln!();
    let bare = [false, true].map(|actix| {
        peers
            .iter()
            .position(|peer| peer.role == Role::Bare && peer.is_actix() == actix)
            .expect("a bare router")
    });
    Costs {
        one: one.into_iter().map(|(key, samples)| (key, summary(samples))).collect(),
        many: many.into_iter().map(|(key, samples)| (key, summary(samples))).collect(),
        bare,
    }
}

/// Sessions for as many tasks as there are at once, of each peer.
async fn sessions(peers: &[Peer]) -> Vec<Vec<HeaderValue>> {
    let mut all = Vec::new();
    for peer in peers {
        let mut own = Vec::new();
        for _ in 0..TASKS {
            own.push(peer.app.session().await);
        }
        all.push(own);
    }
    all
}

async fn timed(peer: &Peer, scenario: Scenario, cookie: &HeaderValue, count: usize) -> f64 {
    // What is measured is not to include fetching the code of this peer anew.
    let mut cookie = cookie.clone();
    if scenario.moves_on() {
        let warm = peer.app.ask(true, scenario.path(), Some(&cookie)).await;
        cookie = warm.cookie.unwrap_or(cookie);
    } else {
        peer.app.repeat(scenario, Some(&cookie), count / 20).await;
    }
    let before = ProcessTime::now();
    peer.app.repeat(scenario, Some(&cookie), count).await;
    before.elapsed().as_nanos() as f64 / count as f64
}

fn summary(mut samples: Vec<f64>) -> Cost {
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| samples[(samples.len() - 1) * part / 4];
    Cost { median: at(2), quartiles: [at(1), at(3)] }
}
