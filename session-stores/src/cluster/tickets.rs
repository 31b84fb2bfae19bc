//! What has been asked of the store and not been answered yet, and what was learned of it meanwhile.

use std::collections::HashMap;

use session::Handle;
use session::record::Stamp;

/// Stands for one thing that has been asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    pub(super) handle: Handle,
    pub(super) number: u64,
    /// Which feed tells of the session, if any does, and its generation when the ticket was taken.
    pub(super) feed: Option<usize>,
    pub(super) generation: u64,
}

/// What a ticket was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Load,
    Write,
}

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    To(Stamp),
    Ended,
}

/// The placeholder of one ticket.
pub(super) struct Awaited {
    pub(super) origin: Origin,
    number: u64,
    generation: u64,
    /// The last that was heard of the session since.
    heard: Option<Change>,
    /// The last that this node itself has made of it since, or found. Apart from what was heard, because a message from
    /// before that may come after it.
    confirmed: Option<Change>,
    /// This node has made something of it since, and cannot tell whether that came before or after what else it knows.
    is_doubtful: bool,
}

#[derive(Default)]
pub(super) struct Tickets {
    awaited: HashMap<Handle, Vec<Awaited>>,
    next: u64,
}

impl Tickets {
    pub(super) fn begin(
        &mut self,
        handle: &Handle,
        origin: Origin,
        feed: Option<usize>,
        generation: u64,
    ) -> Ticket {
        let number = self.next;
        self.next += 1;
        let awaited =
            Awaited { origin, number, generation, heard: None, confirmed: None, is_doubtful: false };
        self.awaited.entry(*handle).or_default().push(awaited);
        Ticket { handle: *handle, number, feed, generation }
    }

    pub(super) fn take(&mut self, ticket: &Ticket) -> Option<Awaited> {
        let all = self.awaited.get_mut(&ticket.handle)?;
        let place = all.iter().position(|awaited| awaited.number == ticket.number)?;
        let awaited = all.swap_remove(place);
        if all.is_empty() {
            self.awaited.remove(&ticket.handle);
        }
        Some(awaited)
    }

    /// A message about the session came.
    pub(super) fn hear(&mut self, handle: &Handle, change: Change) {
        for awaited in self.awaited.get_mut(handle).into_iter().flatten() {
            awaited.heard = Some(change);
        }
    }

    /// A message came that is about all sessions.
    pub(super) fn hear_all(&mut self, change: Change) {
        for awaited in self.awaited.values_mut().flatten() {
            awaited.heard = Some(change);
        }
    }

    /// Something that was asked by this node had that outcome. Of two that overlap, the answer of the one that ends later
    /// may be the older one.
    pub(super) fn confirm(&mut self, handle: &Handle, change: Change, by: Origin) {
        for awaited in self.awaited.get_mut(handle).into_iter().flatten() {
            if awaited.origin == Origin::Load || by == Origin::Write {
                awaited.confirmed = Some(change);
            }
        }
    }

    /// Something was written by this node, before or after what else is known of the session: what is under way may be from
    /// before it.
    pub(super) fn doubt(&mut self, handle: &Handle) {
        for awaited in self.awaited.get_mut(handle).into_iter().flatten() {
            awaited.is_doubtful = true;
        }
    }

    /// The number of a load in this generation of which nothing was learned since it began.
    pub(super) fn joinable(&self, handle: &Handle, generation: u64) -> Option<u64> {
        let is_joinable = |one: &&Awaited| {
            one.origin == Origin::Load
                && one.generation == generation
                && one.heard.is_none()
                && one.confirmed.is_none()
                && !one.is_doubtful
        };
        self.awaited.get(handle)?.iter().find(is_joinable).map(|load| load.number)
    }
}

impl Awaited {
    /// Whether an answer is the last that is known of the session.
    pub(super) fn agrees(&self, answer: Change) -> bool {
        !self.is_doubtful && [self.heard, self.confirmed].into_iter().flatten().all(|known| known == answer)
    }
}
