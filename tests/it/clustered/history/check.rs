//! What a recorded history must not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// One operation of one client, and what it was told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) client: usize,
    pub(super) session: u64,
    /// When it was asked, and when the answer was there.
    pub(super) asked: Duration,
    pub(super) told: Duration,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// That revision, or no session.
    Read(Option<u64>),
    /// The write was made, and is that revision.
    Wrote(u64),
    /// Nobody knows whether the write was made.
    PerhapsWrote,
    /// The session was ended, or perhaps was.
    Ended { surely: bool },
}

/// Everything that is wrong with a history, each in a sentence.
///
/// 1. *Bounded staleness*: a read shows every write that was acknowledged a lease before it was asked.
/// 2. *Revocation*: a read that is asked a lease after an acknowledged end shows no session.
/// 3. *Own writes*: a client is shown every write that it was told of itself, and, in sessions that only it writes, never
///    less than before.
/// 4. *No lost update*: no two acknowledged writes are one revision, and none is missing between them but those of which
///    nobody knows.
/// 5. *No spurious logout*: no session is absent that nobody has begun to end.
pub(super) fn anomalies(events: &[Event], lease: Duration) -> Vec<String> {
    let mut sessions: BTreeMap<u64, Vec<&Event>> = BTreeMap::new();
    for event in events {
        sessions.entry(event.session).or_default().push(event);
    }
    let mut found = Vec::new();
    for (session, mut events) in sessions {
        events.sort_by_key(|event| event.asked);
        lost_updates(session, &events, &mut found);
        stale(session, &events, lease, &mut found);
        backwards(session, &events, &mut found);
    }
    found
}

fn lost_updates(session: u64, events: &[&Event], found: &mut Vec<String>) {
    let mut revisions = BTreeSet::new();
    let mut unknown = 0;
    for event in events {
        match event.what {
            What::Wrote(revision) if !revisions.insert(revision) => {
                found.push(format!(
                    "session {session}: two writes were told that they are revision {revision}"
                ));
            }
            What::PerhapsWrote => unknown += 1,
            _ => {}
        }
    }
    // The create is revision 1.
    let highest = revisions.last().copied().unwrap_or(1);
    let missing = (highest - 1).saturating_sub(revisions.len() as u64);
    if missing > unknown {
        found.push(format!(
            "session {session}: {missing} revisions of {highest} are nobody's, {unknown} are unknown"
        ));
    }
}

fn stale(session: u64, events: &[&Event], lease: Duration, found: &mut Vec<String>) {
    // Acknowledged writes by when that was, and the highest of them up to each.
    let mut writes: Vec<(Duration, u64)> = Vec::new();
    let mut ended = None;
    let mut ending = None;
    for event in events {
        match event.what {
            What::Wrote(revision) => writes.push((event.told, revision)),
            What::Ended { surely } => {
                ending = Some(ending.map_or(event.asked, |before: Duration| before.min(event.asked)));
                if surely {
                    ended = Some(ended.map_or(event.told, |before: Duration| before.min(event.told)));
                }
            }
            _ => {}
        }
    }
    writes.sort_unstable();
    let mut highest = 0;
    for (_, revision) in &mut writes {
        highest = highest.max(*revision);
        *revision = highest;
    }
    for event in events {
        let What::Read(shown) = event.what else { continue };
        let Some(shown) = shown else {
            if ending.is_none_or(|ending| ending > event.told) {
                found.push(format!("session {session}: absent at {:?}, and nobody had ended it", event.told));
            }
            continue;
        };
        let horizon = event.asked.saturating_sub(lease);
        if ended.is_some_and(|ended| ended < horizon) {
            found.push(format!("session {session}: shown at {:?}, and ended at {ended:?}", event.asked));
        }
        let until = writes.partition_point(|(told, _)| *told < horizon);
        let must = until.checked_sub(1).map_or(0, |last| writes[last].1);
        if shown < must {
            found.push(format!(
                "session {session}: revision {shown} shown at {:?}, and {must} was written a lease before",
                event.asked
            ));
        }
    }
}

/// Operations of one client come one after the other.
fn backwards(session: u64, events: &[&Event], found: &mut Vec<String>) {
    let writers: BTreeSet<usize> = events
        .iter()
        .filter(|event| !matches!(event.what, What::Read(_)))
        .map(|event| event.client)
        .collect();
    let mut known: BTreeMap<usize, u64> = BTreeMap::new();
    // What nobody was told of is no promise.
    let mut in_doubt = false;
    for event in events {
        let alone = writers.iter().all(|writer| *writer == event.client);
        let known = known.entry(event.client).or_default();
        match event.what {
            What::Wrote(revision) => *known = (*known).max(revision),
            What::Read(Some(shown)) => {
                if shown < *known {
                    found.push(format!(
                        "session {session}: client {} is shown {shown} at {:?} after {known}",
                        event.client, event.asked
                    ));
                }
                if alone && !in_doubt {
                    *known = (*known).max(shown);
                }
            }
            What::PerhapsWrote => in_doubt = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_millis(100);

    fn at(client: usize, ms: u64, what: What) -> Event {
        let asked = Duration::from_millis(ms);
        Event { client, session: 1, asked, told: asked + Duration::from_millis(1), what }
    }

    fn found(events: &[Event]) -> usize {
        anomalies(events, LEASE).len()
    }

    #[test]
    fn a_history_without_anomalies_has_none() {
        let events = [
            at(0, 0, What::Wrote(2)),
            at(1, 50, What::Read(Some(1))),
            at(0, 60, What::Read(Some(2))),
            at(1, 150, What::Read(Some(2))),
            at(1, 160, What::Wrote(3)),
            at(0, 170, What::Ended { surely: true }),
            at(1, 200, What::Read(Some(3))),
            at(1, 300, What::Read(None)),
        ];
        assert_eq!(anomalies(&events, LEASE), [""; 0]);
    }

    #[test]
    fn every_anomaly_is_found() {
        for (events, what) in [
            (vec![at(0, 0, What::Wrote(2)), at(1, 150, What::Read(Some(1)))], "a lease old"),
            (vec![at(0, 0, What::Ended { surely: true }), at(1, 150, What::Read(Some(1)))], "ended"),
            (vec![at(0, 0, What::Wrote(2)), at(0, 10, What::Read(Some(1)))], "an own write"),
            (
                vec![
                    at(0, 0, What::Read(Some(2))),
                    at(0, 9, What::Read(Some(1))),
                    at(0, 20, What::Wrote(3)),
                    at(0, 30, What::PerhapsWrote),
                ],
                "backwards",
            ),
            (vec![at(0, 0, What::Wrote(2)), at(1, 1, What::Wrote(2))], "twice one revision"),
            (vec![at(0, 0, What::Wrote(3))], "a revision of nobody"),
            (vec![at(0, 0, What::Read(None))], "a logout of nobody"),
        ] {
            assert_eq!(found(&events), 1, "{what}: {:?}", anomalies(&events, LEASE));
        }
    }
}
