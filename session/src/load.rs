//! From a token to a session: ask the store, compare proofs, decode the fields through the table.

use std::borrow::Cow;
use std::sync::Arc;

use crate::client::{Client, binding};
use crate::clock::Timestamp;
use crate::config::{OnCorrupt, OnMismatch, OnUnavailable, Reuse};
use crate::cookie::{Presented, signature};
use crate::current::{Base, CookieDue, Key, Session, Shared, State, Stored};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::{self, RevokedBy};
use crate::evolve::read::Reading;
use crate::evolve::{OnFailure, write};
use crate::record::{Header, Record};
use crate::runtime::Runtime;
use crate::store::{Freshness, Load, Locator, Store as _};
use crate::token::{Handle, Token};

/// The session that one of the client's cookies opens, or one that holds nothing. One store call per well-formed token,
/// or sealed record.
pub(crate) async fn by_cookies<T: SessionData>(
    runtime: &Arc<Runtime>,
    presented: &Presented<'_>,
    client: Option<&Client>,
    freshness: Freshness,
) -> Result<Shared<T>, Error> {
    if presented.incomplete() {
        event::incomplete_cookie(&runtime.events);
    }
    let began = Shared::<T>::begins(runtime);
    if presented.overflow() {
        event::too_many_cookies(&runtime.events);
        return Ok(Shared::empty(Arc::clone(runtime)));
    }
    let values = presented.values();
    let mut live: Option<Opened> = None;
    let mut withheld = None;
    let mut count = 0;
    for value in values {
        let Some(opened) = candidate_record(runtime, value, freshness).await? else { continue };
        if let Some(what) = mismatch(runtime, client, &opened.stored) {
            match runtime.config.binding().mismatch {
                OnMismatch::Report => {}
                OnMismatch::Reauthenticate if !opened.stored.header.principal.is_nobody() => {
                    withheld.get_or_insert((opened, what));
                    continue;
                }
                OnMismatch::Revoke => {
                    if runtime.store.delete(&opened.stored.handle).await? {
                        event::revoked(&runtime.events, opened.stored.handle, RevokedBy::Binding);
                    }
                    continue;
                }
                OnMismatch::Refuse | OnMismatch::Reauthenticate => continue,
            }
        }
        count += 1;
        match &live {
            None => live = Some(opened),
            // Two cookies of one principal are two paths or domains of one user; the browser's first is its best.
            Some(first) if first.stored.header.principal == opened.stored.header.principal => {}
            Some(_) => {
                event::ambiguous_cookies(&runtime.events, count);
                return Ok(Shared::empty(Arc::clone(runtime)));
            }
        }
    }
    match (live, withheld) {
        (Some(opened), _) => since(began, of_client(runtime, opened)),
        (None, Some((opened, what))) => {
            let shared = since(began, of_client(runtime, opened))?;
            shared.lock().withhold(what);
            Ok(shared)
        }
        (None, None) => Ok(Shared::empty(Arc::clone(runtime))),
    }
}

/// The session of a request that began then: before it was loaded, so that what is revoked while it is counts as later.
fn since<T: SessionData>(began: Timestamp, loaded: Result<Shared<T>, Error>) -> Result<Shared<T>, Error> {
    let mut shared = loaded?;
    shared.began = began;
    Ok(shared)
}

/// What does not fit, if the record is bound to another client than the one that sends the request.
fn mismatch(runtime: &Runtime, client: Option<&Client>, stored: &Stored) -> Option<&'static str> {
    let Stored { handle, header, .. } = stored;
    let what = binding::mismatch(&runtime.config, client?, &header.lineage, header.binding.as_ref())?;
    event::binding_mismatch(&runtime.events, *handle, what, runtime.config.binding().mismatch);
    Some(what)
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
            event::degraded(&runtime.events, &error);
            shared.lock().degraded = true;
            Ok(shared)
        }
        ErrorKind::Corrupt => {
            event::corrupt(&runtime.events, &error, policy.corrupt);
            match policy.corrupt {
                OnCorrupt::Refuse => Err(error),
                OnCorrupt::SetAside => Ok(shared),
            }
        }
        _ => Err(error),
    }
}

/// The record that `token` opens, if any. One store call.
pub(crate) async fn by_token<T: SessionData>(
    runtime: &Arc<Runtime>,
    token: &Token,
) -> Result<Option<Shared<T>>, Error> {
    let began = Shared::<T>::begins(runtime);
    match token_record(runtime, token.clone(), Freshness::Promised).await? {
        Some(opened) => since(began, of_record(runtime, opened)).map(Some),
        None => Ok(None),
    }
}

/// The record of that handle, for somebody who may see it without its secret. One store call.
pub(crate) async fn by_handle<T: SessionData>(
    runtime: &Arc<Runtime>,
    handle: Handle,
) -> Result<Option<Shared<T>>, Error> {
    let began = Shared::<T>::begins(runtime);
    let Load::Found(record) = runtime.store.load(&Locator::Handle(handle)).await? else { return Ok(None) };
    let shared = since(began, known(runtime, handle, record))?;
    event::loaded(&runtime.events, handle);
    Ok(Some(shared))
}

/// As [`by_handle`], for somebody who only looks: nobody is told that it was loaded.
#[cfg(feature = "admin")]
pub(crate) async fn by_handle_unseen<T: SessionData>(
    runtime: &Arc<Runtime>,
    handle: Handle,
) -> Result<Option<Session<T>>, Error> {
    match runtime.store.load(&Locator::Handle(handle)).await? {
        Load::Found(record) => of_record_at(runtime, handle, record).map(Some),
        Load::Absent => Ok(None),
    }
}

/// A session that a query has come to. Nobody is using it, so nobody is told that it was loaded.
pub(crate) fn of_record_at<T: SessionData>(
    runtime: &Arc<Runtime>,
    handle: Handle,
    record: Record,
) -> Result<Session<T>, Error> {
    known(runtime, handle, record).map(|shared| Session::new(Arc::new(shared)))
}

fn known<T: SessionData>(
    runtime: &Arc<Runtime>,
    handle: Handle,
    Record { header, fields }: Record,
) -> Result<Shared<T>, Error> {
    let proof = header.credential.as_ref().map(|credential| credential.proof).ok_or_else(|| {
        Error::new(ErrorKind::Unsupported { power: "open by a handle what the client holds" })
    })?;
    let shared = decoded(runtime, Opened::new(handle, Key::Known(proof), header, fields))?;
    // Whoever holds the session's cookie could not be told of a new one.
    shared.lock().detach();
    Ok(shared)
}

/// A record and the key to it.
struct Opened {
    stored: Arc<Stored>,
    fields: bytes::Bytes,
    /// The client does not know that key yet.
    reissue: bool,
}

impl Opened {
    fn new(handle: Handle, key: Key, header: Header, fields: bytes::Bytes) -> Self {
        Self { stored: Arc::new(Stored { handle, key, header }), fields, reissue: false }
    }
}

async fn candidate_record(
    runtime: &Runtime,
    candidate: Cow<'_, [u8]>,
    freshness: Freshness,
) -> Result<Option<Opened>, Error> {
    if runtime.store.capabilities().client_side {
        let at = Locator::Sealed(candidate.into_owned());
        let Load::Found(Record { header, fields }) = runtime.store.load(&at).await? else { return Ok(None) };
        let Locator::Sealed(text) = at else { return Ok(None) };
        let (handle, key) = (Handle::from_bytes(header.lineage), Key::Sealed(text));
        return Ok(Some(Opened::new(handle, key, header, fields)));
    }
    let Some(id) = signature::verified(&runtime.config, &candidate) else {
        event::forged_id(&runtime.events);
        return Ok(None);
    };
    match Token::parse(id) {
        Some(token) => token_record(runtime, token, freshness).await,
        None => Ok(None),
    }
}

async fn token_record(
    runtime: &Runtime,
    token: Token,
    freshness: Freshness,
) -> Result<Option<Opened>, Error> {
    let handle = token.handle();
    let load = runtime.store.load_within(&Locator::Handle(handle), freshness).await?;
    let Load::Found(Record { header, fields }) = load else {
        event::unknown_id(&runtime.events, handle);
        return Ok(None);
    };
    let key = Key::of(token);
    let Some(credential) = &header.credential else { return Ok(None) };
    if credential.proof == key.proof() {
        return Ok(Some(Opened::new(handle, key, header, fields)));
    }
    let now = runtime.store.now();
    if credential.admits(&key.proof(), now) {
        // The response that replaced this token has not arrived: its holder is given the same new one again.
        if let Some(key) = key.after(&handle, credential) {
            return Ok(Some(Opened { reissue: true, ..Opened::new(handle, key, header, fields) }));
        }
    }
    if credential.previous.as_ref().is_some_and(|previous| previous.outlived(&key.proof(), now)) {
        event::reused_secret(&runtime.events, handle, &key.proof());
        if runtime.config.rotation().reuse == Reuse::Revoke {
            runtime.store.delete(&handle).await?;
            event::revoked(&runtime.events, handle, RevokedBy::Reuse);
        }
        return Ok(None);
    }
    event::unknown_secret(&runtime.events, handle, &key.proof());
    Ok(None)
}

/// What a client gets who comes with that record: its session, or what the struct says where it cannot be converted.
fn of_client<T: SessionData>(runtime: &Arc<Runtime>, opened: Opened) -> Result<Shared<T>, Error> {
    let Some(upgrade) = T::UPGRADE else { return of_record(runtime, opened) };
    let (stored, raw) = (Arc::clone(&opened.stored), opened.fields.clone());
    let error = match of_record(runtime, opened) {
        Err(error) if matches!(error.kind(), ErrorKind::Upgrade { .. }) => error,
        answer => return answer,
    };
    let answer = upgrade.on_failure;
    event::upgrade_failed(&runtime.events, stored.handle, &error, answer);
    let fields = match answer {
        OnFailure::Refuse => return Err(error),
        OnFailure::Reset => bytes::Bytes::new(),
        OnFailure::KeepAside => write::aside(&stored.header, &raw)?,
    };
    let base = Base { data: Arc::new(T::empty()), fields, stored: None };
    Ok(Shared::new(Arc::clone(runtime), State::new(base, Vec::new())))
}

fn of_record<T: SessionData>(runtime: &Arc<Runtime>, opened: Opened) -> Result<Shared<T>, Error> {
    let handle = opened.stored.handle;
    let shared = decoded(runtime, opened)?;
    event::loaded(&runtime.events, handle);
    Ok(shared)
}

fn decoded<T: SessionData>(runtime: &Arc<Runtime>, opened: Opened) -> Result<Shared<T>, Error> {
    let Opened { stored, fields, reissue } = opened;
    let reading = Reading { handle: stored.handle, events: &runtime.events };
    let (data, slots) = runtime.sealing().read::<T>(reading, &stored.header, &fields)?;
    let base = Base { data: Arc::new(data), fields, stored: Some(stored) };
    let mut state = State::new(base, slots);
    if reissue {
        state.cookie = CookieDue::Reissue;
    }
    Ok(Shared::new(Arc::clone(runtime), state))
}

/// How long until that moment, as the store's clock has it.
pub(crate) fn until(runtime: &Runtime, deadline: Timestamp) -> std::time::Duration {
    deadline.since(runtime.store.now())
}
