//! Tables.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::measure::Costs;
use crate::peers::{Kept, Peer, Role};
use crate::races::{Survivors, WRITERS};
use crate::scenario::Scenario;

/// Allocations and bytes per request, by the peer's place in the list.
pub type Allocations = HashMap<(usize, Scenario), (f64, f64)>;

/// Round trips to the Redis server for one request, and the commands that it executed.
pub type Commands = HashMap<(usize, Scenario), (f64, BTreeMap<String, u64>)>;

/// A Markdown table.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = format!("| {} |\n|---|{}\n", head.join(" | "), "--:|".repeat(head.len() - 1));
    for row in rows {
        // Writing to a string does not fail.
        let _written = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}

/// The peers that keep sessions there, with the bare router and what does nothing in front of those in memory.
pub fn of(peers: &[Peer], kept: Kept) -> Vec<usize> {
    let belongs = |peer: &Peer| peer.kept == kept || (kept == Kept::Memory && peer.role == Role::Layer);
    (0..peers.len()).filter(|at| belongs(&peers[*at])).collect()
}

/// CPU time above the bare router, with the ratio to this project's.
pub fn cpu(peers: &[Peer], costs: &Costs, kept: Kept) -> String {
    let ours = ours(peers, kept);
    let rows: Vec<_> = of(peers, kept)
        .into_iter()
        .map(|at| {
            let cells = Scenario::ALL.iter().map(|scenario| {
                let Some(cost) = costs.above_bare(peers, at, *scenario) else { return "–".to_owned() };
                let own = costs.above_bare(peers, ours, *scenario).unwrap_or(f64::NAN);
                match peers[at].role {
                    Role::Ours => format!("**{}**", number(cost)),
                    _ => format!("{} ({:.2}×)", number(cost), cost / own),
                }
            });
            std::iter::once(peers[at].name.to_owned()).chain(cells).collect()
        })
        .collect();
    table(&head("ns of CPU above the bare router"), &rows)
}

/// Allocations above the bare router.
pub fn allocations(peers: &[Peer], counts: &Allocations, kept: Kept) -> String {
    let rows: Vec<_> = of(peers, kept)
        .into_iter()
        .map(|at| {
            let cells = Scenario::ALL.iter().map(|scenario| {
                allocations_above_bare(peers, counts, at, *scenario)
                    .map_or("–".to_owned(), |(count, bytes)| format!("{count:.1} ({} B)", number(bytes)))
            });
            std::iter::once(peers[at].name.to_owned()).chain(cells).collect()
        })
        .collect();
    table(&head("allocations above the bare router"), &rows)
}

/// Allocations and bytes above the bare router.
pub fn allocations_above_bare(
    peers: &[Peer],
    counts: &Allocations,
    at: usize,
    scenario: Scenario,
) -> Option<(f64, f64)> {
    let (count, bytes) = *counts.get(&(at, scenario))?;
    if peers[at].role == Role::Raw {
        return Some((count, bytes));
    }
    let is_bare = |peer: &Peer| peer.role == Role::Bare && peer.is_actix() == peers[at].is_actix();
    let bare = peers.iter().position(is_bare)?;
    let (bare_count, bare_bytes) = *counts.get(&(bare, scenario))?;
    Some((count - bare_count, bytes - bare_bytes))
}

/// CPU time of reads by 64 tasks at once, on one thread.
pub fn at_once(peers: &[Peer], costs: &Costs) -> String {
    let rows: Vec<_> = (0..peers.len())
        .filter_map(|at| {
            let many = costs.at_once(at)?.median;
            let one = costs.of(at, Scenario::Read)?.median;
            let name = format!("{} ({})", peers[at].name, place(peers[at].kept));
            Some(vec![name, number(one), number(many)])
        })
        .collect();
    table(&["ns of CPU per read, the router's included", "1 task", "64 tasks"], &rows)
}

/// Commands that the Redis server executed.
pub fn commands(peers: &[Peer], commands: &Commands) -> String {
    let rows: Vec<_> = of(peers, Kept::Redis)
        .into_iter()
        .map(|at| {
            let cells = Scenario::ALL.iter().map(|scenario| match commands.get(&(at, *scenario)) {
                None => "–".to_owned(),
                Some((_, commands)) if commands.is_empty() => "0".to_owned(),
                Some((trips, commands)) => {
                    let each: Vec<_> =
                        commands.iter().map(|(name, count)| format!("{name} {count}")).collect();
                    format!("{trips:.0}: {}", each.join(", "))
                }
            });
            std::iter::once(peers[at].name.to_owned()).chain(cells).collect()
        })
        .collect();
    table(&head("round trips: commands"), &rows)
}

/// What is left of 64 writes at once.
pub fn survivors(peers: &[Peer], races: &HashMap<usize, Survivors>) -> String {
    let rows: Vec<_> = (0..peers.len())
        .filter_map(|at| {
            let race = races.get(&at)?;
            let name = format!("{} ({})", peers[at].name, place(peers[at].kept));
            Some(vec![name, spread(&race.increments), spread(&race.fields), race.failed.to_string()])
        })
        .collect();
    let head = format!("writes of {WRITERS} that survive, median (least to most)");
    table(&[&head, "increments of one field", "different fields", "failed requests"], &rows)
}

/// The length of the session's cookie and of the `Set-Cookie` lines that a new session gets.
pub fn cookies(peers: &[Peer], lengths: &HashMap<usize, (usize, usize)>) -> String {
    let rows: Vec<_> = (0..peers.len())
        .filter_map(|at| {
            let (cookie, set_cookie) = lengths.get(&at)?;
            let name = format!("{} ({})", peers[at].name, place(peers[at].kept));
            Some(vec![name, cookie.to_string(), set_cookie.to_string()])
        })
        .collect();
    table(&["bytes", "Cookie", "Set-Cookie on create"], &rows)
}

/// This project's app with that store.
pub fn ours(peers: &[Peer], kept: Kept) -> usize {
    let is_it = |peer: &Peer| peer.role == Role::Ours && peer.kept == kept;
    peers.iter().position(is_it).expect("this project has every store")
}

fn head(first: &str) -> Vec<&str> {
    std::iter::once(first).chain(Scenario::ALL.iter().map(|scenario| scenario.title())).collect()
}

fn place(kept: Kept) -> &'static str {
    match kept {
        Kept::Nowhere => "no sessions",
        Kept::Memory => "memory",
        Kept::Cookie => "cookie",
        Kept::Redis => "Redis",
    }
}

fn spread(sorted: &[usize]) -> String {
    match sorted {
        [] => "–".to_owned(),
        [least, .., most] => format!("{} ({least}–{most})", sorted[sorted.len() / 2]),
        [one] => one.to_string(),
    }
}

/// Whole, with commas.
pub fn number(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if value <= -0.5 { format!("−{out}") } else { out }
}
