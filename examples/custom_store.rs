//! A store of one's own, and the suite that says whether it is one: `cargo test --example custom_store`.
//!
//! It keeps sessions in a map and writes every change to an append-only log, so that they survive a restart. The rules of
//! what a commit and a touch may do are not written again: `decide` and `decide_touch` are called under the store's lock.

use std::collections::HashMap;
use std::io::{self, Read, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use session::clock::{Clock, Timestamp};
use session::record::Record;
use session::store::{
    Capabilities, Commit, Gone, Health, Load, Locator, ServerSide, Slot, Store, Touch, Touched, Verdict,
    Write, decide, decide_touch,
};
use session::{Applied, Error, ErrorKind, Handle};

/// Twice as long as a create may take.
const TOMBSTONE_LIFE: Duration = Duration::from_secs(60);

/// Sessions in a map and in a log.
#[derive(Debug)]
pub struct LogStore<L, C> {
    clock: C,
    inner: Mutex<Inner<L>>,
}

#[derive(Debug)]
struct Inner<L> {
    log: L,
    entries: HashMap<Handle, Entry>,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "simple rather than small")]
enum Entry {
    Record(Record),
    Tombstone { until: Timestamp },
}

impl<L, C> LogStore<L, C>
where
    L: io::Write + Send + 'static,
    C: Clock,
{
    /// An empty store that writes to `log`.
    pub fn new(log: L, clock: C) -> Self {
        Self { clock, inner: Mutex::new(Inner { log, entries: HashMap::new() }) }
    }

    /// The sessions of an earlier log; from here on changes go to `log`.
    ///
    /// # Errors
    /// The log cannot be read, or is not one.
    pub fn replay(mut earlier: impl Read, log: L, clock: C) -> io::Result<Self> {
        let mut entries = HashMap::new();
        let mut head = [0; 16 + 8 + 4];
        loop {
            match earlier.read_exact(&mut head) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                read => read?,
            }
            let (handle, rest) = head.split_at(16);
            let (until, length) = rest.split_at(8);
            let handle = Handle::from_bytes(handle.try_into().map_err(io::Error::other)?);
            let until = u64::from_le_bytes(until.try_into().map_err(io::Error::other)?);
            let length = u32::from_le_bytes(length.try_into().map_err(io::Error::other)?);
            let mut bytes = Vec::new();
            Read::take(&mut earlier, u64::from(length)).read_to_end(&mut bytes)?;
            let entry = match bytes.is_empty() {
                true => Entry::Tombstone { until: Timestamp::from_millis(until) },
                false => Entry::Record(Record::decode(&bytes.into()).map_err(io::Error::other)?),
            };
            entries.insert(handle, entry);
        }
        Ok(Self { clock, inner: Mutex::new(Inner { log, entries }) })
    }

    /// How many entries there are.
    pub fn kept(&self) -> usize {
        self.lock().1.entries.len()
    }

    fn lock(&self) -> (Timestamp, MutexGuard<'_, Inner<L>>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked under the lock, so that time does not go back from one operation to the next.
        let now = self.clock.now();
        inner.entries.retain(|_, entry| match entry {
            Entry::Record(record) => {
                !record.header.is_expired(now) || now < record.header.created.after(TOMBSTONE_LIFE)
            }
            Entry::Tombstone { until } => now < *until,
        });
        (now, inner)
    }
}

impl<L: io::Write> Inner<L> {
    fn slot(&self, handle: &Handle) -> Slot<'_> {
        match self.entries.get(handle) {
            Some(Entry::Record(record)) => Slot::Record(record),
            Some(Entry::Tombstone { .. }) => Slot::Tombstone,
            None => Slot::Vacant,
        }
    }

    /// Log first: what cannot be logged did not happen.
    fn put(&mut self, handle: Handle, entry: Entry) -> Result<(), Error> {
        let (until, bytes) = match &entry {
            Entry::Record(record) => (0, record.encode()),
            Entry::Tombstone { until } => (until.as_millis(), Vec::new()),
        };
        let too_large = |_| Error::too_large(bytes.len(), u32::MAX as usize);
        let length = u32::try_from(bytes.len()).map_err(too_large)?;
        let line = [&handle.as_bytes()[..], &until.to_le_bytes(), &length.to_le_bytes(), &bytes].concat();
        // A part of it may have been written.
        self.log.write_all(&line).map_err(|error| Error::unavailable(Applied::Unknown, error))?;
        self.entries.insert(handle, entry);
        Ok(())
    }
}

impl<L, C> Store for LogStore<L, C>
where
    L: io::Write + Send + 'static,
    C: Clock,
{
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Handle(handle) = at else {
            return Err(Error::new(ErrorKind::Unsupported { power: "open sealed records" }));
        };
        let (now, inner) = self.lock();
        Ok(match inner.slot(handle) {
            Slot::Record(record) if !record.header.is_expired(now) => Load::Found(record.clone()),
            _ => Load::Absent,
        })
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let (now, mut inner) = self.lock();
        let slot = inner.slot(&write.handle);
        let verdict = decide(slot, write, now);
        let present = if let Slot::Record(record) = slot { Some(record.clone()) } else { None };
        Ok(match (verdict, present) {
            (Verdict::Apply(record), _) => {
                inner.put(write.handle, Entry::Record(record.clone()))?;
                Commit::Committed { record, sealed: None }
            }
            (Verdict::Applied, Some(record)) => Commit::Committed { record, sealed: None },
            (Verdict::Conflict, Some(record)) => Commit::Conflict(record),
            // Both are only ever said of a record.
            (Verdict::Applied | Verdict::Conflict, None) => Commit::Gone(Gone::Absent),
            (Verdict::Gone(why), _) => Commit::Gone(why),
            (Verdict::Unknown, _) => Commit::OutcomeUnknown,
        })
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let (now, mut inner) = self.lock();
        let slot = inner.slot(&touch.handle);
        let (moved, mut record) = match (decide_touch(slot, touch, now), slot) {
            (Ok(moved), Slot::Record(record)) => (moved, record.clone()),
            (Ok(_), _) => return Ok(Touched::Gone(Gone::Absent)),
            (Err(why), _) => return Ok(Touched::Gone(why)),
        };
        if let Some(deadline) = moved {
            record.header.idle_deadline = deadline;
            inner.put(touch.handle, Entry::Record(record.clone()))?;
        }
        Ok(Touched::Until { idle_deadline: record.header.idle_deadline, sealed: None })
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let (now, mut inner) = self.lock();
        let live = matches!(inner.slot(handle), Slot::Record(record) if !record.header.is_expired(now));
        if live {
            inner.put(*handle, Entry::Tombstone { until: now.after(TOMBSTONE_LIFE) })?;
        }
        Ok(live)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        let (_, mut inner) = self.lock();
        inner.log.flush().map_err(|error| Error::unavailable(Applied::No, error))?;
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
}

fn main() {
    let store = LogStore::new(io::sink(), session::clock::SystemClock);
    let mut out = io::stdout();
    let _ = writeln!(out, "{} sessions; `cargo test --example custom_store` tries the laws", store.kept());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use session::Proof;
    use session::record::{Credential, Nonce, Packing, Principal};
    use session::store::{Absolute, Condition, Draft, Rotation, Times};
    use session::testing::{Faulty, ManualClock, block_on};

    use super::*;

    // All that it takes: one test per law.
    session::conformance! {
        mod laws;
        subject = OnClock::new(|clock| LogStore::new(io::sink(), clock)).measured(LogStore::kept);
        also = [memory];
    }

    // The same store behind a connection that can be cut.
    session::conformance! {
        mod laws_behind_a_network;
        subject = OnClock::new(|clock| Faulty::new(LogStore::new(io::sink(), clock))).severable(Faulty::cut);
        also = [outage];
    }

    /// A log that can be read again.
    #[derive(Debug, Clone, Default)]
    struct Disk(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn start(disk: &Disk, clock: &Arc<ManualClock>) -> LogStore<Disk, Arc<ManualClock>> {
        let log = disk.0.lock().unwrap().clone();
        LogStore::replay(&log[..], disk.clone(), Arc::clone(clock)).unwrap()
    }

    #[test]
    fn sessions_and_tombstones_survive_a_restart() {
        let (disk, clock) = (Disk::default(), Arc::default());
        let store = start(&disk, &clock);
        let [lives, ended] = [1, 2].map(|byte| {
            let write = create(Handle::from_bytes([byte; 16]), store.now());
            assert!(matches!(block_on(store.commit(&write)).unwrap(), Commit::Committed { .. }));
            write
        });
        assert!(block_on(store.delete(&ended.handle)).unwrap());
        drop(store);
        let store = start(&disk, &clock);
        assert!(matches!(block_on(store.load(&Locator::Handle(lives.handle))).unwrap(), Load::Found(_)));
        assert!(matches!(block_on(store.commit(&ended)).unwrap(), Commit::Gone(Gone::Deleted)));
    }

    fn create(handle: Handle, now: Timestamp) -> Write {
        let hour = Duration::from_secs(3600);
        let draft = Draft {
            persistent: false,
            remembered: false,
            schema_version: 1,
            min_reader: 1,
            lineage: [0; 16],
            packing: Packing::NONE,
            binding: None,
            principal: Principal::NOBODY,
            credential: Some(Credential::only(Proof::from_bytes([1; 32]))),
        };
        let times = Times {
            idle_span: hour,
            absolute: Absolute::Span(hour),
            authenticates: false,
            rotation: Rotation::None,
        };
        let condition = Condition::Absent { not_after: now.after(hour) };
        Write::new(handle, condition, Nonce([1; 8]), draft, times, Vec::new().into())
    }
}
