//! What a commit asks of the header.

use super::TWIN_WINDOW;
use super::logical::LogicalCommit;
use super::plan::Plan;
use crate::client::binding;
use crate::current::{Key, Shared};
use crate::data::SessionData;
use crate::error::Error;
use crate::evolve::write;
use crate::record::{Binding, Credential, Header, Packing, Previous};
use crate::runtime::Runtime;
use crate::store::{Absolute, Draft, Rotation, Store as _, Times};

/// The header that the commit asks for `fields`, over the one that is stored.
pub(super) fn of<T: SessionData>(
    plan: &Plan<T>,
    logical: &LogicalCommit,
    stored: Option<&Header>,
    fields: &[u8],
    shared: &Shared<T>,
) -> Result<(Draft, Times), Error> {
    let runtime = &*shared.runtime;
    let principal = write::principal_of::<T>(stored, plan.says_who(), &plan.data, fields)?;
    let was_remembered = stored.is_some_and(|header| header.remembered);
    let remembered = plan.intent.remember.unwrap_or(was_remembered) && !principal.is_nobody();
    let lifetimes = runtime.config.lifetimes();
    let lifetime = match (remembered, principal.is_nobody()) {
        (true, _) => lifetimes.remembered,
        (false, true) => lifetimes.anonymous,
        (false, false) => lifetimes.authenticated,
    };
    // Activity never moves the absolute deadline; creating, authenticating and choosing another lifetime do.
    let keep = stored.filter(|header| !plan.intent.authenticate && header.remembered == remembered);
    let lineage = stored.map_or(*logical.handle.as_bytes(), |header| header.lineage);
    let draft = Draft {
        persistent: keep.map_or(lifetime.persistent, |header| header.persistent),
        remembered,
        schema_version: write::version::<T>(stored),
        min_reader: T::MIN_READER.max(stored.map_or(0, |header| header.min_reader)),
        lineage,
        principal,
        packing: Packing::NONE,
        credential: credential(logical, stored, runtime),
        binding: bound(plan, stored, &lineage, shared),
    };
    let times = Times {
        idle_span: keep.map_or(lifetime.idle, |header| header.idle_span),
        absolute: keep.map_or(Absolute::Span(lifetime.absolute), |_| Absolute::Keep),
        authenticates: plan.intent.authenticate,
        rotation: logical.rotation,
    };
    Ok((draft, times))
}

/// To which client the record is bound from now on: the one that creates it or signs in.
fn bound<T: SessionData>(
    plan: &Plan<T>,
    stored: Option<&Header>,
    lineage: &[u8; 16],
    shared: &Shared<T>,
) -> Option<Binding> {
    let (config, client) = (&shared.runtime.config, shared.client.as_ref());
    let before = stored.and_then(|header| header.binding);
    match client {
        Some(client) if stored.is_none() || plan.intent.authenticate => binding::of(config, client, lineage),
        _ => binding::kept(config, client, lineage, before),
    }
}

/// What opens the record from now on.
fn credential(logical: &LogicalCommit, stored: Option<&Header>, runtime: &Runtime) -> Option<Credential> {
    let proof = match &logical.key {
        Key::Sealed(_) => return None,
        Key::Token(_, proof) | Key::Known(proof) => *proof,
    };
    let now = runtime.store.now();
    let rotation = runtime.config.rotation();
    let before = logical.onto.as_ref();
    let Some(current) = stored.and_then(|header| header.credential.clone()) else {
        return Some(Credential::only(proof));
    };
    Some(match (logical.rotation, before) {
        (Rotation::None, _) | (_, None) => {
            let mut credential = current;
            // Somebody holds the new secret: the one before has only the requests of that moment left.
            if credential.proof == proof
                && let Some(previous) = &mut credential.previous
                && previous.next.is_some()
            {
                previous.until = previous.until.min(now.after(rotation.settle));
            }
            credential
        }
        (Rotation::Periodic, Some(before)) => Credential {
            proof,
            previous: before.key.wraps(&logical.key).map(|next| Previous {
                proof: before.key.proof(),
                until: now.after(rotation.grace),
                next: Some(next),
            }),
        },
        // The secret from before may have been planted: it is recognised for a moment and opens nothing.
        (Rotation::Strict, Some(before)) => Credential {
            proof,
            previous: Some(Previous { proof: before.key.proof(), until: now.after(TWIN_WINDOW), next: None }),
        },
    })
}
