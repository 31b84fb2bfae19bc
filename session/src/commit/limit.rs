//! What happens when a principal has as many sessions as may be.

use crate::config::WhenFull;
use crate::error::{Error, ErrorKind};
use crate::event::{self, RevokedBy};
use crate::record::Record;
use crate::runtime::Runtime;
use crate::store::{Load, Member, Store as _, Term, Write};

/// Which of the members are to go, so that one more can come: those that do not live, and if that is not enough what the
/// configuration says. One batch of loads.
///
/// The store ends them before it counts again, so nobody who comes at the same time takes their place as well.
///
/// # Errors
/// `TooManySessions`, once every one of them was seen to live. `Unavailable`.
pub(super) async fn room(runtime: &Runtime, write: &Write, members: &[Member]) -> Result<Vec<Member>, Error> {
    let Some(limit) = write.listing.as_deref().and_then(|listing| listing.limit) else {
        return Err(Error::new(ErrorKind::OutcomeUnknown));
    };
    let handles: Vec<_> = members.iter().map(|member| member.handle).collect();
    let loads = runtime.store.load_many(&handles).await?;
    let now = runtime.store.now();
    let in_time = runtime.config.commit_deadline();
    let (mut dead, mut live) = (Vec::new(), Vec::new());
    for (member, load) in members.iter().zip(loads) {
        let is_of_term = |record: &Record| Term::of_principal(&record.header.principal) == limit.term;
        match load {
            Ok(Load::Found(record)) if is_of_term(&record) => {
                live.push((record.header.authenticated_at.unwrap_or(record.header.created), *member));
            }
            // Its commit may still be on its way. One that takes longer than it may is stopped by the tombstone.
            Ok(Load::Absent) if now <= member.added.after(in_time) => live.push((member.added, *member)),
            // A session that another commit is about to make one of this principal's.
            Ok(Load::Found(record)) if record.header.revision < member.stamp.revision => {
                live.push((member.added, *member));
            }
            Ok(_) => dead.push(*member),
            // What cannot be read here lives.
            Err(_) => live.push((member.added, *member)),
        }
    }
    let most = limit.most as usize;
    if live.len() < most {
        return Ok(dead);
    }
    if runtime.config.limit().when_full == WhenFull::Refuse {
        return Err(Error::new(ErrorKind::TooManySessions { limit: limit.most }));
    }
    live.sort_by_key(|(since, member)| (*since, member.handle));
    let evicted = live.len() + 1 - most;
    dead.extend(live.into_iter().take(evicted).map(|(_, member)| {
        event::revoked(&runtime.events, member.handle, RevokedBy::Limit);
        member
    }));
    Ok(dead)
}
