//! Measures everything and prints it as Markdown: `cargo xtask bench [--quick]`.

use std::collections::HashMap;
use std::process::Command;

use session_benches::bars::{self, Measured};
use session_benches::measure::{self, Effort};
use session_benches::peers::{self, Kept, Peer, Role};
use session_benches::races;
use session_benches::report::{self, Allocations, Commands};
use session_benches::scenario::Scenario;
use session_benches::server::Server;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    let allocations = allocations();
    let mut server = Server::start();
    if server.is_none() {
        eprintln!("no Redis server is installed: nothing is measured of it");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let tasks = tokio::task::LocalSet::new();
    let measured = tasks.block_on(&runtime, async {
        let peers = peers::all(server.as_ref()).await;
        check(&peers).await;
        let costs = measure::costs(&peers, effort).await;
        let commands = match &mut server {
            Some(server) => commands(&peers, server).await,
            None => HashMap::new(),
        };
        let mut races = HashMap::new();
        for (at, peer) in
            peers.iter().enumerate().filter(|(_, peer)| peer.has_sessions() && peer.role != Role::Optimum)
        {
            races.insert(at, races::race(peer, if quick { 3 } else { 9 }).await);
        }
        let cookies = cookies(&peers).await;
        (peers, costs, commands, races, cookies)
    });
    let (peers, costs, commands, races, cookies) = &measured;
    println!("## Promises\n");
    println!("{}", bars::table_of(&Measured { peers, costs, allocations: &allocations, commands, races }));
    for (kept, title) in [(Kept::Memory, "Memory"), (Kept::Cookie, "Cookie"), (Kept::Redis, "Redis")] {
        if report::of(peers, kept).is_empty() {
            continue;
        }
        println!("## {title}\n\n{}", report::cpu(peers, costs, kept));
        println!("{}", report::allocations(peers, &allocations, kept));
    }
    println!(
        "## Round trips to the Redis server, and the commands that it executes, those inside of scripts among them\n"
    );
    println!("{}", report::commands(peers, commands));
    println!("## 64 tasks on one thread\n\n{}", report::at_once(peers, costs));
    println!("## Lost updates\n\n{}", report::survivors(peers, races));
    println!("## Cookies\n\n{}", report::cookies(peers, cookies));
}

/// That every app does what its routes say: a peer that does nothing is fast.
async fn check(peers: &[Peer]) {
    for peer in peers.iter().filter(|peer| peer.has_sessions()) {
        let name = peer.name;
        let mut cookie = peer.app.session().await;
        for expected in [18, 19] {
            let path = if expected == 18 { Scenario::Change } else { Scenario::Login }.path();
            let answer = peer.app.ask(true, path, Some(&cookie)).await;
            assert_eq!(answer.status, 200, "{name}: {path}");
            cookie = answer.cookie.unwrap_or(cookie);
            let visits = peer.app.ask(false, "/visits", Some(&cookie)).await;
            assert_eq!(visits.body, expected.to_string(), "{name}, {:?}: {path}", peer.kept);
        }
    }
}

/// What a program beside this one counts.
fn allocations() -> Allocations {
    let program = std::env::current_exe().expect("this program").with_file_name("allocations");
    let output =
        Command::new(program).output().expect("the program that counts allocations is built with this one");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let at = cells.next()?.parse().ok()?;
        let title = cells.next()?;
        let scenario = Scenario::ALL.into_iter().find(|scenario| scenario.title() == title)?;
        Some(((at, scenario), (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?)))
    });
    rows.collect()
}

async fn commands(peers: &[Peer], server: &mut Server) -> Commands {
    const REQUESTS: usize = 20;
    let mut all = HashMap::new();
    for (at, peer) in peers.iter().enumerate().filter(|(_, peer)| peer.kept == Kept::Redis) {
        for scenario in Scenario::ALL {
            if peer.role == Role::Raw
                && matches!(scenario, Scenario::Anonymous | Scenario::Untouched | Scenario::Login)
            {
                continue;
            }
            let cookie = peer.app.session().await;
            server.executed();
            peer.app.repeat(scenario, Some(&cookie), REQUESTS).await;
            let trips = server.round_trips() as f64 / REQUESTS as f64;
            let executed = server.executed().into_iter();
            let each = executed.map(|(name, count)| (name, count.div_ceil(REQUESTS as u64))).collect();
            all.insert((at, scenario), (trips, each));
        }
    }
    all
}

async fn cookies(peers: &[Peer]) -> HashMap<usize, (usize, usize)> {
    let mut lengths = HashMap::new();
    for (at, peer) in peers.iter().enumerate().filter(|(_, peer)| peer.has_sessions()) {
        let answer = peer.app.ask(true, Scenario::Create.path(), None).await;
        lengths.insert(at, (answer.cookie.map_or(0, |cookie| cookie.len()), answer.set_cookie_bytes));
    }
    lengths
}
