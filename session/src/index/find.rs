use std::fmt;
use std::pin::Pin;

use futures_util::stream::{self, StreamExt as _};

use super::term;
use super::{Device, Devices, Lookup, Revoked, Unfinished};
use crate::current::Current;
use crate::data::SessionData;
use crate::error::Error;
use crate::event::{self, RevokedBy};
use crate::load;
use crate::record::Record;
use crate::store::{Index, Load, Locator, Member, Term};
use crate::token::Handle;

/// How many sessions are ended at once.
const AT_ONCE: usize = 32;

/// The sessions that have one value in an indexed field: of one user, mostly.
///
/// Whether a session counts, its record decides: one that has expired, or has the value no more, is not shown, and is
/// taken out of the index on the occasion. Sessions are never missed that have been written since the field has its
/// index; those from before join when they are next signed in to.
#[must_use = "nothing is asked before it is listed, counted or revoked"]
pub struct SessionsOf<'l, T, S> {
    lookup: &'l Lookup<T, S>,
    row: usize,
    term: Result<Option<Term>, Error>,
}

impl<'l, T: SessionData, S> SessionsOf<'l, T, S> {
    pub(super) const fn new(lookup: &'l Lookup<T, S>, row: usize, term: Result<Option<Term>, Error>) -> Self {
        Self { lookup, row, term }
    }

    /// Nothing where nobody can be found, as with an empty text.
    fn term(&self) -> Result<Option<Term>, Error> {
        match &self.term {
            Ok(term) => Ok(*term),
            Err(error) => Err(Error::new(error.kind().clone())),
        }
    }

    fn is_of(&self, term: &Term, record: &Record) -> Result<bool, Error> {
        Ok(term::of_record(&T::FIELDS[self.row], record)? == Some(*term))
    }
}

impl<T: SessionData, S: Index> SessionsOf<'_, T, S> {
    /// The sessions. One store call, and one for each page of records that the store can load at once.
    ///
    /// # Errors
    /// `Unavailable`. `Unsupported` from an erased store that keeps no index.
    pub async fn list(&self) -> Result<Devices<T>, Error> {
        let mut listed = Devices { devices: Vec::new(), unreadable: Vec::new() };
        let Some(term) = self.term()? else { return Ok(listed) };
        for (member, load) in self.live(&term).await? {
            let handle = member.handle;
            let device = load.and_then(|record| {
                let header = record.header.clone();
                let session = load::of_record_at(&self.lookup.runtime, handle, record)?;
                Ok(Device::new(handle, &header, session))
            });
            match device {
                Ok(device) => listed.devices.push(device),
                Err(error) => listed.unreadable.push((handle, error)),
            }
        }
        listed.devices.sort_by_key(|device| (std::cmp::Reverse(device.last_seen), device.handle));
        Ok(listed)
    }

    /// How many there are. As many store calls as [`list`](Self::list): only its record says whether a session lives.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn count(&self) -> Result<u64, Error> {
        let Some(term) = self.term()? else { return Ok(0) };
        Ok(self.live(&term).await?.len() as u64)
    }

    /// Ends one of them; whether it was one, and lived. Four store calls, one if it was none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn revoke(&self, handle: Handle) -> Result<bool, Error> {
        let Some(term) = self.term()? else { return Ok(false) };
        let store = &self.lookup.store;
        match store.load(&Locator::Handle(handle)).await {
            Ok(Load::Found(record)) if self.is_of(&term, &record)? => {}
            Ok(_) => return Ok(false),
            // Only that it is listed says that a session that cannot be read is one of them.
            Err(error) if error.is_unavailable() => return Err(error),
            Err(error) => match store.members(&term).await?.iter().any(|member| member.handle == handle) {
                true => {}
                false => return Err(error),
            },
        }
        let ended = store.end(&handle).await?;
        if ended {
            event::revoked(&self.lookup.runtime.events, handle, RevokedBy::Principal);
        }
        let members = store.members(&term).await?;
        let gone: Vec<_> = members.into_iter().filter(|member| member.handle == handle).collect();
        store.unlist(&term, &gone).await?;
        Ok(ended)
    }

    /// Ends all of them, and whatever is signed in meanwhile by a request that began before: log out everywhere.
    ///
    /// Two store calls, and one for each session.
    ///
    /// # Errors
    /// `Unavailable`: nothing was done, or nobody knows. That single sessions could not be ended is in the answer.
    pub async fn revoke_all(&self) -> Result<Revoked, Error> {
        self.revoke_except(None).await
    }

    /// Ends all of them but this one: log out everywhere else. This one, too, if it was to end before and could not be
    /// ended ([`Revoked::unfinished`]).
    ///
    /// # Errors
    /// As [`revoke_all`](Self::revoke_all).
    pub async fn revoke_others(&self, current: &Current<T>) -> Result<Revoked, Error> {
        self.revoke_except(current.id()).await
    }

    async fn revoke_except(&self, except: Option<Handle>) -> Result<Revoked, Error> {
        let Some(term) = self.term()? else { return Ok(Revoked::default()) };
        let members = self.lookup.store.bar(&term, except.as_ref()).await?;
        // Also the exception itself, if somebody has logged it out before and it could not be ended then.
        let ends = |member: &Member| member.doomed || Some(member.handle) != except;
        let doomed = members.into_iter().filter(ends).collect();
        self.end(&term, doomed).await
    }

    /// Ends these, also those that are not created yet, and takes them out of the index.
    async fn end(&self, term: &Term, doomed: Vec<Member>) -> Result<Revoked, Error> {
        let (store, events) = (&self.lookup.store, &self.lookup.runtime.events);
        let ends = doomed.into_iter().map(|member| {
            Box::pin(async move { (member, store.end(&member.handle).await) })
                as Pin<Box<dyn Future<Output = (Member, Result<bool, Error>)> + Send + '_>>
        });
        let mut ends = stream::iter(ends.collect::<Vec<_>>()).buffer_unordered(AT_ONCE);
        let (mut revoked, mut gone) = (Revoked::default(), Vec::new());
        while let Some((member, ended)) = ends.next().await {
            match ended {
                Ok(lived) => {
                    gone.push(member);
                    if lived {
                        revoked.ended += 1;
                        event::revoked(events, member.handle, RevokedBy::Principal);
                    }
                }
                Err(error) => revoked.unfinished.push(Unfinished { handle: member.handle, error }),
            }
        }
        if !gone.is_empty() {
            // They are over, whatever the index says.
            let _ = store.unlist(term, &gone).await;
        }
        Ok(revoked)
    }

    /// The members that live, after ending those that are still to end. What is over leaves the index.
    async fn live(&self, term: &Term) -> Result<Vec<(Member, Result<Record, Error>)>, Error> {
        let store = &self.lookup.store;
        let (doomed, members): (Vec<_>, Vec<_>) =
            store.members(term).await?.into_iter().partition(|member| member.doomed);
        if !doomed.is_empty() {
            // What cannot be ended now is to end still, and is not shown meanwhile.
            let _ = self.end(term, doomed).await?;
        }
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let handles: Vec<_> = members.iter().map(|member| member.handle).collect();
        let loads = store.load_many(&handles).await?;
        let now = store.now();
        let in_time = self.lookup.runtime.config.create_window().saturating_mul(2);
        let (mut live, mut over) = (Vec::new(), Vec::new());
        for (member, load) in members.into_iter().zip(loads) {
            match load {
                Ok(Load::Found(record)) => match self.is_of(term, &record) {
                    Ok(true) => live.push((member, Ok(record))),
                    // A commit that has not come yet may make it one.
                    Ok(false) if record.header.revision < member.stamp.revision => {}
                    Ok(false) => over.push(member),
                    Err(error) => live.push((member, Err(error))),
                },
                // Its create may still come, if it is in time.
                Ok(Load::Absent) if now <= member.added.after(in_time) => {}
                Ok(Load::Absent) => over.push(member),
                Err(error) => live.push((member, Err(error))),
            }
        }
        if !over.is_empty() {
            // The next one who asks finds them again.
            let _ = store.unlist(term, &over).await;
        }
        Ok(live)
    }
}

impl<T: SessionData, S> fmt::Debug for SessionsOf<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionsOf")
            .field("data", &T::NAME)
            .field("field", &T::FIELDS[self.row].name)
            .finish_non_exhaustive()
    }
}
