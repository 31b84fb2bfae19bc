//! What was promised of speed, and whether it is held.

use std::collections::HashMap;

use crate::measure::Costs;
use crate::peers::{Kept, Peer, Role};
use crate::races::{Survivors, WRITERS};
use crate::report::{Allocations, Commands, allocations_above_bare, number, ours, table};
use crate::scenario::Scenario;

/// Everything that was measured.
pub struct Measured<'a> {
    pub peers: &'a [Peer],
    pub costs: &'a Costs,
    pub allocations: &'a Allocations,
    pub commands: &'a Commands,
    pub races: &'a HashMap<usize, Survivors>,
}

/// The table of promises, each with its figure.
pub fn table_of(measured: &Measured<'_>) -> String {
    let mut rows = Vec::new();
    let mut push = |what: &str, bar: String, figure: String, met: bool| {
        rows.push(vec![what.to_owned(), bar, figure, if met { "met" } else { "**missed**" }.to_owned()]);
    };
    for (scenario, what) in [
        (Scenario::Anonymous, "untouched, without a cookie"),
        (Scenario::Untouched, "untouched, with a cookie"),
    ] {
        measured.ratio(&mut push, what, Kept::Memory, scenario, 0.25);
    }
    for (kept, scenario, what, of_peer, of_optimum) in [
        (Kept::Memory, Scenario::Read, "memory: read", 1.0 / 8.0, Some(3.0)),
        (Kept::Memory, Scenario::Change, "memory: read-modify-write", 1.0 / 8.0, None),
        (Kept::Cookie, Scenario::Read, "cookie: read", 1.0 / 3.0, Some(2.0)),
        (Kept::Cookie, Scenario::Change, "cookie: read-modify-write", 1.0 / 3.0, Some(2.0)),
    ] {
        measured.ratio(&mut push, what, kept, scenario, of_peer);
        if let Some(most) = of_optimum {
            measured.against(
                &mut push,
                what,
                kept,
                scenario,
                Role::Optimum,
                "the hand-written optimum",
                most,
            );
        }
    }
    if measured.has_redis() {
        for (scenario, what) in [
            (Scenario::Read, "Redis: client CPU of a read"),
            (Scenario::Change, "Redis: client CPU of a read-modify-write"),
        ] {
            measured.against(&mut push, what, Kept::Redis, scenario, Role::Raw, "the raw client", 1.2);
        }
        for (scenario, what, most) in [
            (Scenario::Read, "Redis: round trips of a read", 1.0),
            (Scenario::Change, "Redis: round trips of a change", 2.0),
            (Scenario::Login, "Redis: round trips of a login with rotation", 2.0),
        ] {
            let trips = measured.round_trips(scenario);
            push(what, format!("{most:.0}"), format!("{trips:.2}"), trips <= most);
        }
    }
    for kept in [Kept::Memory, Kept::Cookie, Kept::Redis] {
        measured.fewest_allocations(&mut push, kept);
        if kept != Kept::Cookie {
            measured.nothing_lost(&mut push, kept);
        }
    }
    table(&["what", "bar", "measured", "held"], &rows)
}

type Push<'p> = dyn FnMut(&str, String, String, bool) + 'p;

impl Measured<'_> {
    fn has_redis(&self) -> bool {
        self.peers.iter().any(|peer| peer.kept == Kept::Redis)
    }

    fn cost(&self, at: usize, scenario: Scenario) -> f64 {
        self.costs.above_bare(self.peers, at, scenario).unwrap_or(f64::NAN)
    }

    /// The cheapest of the peers that keep sessions there. What is no middleware cannot be left untouched.
    fn best(&self, kept: Kept, scenario: Scenario) -> Option<(usize, f64)> {
        let untouched = matches!(scenario, Scenario::Anonymous | Scenario::Untouched);
        let counts = |peer: &Peer| peer.role == Role::Peer || (peer.role == Role::Extractor && !untouched);
        let all = (0..self.peers.len()).filter(|at| self.peers[*at].kept == kept && counts(&self.peers[*at]));
        all.map(|at| (at, self.cost(at, scenario))).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn ratio(&self, push: &mut Push<'_>, what: &str, kept: Kept, scenario: Scenario, most: f64) {
        let own = self.cost(ours(self.peers, kept), scenario);
        let Some((best, cost)) = self.best(kept, scenario) else { return };
        let figure = format!("{} / {} ns = 1/{:.1}", number(own), number(cost), cost / own);
        let bar = format!("≤ 1/{:.0} of the best peer's ({})", 1.0 / most, self.peers[best].name);
        push(what, bar, figure, own <= cost * most);
    }

    #[expect(clippy::too_many_arguments, reason = "one row of a table")]
    fn against(
        &self,
        push: &mut Push<'_>,
        what: &str,
        kept: Kept,
        scenario: Scenario,
        role: Role,
        whose: &str,
        most: f64,
    ) {
        let own = self.cost(ours(self.peers, kept), scenario);
        let is_it = |peer: &Peer| peer.role == role && peer.kept == kept;
        let Some(other) = self.peers.iter().position(is_it).map(|at| self.cost(at, scenario)) else { return };
        let figure = format!("{} / {} ns = {:.2}×", number(own), number(other), own / other);
        push(what, format!("≤ {most}× {whose}"), figure, own <= other * most);
    }

    fn round_trips(&self, scenario: Scenario) -> f64 {
        let commands = self.commands.get(&(ours(self.peers, Kept::Redis), scenario));
        commands.map_or(f64::NAN, |(trips, _)| *trips)
    }

    fn fewest_allocations(&self, push: &mut Push<'_>, kept: Kept) {
        if !self.peers.iter().any(|peer| peer.kept == kept) {
            return;
        }
        let of = |at, scenario| allocations_above_bare(self.peers, self.allocations, at, scenario);
        for scenario in Scenario::ALL {
            let untouched = matches!(scenario, Scenario::Anonymous | Scenario::Untouched);
            let Some((own, _)) = of(ours(self.peers, kept), scenario) else { continue };
            let is_peer = |peer: &Peer| {
                peer.kept == kept && (peer.role == Role::Peer || (peer.role == Role::Extractor && !untouched))
            };
            let others = (0..self.peers.len()).filter(|at| is_peer(&self.peers[*at]));
            let Some(least) =
                others.filter_map(|at| of(at, scenario)).map(|(count, _)| count).reduce(f64::min)
            else {
                continue;
            };
            let what = format!("{kept:?}: allocations, {}", scenario.title());
            push(&what, format!("fewer than any peer's ({least:.1})"), format!("{own:.1}"), own < least);
        }
    }

    fn nothing_lost(&self, push: &mut Push<'_>, kept: Kept) {
        if !self.peers.iter().any(|peer| peer.kept == kept) {
            return;
        }
        let Some(race) = self.races.get(&ours(self.peers, kept)) else { return };
        let least = |survivors: &[usize]| survivors.first().copied().unwrap_or(0);
        let (increments, fields) = (least(&race.increments), least(&race.fields));
        let lost = |left: usize| WRITERS - left.min(WRITERS);
        let figure = format!("{} and {} lost, {} failed", lost(increments), lost(fields), race.failed);
        let met = (increments, fields, race.failed) == (WRITERS, WRITERS, 0);
        let what = format!("{kept:?}: 64 increments at once, 64 different fields at once");
        push(&what, "0 lost".to_owned(), figure, met);
    }
}
