//! The invariants that hold at every instant, checked on each step that a record makes.

use session::Handle;
use session::clock::Timestamp;
use session::record::Record;

use super::data::Room;
use super::model::{Kind, Model, View};

/// Whether a failover took the last updates away in this step: what was lost was lost by the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Made,
    Unmade,
}

impl Model {
    /// A record may have changed; this is what it is now.
    pub(super) fn observe(&mut self, handle: Handle, record: Option<Record>, now: Timestamp, step: Step) {
        let known = self.find(handle);
        if known.is_none() && record.is_none() {
            return;
        }
        let index = known.unwrap_or_else(|| self.begin(handle));
        let after = match record.map(View::of).transpose() {
            Ok(after) => after,
            Err(error) => return self.violated("a record is readable", format!("#{index}: {error}")),
        };
        let before = self.records[index].view.take();
        match (&before, &after) {
            (None, None) => {}
            (None, Some(after)) => {
                if known.is_some() {
                    let why = self.records[index].ended.unwrap_or("gone");
                    self.violated("nothing comes back", format!("#{index} was {why}, and lives again"));
                }
                self.say(format!("  #{index} begins: {}", shown(after)));
                self.records[index].proofs.extend(after.proof());
                self.content(index, after);
            }
            (Some(before), None) if before.header.is_expired(now) => {
                self.records[index].ended = Some("expired");
            }
            (Some(_), None) => {
                self.say(format!("  #{index} is deleted"));
                if self.records[index].given && !self.records[index].may_end {
                    self.violated("nobody is logged out", format!("#{index} ended, and nobody asked for it"));
                }
            }
            (Some(before), Some(after)) => {
                if step == Step::Made {
                    self.step(index, before, after);
                } else {
                    self.say(format!("  #{index} falls back: {}", shown(after)));
                    self.records[index].shown.clear();
                }
                self.content(index, after);
            }
        }
        self.records[index].view = after;
    }

    /// From one state of a record to the next.
    fn step(&mut self, index: usize, before: &View, after: &View) {
        let (was, is) = (&before.header, &after.header);
        if was.stamp() == is.stamp() {
            if before.fields != after.fields || is.idle_deadline < was.idle_deadline {
                self.violated("touching changes nothing", format!("#{index}"));
            }
            return;
        }
        self.say(format!("  #{index} becomes: {}", shown(after)));
        if is.revision != was.revision + 1 {
            let what = format!("#{index}: revision {} after {}", is.revision, was.revision);
            self.violated("commits are in line", what);
        }
        let rotated = before.proof() != after.proof();
        if rotated != (is.rotations == was.rotations + 1) {
            self.violated(
                "one secret",
                format!("#{index}: a secret changed without a rotation, or the reverse"),
            );
        }
        if rotated {
            self.records[index].proofs.extend(after.proof());
        }
        if was.principal != is.principal && !(was.principal.is_nobody() && rotated) {
            let what = format!("#{index}: from {:?} to {:?}", before.room.user, after.room.user);
            self.violated("a handle never spans two principals", what);
        }
        if before.room.level != after.room.level && !rotated {
            self.violated("a privilege rotates", format!("#{index}"));
        }
        self.fields(index, before, after);
        self.messages(index, &before.room, &after.room);
    }

    /// No write undoes another one's.
    fn fields(&mut self, index: usize, before: &View, after: &View) {
        let (was, is) = (&before.room, &after.room);
        if let Some(lost) = was.seen.difference(&is.seen).next() {
            self.violated("no write is lost", format!("#{index}: {lost} was in `seen`"));
        }
        for (client, (old, new)) in was.marks().into_iter().zip(is.marks()).enumerate() {
            if new < old {
                let what = format!("#{index}: {old} became {new} in the mark of client {client}");
                self.violated("disjoint fields are never lost", what);
            }
        }
        if after.extra.tag < before.extra.tag {
            let what = format!("#{index}: {:?} became {:?}", before.extra, after.extra);
            self.violated("what a program does not know it does not touch", what);
        }
    }

    /// A message goes when a page was about to show it, or when there is a newer one.
    fn messages(&mut self, index: usize, was: &Room, is: &Room) {
        if was.notice == is.notice {
            return;
        }
        if let Some(new) = is.notice
            && self.records[index].shown.contains(&new)
        {
            self.violated("nothing comes back", format!("#{index}: message {new}"));
        }
        let Some(old) = was.notice else { return };
        if is.notice.is_none() && !self.showing.contains(&old) {
            self.violated("a message is shown before it goes", format!("#{index}: message {old}"));
        }
        self.records[index].shown.insert(old);
    }

    /// What may stand in a record at all.
    fn content(&mut self, index: usize, view: &View) {
        let room = &view.room;
        if room.count != room.seen.len() as u64 {
            let what = format!("#{index}: {} writes were counted as {}", room.seen.len(), room.count);
            self.violated("a commit applies once", what);
        }
        let own = room.seen.iter().copied().chain(room.marks()).chain(room.notice);
        for tag in own.chain([room.level, view.extra.tag]).filter(|tag| *tag != 0) {
            self.visible(index, room.user, tag);
        }
        self.family(index, room);
        for (client, tag) in room.marks().into_iter().enumerate().filter(|(_, tag)| *tag != 0) {
            if self.known(tag).is_some_and(|tag| tag.client != client) {
                self.violated("disjoint fields are never lost", format!("#{index}: {tag} in another's mark"));
            }
        }
        let whole = view.extra.tag == 0 || view.extra.twice == [view.extra.tag; 2];
        let known = self.known(view.extra.tag).is_none_or(|tag| tag.kind == Kind::Extra);
        if !whole || !known {
            let what = format!("#{index}: {:?}", view.extra);
            self.violated("what a program does not know it does not touch", what);
        }
    }

    /// Nobody sees what another principal wrote, or what was never committed.
    pub(super) fn visible(&mut self, index: usize, user: Option<i64>, tag: u64) {
        let Some(known) = self.known(tag) else {
            return self.violated("nothing comes from nowhere", format!("#{index}: {tag}"));
        };
        if !known.sent {
            self.violated("a failed response commits nothing", format!("#{index}: {tag}"));
        }
        if known.principal.is_some() && known.principal != user {
            let what = format!("#{index}: {tag} of {:?} in the session of {user:?}", known.principal);
            self.violated("one principal's data never reaches another", what);
        }
    }

    /// Sessions of one jar never show what another jar's wrote.
    fn family(&mut self, index: usize, room: &Room) {
        let numbers = room.seen.iter().copied().chain(room.marks()).chain([room.theme, room.level]);
        let known: Vec<usize> = numbers.filter_map(|tag| self.known(tag)).map(|tag| tag.group).collect();
        for group in known {
            if *self.records[index].group.get_or_insert(group) != group {
                self.violated("sessions are apart", format!("#{index}: data of two groups of clients"));
            }
        }
    }
}

fn shown(view: &View) -> String {
    let (header, room) = (&view.header, &view.room);
    format!(
        "revision {} · rotations {} · user {:?} · level {} · seen {:?} · marks {:?} · notice {:?} · extra {}",
        header.revision,
        header.rotations,
        room.user,
        room.level,
        room.seen,
        room.marks(),
        room.notice,
        view.extra.tag
    )
}
