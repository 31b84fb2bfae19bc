//! How mutants answer for many handles at once.

use session::store::{Load, Loads};
use session::{Error, Handle};

use super::flaws::Flaw;
use super::store::{Entry, Mutant, is_live};

impl Mutant {
    /// By the map, and not through `load`: what is wrong with a load is not wrong here.
    pub(super) fn batch(&self, handles: &[Handle]) -> Result<Loads, Error> {
        let absent = || handles.iter().map(|_| Ok(Load::Absent)).collect();
        if let Some(loads) = self.reach(Flaw::AnOutageIsAbsentToBatches, absent)? {
            return Ok(loads());
        }
        let (now, state) = self.lock();
        let mut loads = Vec::new();
        for handle in handles {
            match state.map.get(handle) {
                Some(entry @ Entry::Record(kept))
                    if is_live(entry, now) || self.is(Flaw::BatchesShowTheExpired) =>
                {
                    let mut record = kept.record.clone();
                    if self.is(Flaw::BatchesForgetTouches) {
                        record.header.idle_deadline = kept.committed_until;
                    }
                    loads.push(Ok(Load::Found(record)));
                }
                _ if self.is(Flaw::BatchesLeaveOutTheAbsent) => {}
                _ => loads.push(Ok(Load::Absent)),
            }
        }
        Ok(loads)
    }
}
