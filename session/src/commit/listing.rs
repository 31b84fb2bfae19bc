//! What a commit says to the indexes.

use bytes::Bytes;

use super::plan::Plan;
use crate::current::Shared;
use crate::data::{Flags, SessionData, identity_of, is_indexed};
use crate::error::Error;
use crate::index::term;
use crate::record::{Header, Principal};
use crate::store::{Absolute, Limit, Listing, Store as _, Term, Write};

/// What `write` says, over a record with that header and these fields; nothing where no index has to know.
pub(super) fn of<T: SessionData>(
    plan: &Plan<T>,
    stored: Option<&Header>,
    write: &Write,
    theirs: &Bytes,
    shared: &Shared<T>,
) -> Result<Option<Box<Listing>>, Error> {
    if write.times.authenticates {
        shared.runtime.counts::<T>()?;
    }
    if const { !is_indexed::<T>() } || shared.runtime.store.capabilities().client_side {
        return Ok(None);
    }
    let moves = write.times.absolute != Absolute::Keep;
    let changes = plan.dirty.of::<T>().any(|row| row.flags.has(Flags::INDEX));
    let keeps = stored.filter(|_| !moves);
    if keeps.is_some() && !changes {
        return Ok(None);
    }
    let after = terms::<T>(&write.draft.principal, &write.fields)?;
    let before = match stored {
        Some(header) => terms::<T>(&header.principal, theirs)?,
        None => Vec::new(),
    };
    let mut listing = Listing::new(shared.began);
    listing.removes = before.iter().filter(|term| !after.contains(term)).copied().collect();
    listing.adds = after.into_iter().filter(|term| keeps.is_none() || !before.contains(term)).collect();
    if listing.adds.is_empty() && listing.removes.is_empty() {
        return Ok(None);
    }
    let config = &shared.runtime.config;
    listing.deadline = keeps.map(|header| header.absolute_deadline);
    // Once for the commit itself, and once more for what two clocks differ by.
    listing.within = config.create_window().saturating_mul(2);
    let principal = Term::of_principal(&write.draft.principal);
    let most = config.limit().most.filter(|_| listing.adds.contains(&principal));
    listing.limit = most.map(|most| Limit { term: principal, most });
    Ok(Some(Box::new(listing)))
}

/// The terms of a record of that principal with these fields.
fn terms<T: SessionData>(principal: &Principal, fields: &[u8]) -> Result<Vec<Term>, Error> {
    let identity = identity_of::<T>().map(|(row, _)| row);
    let mut terms = Vec::new();
    for (index, row) in T::FIELDS.iter().enumerate().filter(|(_, row)| row.flags.has(Flags::INDEX)) {
        match identity == Some(index) {
            true if principal.is_nobody() => {}
            true => terms.push(Term::of_principal(principal)),
            false => terms.extend(term::of_stored(row, fields)?),
        }
    }
    Ok(terms)
}
