use std::fmt;
use std::sync::Arc;

use session::clock::Timestamp;
use session::crypto::{Associated, Purpose, SEAL_OVERHEAD, SharedKeyRing};
use session::event::{Events, SessionEvent};
use session::record::{Binding, Header, Packing, Principal, Record};
use session::store::{
    Capabilities, Commit, Cursor, Draft, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan,
    Store, Term, Touch, Touched, Write,
};
use session::{Error, ErrorKind, Handle};

use super::{KeepsRecords, Packs, misuse, store_through};

/// The layout of what is sealed: a record's fields.
const FORMAT: u8 = 1;

/// A store whose records are sealed: whoever reads the store, a backup of it or the traffic to it learns when sessions
/// began, end and were used, and nothing of what is in them.
///
/// ```
/// use session::crypto::{Key, KeyRing};
/// use session_stores::Encrypted;
/// # #[cfg(feature = "memory")] {
/// # use session_stores::MemoryStore;
///
/// let keys = KeyRing::new(&Key::generate()?);
/// let store = Encrypted::new(MemoryStore::new(), keys).application("shop");
/// # }
/// # Ok::<(), session::Error>(())
/// ```
///
/// # What a seal is bound to
///
/// The application, the handle, and of the header what a commit decides and a store copies: lineage, principal, whether
/// the fields are compressed, and from where the session may be used. So fields that are moved to another session, given
/// to somebody else or freed of their binding do not open. Not bound are the deadlines and counters, which the store
/// makes up, and the credential: a touch changes no seal, and a rotation seals anew like every other commit. Nor does a seal
/// tell that an *older* copy of the same record was put back.
///
/// # What does not open
///
/// is `Corrupt` and never absent: damaged, forged, sealed with a key that is not in the ring any more, or for another
/// application. What becomes of such a session is the configuration's
/// ([`OnCorrupt`](session::config::OnCorrupt)).
///
/// # Keys
///
/// Every commit seals with the ring's primary key, whichever key opened the record, so an old key can be retired when
/// the longest session has ended. Records that were never sealed are read until [`strict`](Self::strict); until then,
/// whoever can write to the store can put plain records there.
///
/// # Cost
///
/// No store call; 45 bytes, 1 to 2 µs for a load and as much for a commit of 2 KiB (see [`session::crypto`]).
#[derive(Clone)]
pub struct Encrypted<S> {
    store: S,
    keys: SharedKeyRing,
    application: Arc<str>,
    mode: Mode,
    events: Events,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    OpensOnly,
    Seals,
    Strict,
}

impl<S: Store<Kind: KeepsRecords>> Encrypted<S> {
    /// Seals what is written to `store`, with the ring's primary key, and opens what any of its keys sealed.
    pub fn new(store: S, keys: impl Into<SharedKeyRing>) -> Self {
        Self {
            store,
            keys: keys.into(),
            application: "session".into(),
            mode: Mode::Seals,
            events: Events::default(),
        }
    }
}

impl<S> Encrypted<S> {
    const OVERHEAD: usize = SEAL_OVERHEAD;

    /// The application's name, which is part of every seal: applications that share keys and store do not read each
    /// other's records. Default: `session`, as in the configuration.
    #[must_use]
    pub fn application(mut self, name: impl Into<Arc<str>>) -> Self {
        self.application = name.into();
        self
    }

    /// Who is told of what does not open. Give it the same as the configuration, so that everything arrives at one place.
    #[must_use]
    pub fn events(mut self, events: impl Into<Events>) -> Self {
        self.events = events.into();
        self
    }

    /// Opens what is sealed and seals nothing, not even what was: for the deploy before the one that seals, and for the one
    /// that takes sealing back.
    #[must_use]
    pub fn opens_only(mut self) -> Self {
        self.mode = Mode::OpensOnly;
        self
    }

    /// Accepts no record that is not sealed: it is `Corrupt`. For when the longest session has ended since every program
    /// seals; from then on, who can write to the store cannot put data there that anybody would believe.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.mode = Mode::Strict;
        self
    }

    /// The same around that store.
    fn around(&self, store: S) -> Self {
        let Self { keys, application, mode, events, .. } = self;
        let (keys, application, events) = (keys.clone(), Arc::clone(application), events.clone());
        Self { store, keys, application, mode: *mode, events }
    }

    /// Seals or opens with what the fields are bound to.
    fn bound<R>(&self, handle: &Handle, constant: &Constant, seal: impl FnOnce(&Associated<'_>) -> R) -> R {
        let Constant { lineage, principal, compressed, binding } = constant;
        let compressed = [u8::from(*compressed)];
        let [key, address, agent]: [&[u8]; 3] = match binding {
            Some(Binding { key, address, agent }) => [key, address, agent],
            None => [&[]; 3],
        };
        let parts = [handle.as_bytes(), &principal.0[..], &compressed, key, address, agent];
        let associated = Associated::new(Purpose::SealRecord, &self.application).format(FORMAT);
        seal(&associated.lineage(lineage).immutable(&parts))
    }
}

/// What of a header is as the commit says it, and stays so until the next one.
struct Constant {
    lineage: [u8; 16],
    principal: Principal,
    compressed: bool,
    binding: Option<Binding>,
}

impl From<&Draft> for Constant {
    fn from(draft: &Draft) -> Self {
        let Draft { lineage, principal, packing: Packing { compressed, .. }, binding, .. } = *draft;
        Self { lineage, principal, compressed, binding }
    }
}

impl From<&Header> for Constant {
    fn from(header: &Header) -> Self {
        let Header { lineage, principal, packing: Packing { compressed, .. }, binding, .. } = *header;
        Self { lineage, principal, compressed, binding }
    }
}

impl<S: Store<Kind: KeepsRecords>> Packs for Encrypted<S> {
    type Store = S;

    fn store(&self) -> &S {
        &self.store
    }

    fn events(&self) -> &Events {
        &self.events
    }

    fn pack(&self, write: &Write) -> Result<Write, Error> {
        if write.draft.packing.sealed {
            return Err(misuse("a store is wrapped in `Encrypted` twice: remove one"));
        }
        let mut packed = write.clone();
        if self.mode != Mode::OpensOnly {
            let seal = |bound_to: &Associated<'_>| self.keys.current().seal(bound_to, &write.fields);
            packed.fields = self.bound(&write.handle, &Constant::from(&write.draft), seal)?.into();
            packed.draft.packing.sealed = true;
        }
        Ok(packed)
    }

    fn unpack(&self, handle: &Handle, record: Record) -> Result<Record, Error> {
        let Packing { compressed, sealed } = record.header.packing;
        match (sealed, self.mode) {
            (false, Mode::Strict) => Err(Error::new(ErrorKind::Corrupt).in_context(
                "a record is not sealed, and a strict store has sealed ones only; if it is not forged, a program without \
                 `strict` still writes",
            )),
            (false, Mode::OpensOnly | Mode::Seals) => Ok(record),
            (true, _) => {
                let open = |bound_to: &Associated<'_>| self.keys.current().open(bound_to, &record.fields);
                let opened = self.bound(handle, &Constant::from(&record.header), open).map_err(|error| {
                    let session = Some((*handle).into());
                    self.events.emit(&SessionEvent::DecryptFailed { session, what: "record" });
                    Error::corrupt(error).in_context("a sealed record does not open")
                })?;
                Ok(record.unpacked(Packing { compressed, sealed: false }, opened.into())?)
            }
        }
    }
}

store_through!(Encrypted);

/// Shows the ids of the keys.
impl<S: fmt::Debug> fmt::Debug for Encrypted<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { store, keys, application, mode, events: _ } = self;
        f.debug_struct("Encrypted")
            .field("store", store)
            .field("keys", keys)
            .field("application", application)
            .field("mode", mode)
            .finish()
    }
}
