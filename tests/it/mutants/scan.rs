//! How mutants are scanned.

use session::store::{Cursor, Page, Scan};
use session::{Error, Handle};

use super::flaws::Flaw;
use super::store::{Entry, Mutant, is_live};

impl Scan for Mutant {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let (now, state) = self.lock();
        let shows = |entry: &Entry| match entry {
            Entry::Record(_) => self.is(Flaw::ScansShowTheExpired) || is_live(entry, now),
            Entry::Tombstone { .. } => false,
        };
        let all: Vec<_> =
            state.map.iter().filter(|(_, entry)| shows(entry)).map(|(handle, _)| *handle).collect();
        if limit > 1000 && self.is(Flaw::LargePagesAreEmpty) {
            return Ok(Page { handles: Vec::new(), next: None });
        }
        if self.is(Flaw::ScansCountPlaces) {
            let from = cursor.map_or(0, |cursor| usize::from(cursor.0[0]) << 8 | usize::from(cursor.0[1]));
            let handles: Vec<_> = all.iter().skip(from).take(limit).copied().collect();
            let to = u16::try_from(from + handles.len()).expect("few sessions");
            let next = (!handles.is_empty()).then(|| Cursor(to.to_be_bytes().to_vec()));
            return Ok(Page { handles, next });
        }
        let after = cursor.map(|cursor| Handle::from_bytes(cursor.0[..].try_into().expect("our own")));
        let rest = all.into_iter().filter(|handle| after.is_none_or(|after| *handle > after));
        let handles: Vec<_> = rest.take(limit).collect();
        let next = handles.last().map(|last| Cursor(last.as_bytes().to_vec()));
        Ok(Page { handles, next })
    }

    async fn count(&self) -> Result<u64, Error> {
        let (now, state) = self.lock();
        let counts = |entry: &&Entry| match entry {
            Entry::Record(_) => self.is(Flaw::CountsTheExpired) || is_live(entry, now),
            Entry::Tombstone { .. } => false,
        };
        Ok(state.map.values().filter(counts).count() as u64)
    }

    async fn clear(&self) -> Result<u64, Error> {
        let (now, mut state) = self.lock();
        let live = state.map.iter().filter(|(_, entry)| is_live(entry, now));
        let live: Vec<_> = live.map(|(handle, _)| *handle).collect();
        let spared = usize::from(live.len() > 100 && self.is(Flaw::ClearingSparesOne));
        for handle in live.iter().skip(spared) {
            match self.is(Flaw::ClearingLeavesNoTombstones) {
                true => drop(state.map.remove(handle)),
                false => self.bury(*handle, &mut state, now),
            }
            if let Some(Entry::Tombstone { was, .. }) = state.map.get_mut(handle) {
                *was = None;
            }
        }
        Ok(live.len() as u64)
    }
}
