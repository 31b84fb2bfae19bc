//! From a token to a session: ask the store, compare proofs, decode the fields through the table.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::codec::{DecodeError, Decoder};
use crate::config::{OnCorrupt, OnUnavailable, Reuse};
use crate::cookie::Candidates;
use crate::current::{Base, CookieDue, Key, Shared, Slot, State, Stored};
use crate::data::{Flags, SessionData, identity_of};
use crate::error::{Error, ErrorKind};
use crate::event;
use crate::flash;
use crate::record::{Header, Principal, Record, fields};
use crate::runtime::Runtime;
use crate::store::{Load, Locator, Store as _};
use crate::token::{Handle, Token};
use crate::value::tagged::find;

/// The session that one of the client's tokens opens, or one that holds nothing. One store call per well-formed token.
pub(crate) async fn by_cookies<T: SessionData>(
    runtime: &Arc<Runtime>,
    candidates: &Candidates<'_>,
) -> Result<Shared<T>, Error> {
    let mut live: Option<Opened> = None;
    let mut count = 0;
    for candidate in candidates.values() {
        let Some(opened) = candidate_record(runtime, candidate).await? else { continue };
        count += 1;
        match &live {
            None => live = Some(opened),
            // Two cookies of one principal are two paths or domains of one user; the browser's first is its best.
            Some(first) if first.stored.header.principal == opened.stored.header.principal => {}
            Some(_) => {
                event::ambiguous_cookies(count);
                return Ok(Shared::empty(Arc::clone(runtime)));
            }
        }
    }
    match live {
        Some(opened) => of_record(runtime, opened),
        None => Ok(Shared::empty(Arc::clone(runtime))),
    }
}

/// The session for a request whose own could not be loaded, if the configuration has one for it.
///
/// # Errors
/// `error` itself, where the request is to be refused.
pub(crate) fn instead<T: SessionData>(runtime: &Arc<Runtime>, error: Error) -> Result<Shared<T>, Error> {
    let policy = runtime.config.load();
    let shared = Shared::empty(Arc::clone(runtime));
    match error.kind() {
        ErrorKind::Unavailable { .. } if policy.unavailable == OnUnavailable::Proceed => {
            event::degraded(&error);
            shared.lock().degraded = true;
            Ok(shared)
        }
        ErrorKind::Corrupt if policy.corrupt == OnCorrupt::SetAside => {
            event::set_aside(&error);
            Ok(shared)
        }
        _ => Err(error),
    }
}

/// Whether a cookie's value could be a token of this store: what could not is not asked for.
pub(crate) fn is_well_formed(runtime: &Runtime, value: &[u8]) -> bool {
    runtime.store.capabilities().client_side || Token::parse(value).is_some()
}

/// The record that `token` opens, if any. One store call.
pub(crate) async fn by_token<T: SessionData>(
    runtime: &Arc<Runtime>,
    token: &Token,
) -> Result<Option<Shared<T>>, Error> {
    match token_record(runtime, token.clone()).await? {
        Some(opened) => of_record(runtime, opened).map(Some),
        None => Ok(None),
    }
}

/// The record of that handle, for somebody who may see it without its secret. One store call.
pub(crate) async fn by_handle<T: SessionData>(
    runtime: &Arc<Runtime>,
    handle: Handle,
) -> Result<Option<Shared<T>>, Error> {
    let Load::Found(Record { header, fields }) = runtime.store.load(&Locator::Handle(handle)).await? else {
        return Ok(None);
    };
    let Some(proof) = header.credential.as_ref().map(|credential| credential.proof) else { return Ok(None) };
    let stored = Stored { handle, key: Key::Known(proof), header };
    let shared = of_record(runtime, Opened { stored, fields, reissue: false })?;
    // Whoever holds the session's cookie could not be told of a new one.
    shared.lock().detach();
    Ok(Some(shared))
}

/// A record and the key to it.
struct Opened {
    stored: Stored,
    fields: bytes::Bytes,
    /// The client does not know that key yet.
    reissue: bool,
}

async fn candidate_record(runtime: &Runtime, candidate: &[u8]) -> Result<Option<Opened>, Error> {
    if runtime.store.capabilities().client_side {
        let key = Key::Sealed(candidate.to_vec());
        let found = runtime.store.load(&Locator::Sealed(candidate.to_vec())).await?;
        let Load::Found(Record { header, fields }) = found else { return Ok(None) };
        let handle = Handle::from_bytes(header.lineage);
        return Ok(Some(Opened { stored: Stored { handle, key, header }, fields, reissue: false }));
    }
    match Token::parse(candidate) {
        Some(token) => token_record(runtime, token).await,
        None => Ok(None),
    }
}

async fn token_record(runtime: &Runtime, token: Token) -> Result<Option<Opened>, Error> {
    let handle = token.handle();
    let Load::Found(Record { header, fields }) = runtime.store.load(&Locator::Handle(handle)).await? else {
        return Ok(None);
    };
    let key = Key::of(token);
    let now = runtime.store.now();
    let Some(credential) = &header.credential else { return Ok(None) };
    if credential.proof == key.proof() {
        return Ok(Some(Opened { stored: Stored { handle, key, header }, fields, reissue: false }));
    }
    if credential.admits(&key.proof(), now) {
        // The response that replaced this token has not arrived: its holder is given the same new one again.
        if let Some(key) = key.after(&handle, credential) {
            return Ok(Some(Opened { stored: Stored { handle, key, header }, fields, reissue: true }));
        }
    }
    if credential.previous.as_ref().is_some_and(|previous| previous.outlived(&key.proof(), now)) {
        event::reused_secret(handle);
        if runtime.config.rotation().reuse == Reuse::Revoke {
            runtime.store.delete(&handle).await?;
            event::destroyed(handle);
        }
        return Ok(None);
    }
    event::unknown_secret(handle);
    Ok(None)
}

fn of_record<T: SessionData>(runtime: &Arc<Runtime>, opened: Opened) -> Result<Shared<T>, Error> {
    let Opened { stored, fields, reissue } = opened;
    let (data, slots) = decode::<T>(stored.handle, &stored.header, &fields)?;
    let base = Base { data: Arc::new(data), fields, stored: Some(stored) };
    let mut state = State::new(base, slots);
    if reissue {
        state.cookie = CookieDue::Issue;
    }
    Ok(Shared::new(Arc::clone(runtime), state))
}

/// The data of a record, and which flash values it holds.
///
/// A field that the record does not have is at its default. One that it has in another shape is too, and its bytes stay
/// in the record: a program that knows the shape will find them.
///
/// # Errors
/// `Corrupt`, and `TooNew` where going on could take one principal for another.
pub(crate) fn decode<T: SessionData>(
    handle: Handle,
    header: &Header,
    raw: &[u8],
) -> Result<(T, Vec<Slot>), Error> {
    let too_new = || Error::new(ErrorKind::TooNew { version: header.schema_version });
    if header.min_reader > T::VERSION {
        return Err(too_new());
    }
    let mut data = T::empty();
    let mut slots = Vec::new();
    let mut next = 0;
    let mut identity: &[u8] = &[];
    for field in fields::iter(raw) {
        let field = field.map_err(Error::corrupt)?;
        let Some(index) = find(T::FIELDS, next, field.name32) else {
            if field.flags.has(Flags::MUST_UNDERSTAND) {
                return Err(too_new());
            }
            continue;
        };
        let row = &T::FIELDS[index];
        if row.shape32 != field.shape32 {
            if row.flags.has(Flags::MUST_UNDERSTAND) || field.flags.has(Flags::MUST_UNDERSTAND) {
                return Err(too_new());
            }
            event::shape_mismatch(handle, row.name, None);
            continue;
        }
        next = index + 1;
        let mut decoder = match row.flags.has(Flags::FLASH) {
            true => {
                let stored = flash::Stored::decode(field.bytes).map_err(Error::corrupt)?;
                slots.push(Slot::loaded(index, stored.id, stored.claimed_until));
                Decoder::new(stored.value)
            }
            false => Decoder::new(field.bytes),
        };
        if row.flags.has(Flags::IDENTITY) {
            identity = field.bytes;
        }
        match row.decode(&mut data, &mut decoder).and_then(|()| decoder.finish()) {
            Ok(()) if decoder.mismatches() > 0 => event::shape_mismatch(handle, row.name, None),
            Ok(()) => {}
            // Inside the value, something that only a newer program knows.
            Err(why @ (DecodeError::UnknownVariant | DecodeError::ShapeMismatch)) => {
                if row.flags.has(Flags::MUST_UNDERSTAND) {
                    return Err(too_new());
                }
                event::shape_mismatch(handle, row.name, Some(why));
            }
            Err(why) => return Err(Error::corrupt(why).in_context(format!("field `{}`", row.name))),
        }
    }
    let principal = match identity_of::<T>() {
        Some((_, row)) if row.is_authenticated(&data) => Principal::of_bytes(identity),
        _ => Principal::NOBODY,
    };
    if principal != header.principal {
        return Err(too_new());
    }
    Ok((data, slots))
}

/// How long until that moment, as the store's clock has it.
pub(crate) fn until(runtime: &Runtime, deadline: Timestamp) -> std::time::Duration {
    deadline.since(runtime.store.now())
}
