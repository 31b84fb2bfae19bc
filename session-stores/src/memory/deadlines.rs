use std::collections::BTreeSet;

use session::Handle;
use session::clock::Timestamp;
use session::record::Header;

/// Handles in the order of their moments.
pub(super) type Order = BTreeSet<(Timestamp, Handle)>;

/// The sessions of a shard in the order in which they end, nobody's apart from somebody's.
///
/// Kept exact on every commit and touch, at O(log n), so that neither sweeping nor evicting ever looks at a session in
/// vain. A heap with stale entries would cost less on a touch, but grow with touches instead of with sessions.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    anonymous: Order,
    authenticated: Order,
}

/// How little a session would be missed: the least goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    authenticated: bool,
    deadline: Timestamp,
    pub(super) handle: Handle,
}

impl Deadlines {
    pub(super) fn insert(&mut self, handle: Handle, header: &Header) {
        self.order(header).insert((header.deadline(), handle));
    }

    pub(super) fn remove(&mut self, handle: Handle, header: &Header) {
        self.order(header).remove(&(header.deadline(), handle));
    }

    fn order(&mut self, header: &Header) -> &mut Order {
        if header.principal.is_nobody() { &mut self.anonymous } else { &mut self.authenticated }
    }

    /// One that has expired.
    pub(super) fn first_expired(&self, now: Timestamp) -> Option<Handle> {
        first_until(&self.anonymous, now).or_else(|| first_until(&self.authenticated, now))
    }

    /// How many have expired. O(that many).
    pub(super) fn expired(&self, now: Timestamp) -> usize {
        [&self.anonymous, &self.authenticated]
            .into_iter()
            .map(|order| order.iter().take_while(|(deadline, _)| *deadline <= now).count())
            .sum()
    }

    /// The one that would be missed least, `spared` excepted.
    pub(super) fn idlest(&self, spared: &Handle) -> Option<Standing> {
        [(false, &self.anonymous), (true, &self.authenticated)].into_iter().find_map(
            |(authenticated, order)| {
                let (deadline, handle) = *order.iter().find(|(_, handle)| handle != spared)?;
                Some(Standing { authenticated, deadline, handle })
            },
        )
    }
}

/// The first whose moment has come.
pub(super) fn first_until(order: &Order, now: Timestamp) -> Option<Handle> {
    order.first().filter(|(moment, _)| *moment <= now).map(|(_, handle)| *handle)
}

#[cfg(test)]
impl Deadlines {
    /// Checks that every record stands in its order at its deadline, and nothing else does.
    pub(super) fn audit(&self, records: &std::collections::BTreeMap<Handle, Box<session::record::Record>>) {
        let mut expected = Self::default();
        for (handle, record) in records {
            expected.insert(*handle, &record.header);
        }
        assert_eq!(self.anonymous, expected.anonymous);
        assert_eq!(self.authenticated, expected.authenticated);
    }
}
