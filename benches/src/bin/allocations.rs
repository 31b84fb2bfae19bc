//! Counts allocations per request, exactly, and prints `peer · scenario · allocations · bytes` for `bench` to read. A
//! program of its own, because counting slows every allocation down.

use allocation_counter::measure;
use session_benches::peers::{self, Role};
use session_benches::scenario::Scenario;
use session_benches::server::Server;

/// Enough to even out what happens once in many requests: a table that grows.
const REQUESTS: usize = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let tasks = tokio::task::LocalSet::new();
    let server = Server::start();
    let peers = tasks.block_on(&runtime, peers::all(server.as_ref()));
    for (at, peer) in peers.iter().enumerate() {
        for scenario in Scenario::ALL {
            if peer.role == Role::Raw
                && !matches!(scenario, Scenario::Read | Scenario::Change | Scenario::Create)
            {
                continue;
            }
            let run = |count| {
                let cookie = tasks.block_on(&runtime, peer.app.session());
                tasks.block_on(&runtime, peer.app.repeat(scenario, Some(&cookie), 10));
                // A login has moved the session on, and another one is needed.
                let cookie = tasks.block_on(&runtime, peer.app.session());
                measure(|| tasks.block_on(&runtime, peer.app.repeat(scenario, Some(&cookie), count)))
            };
            let (one, more) = (run(1), run(1 + REQUESTS));
            let each = |one: u64, more: u64| (more - one) as f64 / REQUESTS as f64;
            println!(
                "{at}\t{}\t{}\t{}",
                scenario.title(),
                each(one.count_total, more.count_total),
                each(one.bytes_total, more.bytes_total)
            );
        }
    }
}
