//! Wrappers that change how a session's data lies in a store: [`Encrypted`] seals it
#![cfg_attr(feature = "compression", doc = ", [`Compressed`] makes it shorter.")]
#![cfg_attr(not(feature = "compression"), doc = ".")]
//!
//! Each is a [`Store`] around one that keeps records on the server, and changes none of its laws. Only the fields are
//! packed, and the record's header says how; handles, deadlines and what else a store or its script needs stay readable.
//!
//! # Order
//!
//! `Compressed<Encrypted<RedisStore>>`: first compress, then seal. Sealed bytes do not compress, so the other order is
//! refused with the first commit.
//!
//! # Introducing a wrapper while sessions live
//!
//! A record is packed when it is written next, and read as it is until then. A program without the wrapper answers an
//! error (`Config`, with the cure) for a packed record, so every program gets the wrapper before the first one packs:
//!
//! | deploy | sealing | compressing |
//! |---|---|---|
//! | 1 | `Encrypted::new(store, keys).opens_only()` | `Compressed::new(store).threshold(usize::MAX)` |
//! | 2 | `Encrypted::new(store, keys)` | `Compressed::new(store)` |
//! | 3, when the longest session has ended since | `Encrypted::new(store, keys).strict()` | |
//!
//! The way back is 2, 1, and when the longest session has ended, none. Keys are changed without any of this: see
//! [`KeyRing`](session::crypto::KeyRing).

#[cfg(feature = "compression")]
mod compressed;
mod encrypted;

use session::event::{Events, SessionEvent};
use session::record::Record;
use session::store::{AnyKind, Commit, Freshness, Kind, Load, Loads, Locator, ServerSide, Store, Write};
use session::{Error, ErrorKind, Handle};

#[cfg(feature = "compression")]
pub use compressed::Compressed;
pub use encrypted::Encrypted;

/// A [`Kind`] whose records are in the store itself. An erased store may be wrapped, too; whether it keeps its records is
/// then asked at run time.
#[diagnostic::on_unimplemented(
    message = "the records of a `{Self}` store cannot be packed on their way into it",
    note = "where the client keeps the records, the store seals and compresses them itself"
)]
pub trait KeepsRecords: Kind {}

impl KeepsRecords for ServerSide {}
impl KeepsRecords for AnyKind {}

/// What a wrapper does to what passes through it.
trait Packs: Sync {
    type Store: Store;

    fn store(&self) -> &Self::Store;

    /// The write as the store gets it.
    fn pack(&self, write: &Write) -> Result<Write, Error>;

    /// A record from the store as it was before.
    fn unpack(&self, handle: &Handle, record: Record) -> Result<Record, Error>;

    /// Who is told of what cannot be read.
    fn events(&self) -> &Events;
}

async fn load<P: Packs>(wrapper: &P, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
    let Locator::Handle(handle) = at else { return Err(unsupported()) };
    Ok(match wrapper.store().load_within(at, freshness).await? {
        Load::Found(record) => Load::Found(wrapper.unpack(handle, record)?),
        Load::Absent => Load::Absent,
    })
}

async fn load_many<P: Packs>(wrapper: &P, handles: &[Handle]) -> Result<Loads, Error> {
    let packed = wrapper.store().load_many(handles).await?;
    let unpack = |(handle, load): (&Handle, Result<Load, Error>)| match load? {
        Load::Found(record) => Ok(Load::Found(wrapper.unpack(handle, record)?)),
        Load::Absent => Ok(Load::Absent),
    };
    Ok(handles.iter().zip(packed).map(unpack).collect())
}

async fn commit<P: Packs>(wrapper: &P, write: &Write) -> Result<Commit, Error> {
    if wrapper.store().capabilities().client_side {
        return Err(unsupported());
    }
    let packed = wrapper.pack(write)?;
    Ok(match wrapper.store().commit(&packed).await? {
        Commit::Committed { mut record, sealed } => {
            // Mostly they are the bytes that were just sent, and what is in them is at hand.
            if record.fields == packed.fields && record.header.packing == packed.draft.packing {
                (record.fields, record.header.packing) = (write.fields.clone(), write.draft.packing);
            } else {
                match wrapper.unpack(&write.handle, record) {
                    Ok(unpacked) => record = unpacked,
                    // The commit was made, by an earlier attempt, and cannot be read. An error would say that it was not,
                    // and it would be made again.
                    Err(error) => {
                        let session = write.handle.into();
                        wrapper
                            .events()
                            .emit(&SessionEvent::Unreadable { session, failure: (&error).into() });
                        return Ok(Commit::OutcomeUnknown);
                    }
                }
            }
            Commit::Committed { record, sealed }
        }
        Commit::Conflict(record) => Commit::Conflict(wrapper.unpack(&write.handle, record)?),
        answer @ (Commit::Gone(_) | Commit::OutcomeUnknown | Commit::Full(_)) => answer,
    })
}

fn unsupported() -> Error {
    Error::new(ErrorKind::Unsupported { power: "be wrapped: its client keeps the records" })
}

/// Said when a layer is built, and not with every request.
fn kept_here(store: &impl Store) -> Result<(), Error> {
    match store.capabilities().client_side {
        true => Err(misuse(
            "the client keeps the records of this store, which seals and compresses them itself: leave `Encrypted` and \
             `Compressed` away",
        )),
        false => Ok(()),
    }
}

fn misuse(problem: &str) -> Error {
    Error::new(ErrorKind::Config(vec![problem.to_owned()]))
}

/// The operations that concern no fields, and those that pass packed or unpacked fields through the functions above.
macro_rules! store_through {
    ($wrapper:ident) => {
        impl<S: Store<Kind: KeepsRecords>> Store for $wrapper<S> {
            type Kind = S::Kind;

            async fn load(&self, at: &Locator) -> Result<Load, Error> {
                super::load(self, at, Freshness::Promised).await
            }

            async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
                super::load(self, at, freshness).await
            }

            async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
                super::load_many(self, handles).await
            }

            async fn commit(&self, write: &Write) -> Result<Commit, Error> {
                super::commit(self, write).await
            }

            async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
                self.store.touch(touch).await
            }

            async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
                self.store.delete(handle).await
            }

            fn now(&self) -> Timestamp {
                self.store.now()
            }

            fn past(&self) -> Timestamp {
                self.store.past()
            }

            async fn health(&self) -> Result<Health, Error> {
                self.store.health().await
            }

            fn capabilities(&self) -> Capabilities {
                let mut capabilities = self.store.capabilities();
                capabilities.max_record =
                    capabilities.max_record.map(|most| most.saturating_sub(Self::OVERHEAD));
                capabilities
            }

            fn configured(&self, config: &session::config::SessionConfig) -> Result<Option<Self>, Error> {
                super::kept_here(&self.store)?;
                let store = self.store.configured(config)?;
                Ok(store.map(|store| self.around(store)))
            }
        }

        impl<S: Scan + Store<Kind: KeepsRecords>> Scan for $wrapper<S> {
            async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
                self.store.scan(cursor, limit).await
            }

            async fn count(&self) -> Result<u64, Error> {
                self.store.count().await
            }

            async fn clear(&self) -> Result<u64, Error> {
                self.store.clear().await
            }
        }

        impl<S: Index + Store<Kind: KeepsRecords>> Index for $wrapper<S> {
            async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
                self.store.members(term).await
            }

            async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
                self.store.bar(term, except).await
            }

            async fn end(&self, handle: &Handle) -> Result<bool, Error> {
                self.store.end(handle).await
            }

            async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
                self.store.unlist(term, members).await
            }
        }
    };
}
use store_through;

#[cfg(all(test, feature = "memory"))]
mod tests;
