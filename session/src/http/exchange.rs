use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_lock::Mutex;

use super::finish::{Caching, Finish, RequestFacts};
use super::touch::touch;
use crate::client::Client;
use crate::commit::When;
use crate::config::SessionConfig;
use crate::cookie::{self, Further, Presented, signature};
use crate::current::{CookieDue, Current, Key, Session, Shared};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::{self, CookieSent};
use crate::load;
use crate::record::Header;
use crate::runtime::Runtime;
use crate::store::{Freshness, Store as _};
use crate::token::Handle;

/// The session side of one request: opened by whoever needs the session first, finished by the layer.
pub struct Exchange<T: SessionData> {
    runtime: Arc<Runtime>,
    session: OnceLock<Loaded<T>>,
    /// One load at a time. An async once-cell would do, and allocates for those who wait although nobody does.
    opening: Mutex<()>,
    /// The response has left without the session, or never will leave.
    closed: AtomicBool,
}

struct Loaded<T: SessionData> {
    session: Session<T>,
    /// What the response may have to take away.
    further: Further,
    /// Which record at which revision it was.
    seen: Option<(Handle, u64)>,
}

impl<T: SessionData> Exchange<T> {
    /// An exchange that asks nothing of the store until it is opened.
    pub fn new(runtime: Arc<Runtime>) -> Self {
        Self { runtime, session: OnceLock::new(), opening: Mutex::new(()), closed: AtomicBool::new(false) }
    }

    /// The name of the session cookie.
    pub fn cookie_name(&self) -> &str {
        self.runtime.config.cookie().name()
    }

    /// Where what happens is told.
    #[cfg(feature = "tower")]
    pub(crate) fn events(&self) -> &event::Events {
        &self.runtime.events
    }

    /// The session. Loads it once per request, whoever asks; a request without a well-formed token asks no store.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`, `TooNew`: the cookie stays as it is. A later call tries again.
    pub async fn open<'a>(
        &self,
        cookies: impl Iterator<Item = &'a [u8]> + Send,
    ) -> Result<Session<T>, Error> {
        self.open_for(Client::default, cookies).await
    }

    /// As [`open`](Self::open), for that client; it is asked for once. A request that came over plain HTTP has no session
    /// if the cookie is `Secure`, and no store is asked.
    ///
    /// # Errors
    /// As `open`, and `Config`: sessions are bound to addresses, and that of the client is not known.
    pub async fn open_for<'a>(
        &self,
        client: impl FnOnce() -> Client + Send,
        cookies: impl Iterator<Item = &'a [u8]> + Send,
    ) -> Result<Session<T>, Error> {
        self.open_if(false, client, cookies).await
    }

    /// As [`open_for`](Self::open_for), for a route that only reads, and is content with a copy that may lag behind where
    /// the store cannot be asked: of a store with a near cache, what this node has, although nothing says any more that it
    /// is still so. The session may have ended meanwhile. It says so ([`is_degraded`](crate::Current::is_degraded)), and
    /// nothing of it is stored. Without a copy the answer is that of `open_for`.
    ///
    /// # Errors
    /// As `open_for`.
    pub async fn open_read_only<'a>(
        &self,
        client: impl FnOnce() -> Client + Send,
        cookies: impl Iterator<Item = &'a [u8]> + Send,
    ) -> Result<Session<T>, Error> {
        self.open_if(true, client, cookies).await
    }

    async fn open_if<'a>(
        &self,
        copies_will_do: bool,
        client: impl FnOnce() -> Client + Send,
        cookies: impl Iterator<Item = &'a [u8]> + Send,
    ) -> Result<Session<T>, Error> {
        if let Some(loaded) = self.session.get() {
            return Ok(loaded.session.clone());
        }
        // The future of a load is large, and it becomes a part of the handler's, which is moved from place to place before
        // it runs. So it has an allocation of its own.
        let open = Box::pin(async move {
            let client = client();
            let runtime = &self.runtime;
            let name = self.cookie_name();
            let capabilities = runtime.store.capabilities();
            let (presented, freshness) = match capabilities.lag {
                None => (self.presented(cookies), Freshness::Promised),
                Some(_) => {
                    let lines: Vec<&[u8]> = cookies.collect();
                    let seen = cookie::seen(lines.iter().copied(), name);
                    (self.presented(lines.into_iter()), seen.map_or(Freshness::Promised, Freshness::AtLeast))
                }
            };
            let further = presented.further();
            if client.is_exposed(&runtime.config) {
                event::plain_http(&runtime.events, !presented.is_empty());
                let shared = Shared::empty(Arc::clone(runtime));
                shared.lock().exposed = true;
                return Ok(Loaded::of(shared, further));
            }
            let client = bound_to(&runtime.config, client)?;
            let mut shared = match load::by_cookies(runtime, &presented, client.as_ref(), freshness).await {
                Ok(shared) => shared,
                Err(error) if copies_will_do && error.is_unavailable() => {
                    let any = Freshness::AnyCopy;
                    match load::by_cookies(runtime, &presented, client.as_ref(), any).await {
                        Ok(copy) => {
                            event::degraded(&runtime.events, &error);
                            copy.lock().degraded = true;
                            copy
                        }
                        Err(_no_copy) => load::instead(runtime, error)?,
                    }
                }
                Err(error) => load::instead(runtime, error)?,
            };
            shared.client = client;
            Ok(Loaded::of(shared, further))
        });
        let _one_at_a_time = self.opening.lock().await;
        if let Some(loaded) = self.session.get() {
            return Ok(loaded.session.clone());
        }
        let loaded = open.await.inspect_err(|error| event::load_failed(&self.runtime.events, error))?;
        let session = self.session.get_or_init(|| loaded).session.clone();
        // Both sides say first what they did and look then, so one of them sees the other.
        if self.closed.load(Ordering::SeqCst) {
            self.close();
        }
        Ok(session)
    }

    /// Ends the exchange without a response, or with one that knows nothing of the session: what is still opened is
    /// *detached*, as after [`finish`](Self::finish). Does nothing to what was finished.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        if let Some(session) = self.opened() {
            let current: &Current<T> = session;
            current.shared.lock().detach();
        }
    }

    /// What a request has under our name.
    fn presented<'a>(&self, cookies: impl Iterator<Item = &'a [u8]>) -> Presented<'a> {
        let name = self.cookie_name();
        match self.runtime.store.capabilities().client_side {
            true => Presented::Parts(cookie::parts(cookies, name)),
            false => {
                let well_formed = |value: &[u8]| signature::looks_like(&self.runtime.config, value);
                Presented::Ids(cookie::candidates_where(cookies, name, well_formed))
            }
        }
    }

    /// The configuration.
    pub fn config(&self) -> &SessionConfig {
        &self.runtime.config
    }

    /// The session, if it was opened.
    pub fn opened(&self) -> Option<&Session<T>> {
        self.session.get().map(|loaded| &loaded.session)
    }

    /// Ends the exchange when the response's head is known: commits what the request changed, unless the status is 5xx,
    /// and says what the response must say. `None` if the session was never opened: the response stays as it is.
    ///
    /// From here on the session is *detached*: it can still be committed, but no cookie can be set.
    pub async fn finish(&self, request: RequestFacts, status: u16) -> Option<Finish> {
        let Some(Loaded { session, further, seen }) = self.session.get() else {
            self.close();
            return None;
        };
        let current: &Current<T> = session;
        let shared = &*current.shared;
        let failure = if shared.lock().degraded {
            if shared.lock().may_be_dirty() {
                event::dropped_in_outage(&self.runtime.events);
            }
            None
        } else if status >= 500 {
            shared.lock().withdraw_doubted();
            release(shared).await;
            None
        } else {
            renew(shared);
            commit(shared, request, status).await
        };
        let (cookies, mut caching, sent) = {
            // A commit that the app began elsewhere may be creating or rotating: its cookie leaves with this response or
            // never.
            let _one_at_a_time = shared.committing.lock().await;
            let mut state = shared.lock();
            state.detach();
            match (std::mem::take(&mut state.cookie), &state.base.stored) {
                // A session that was left is not said to be over as long as it is not.
                (CookieDue::Nothing, _) | (CookieDue::Issue | CookieDue::Reissue, None) => {
                    (None, Caching::Private, CookieSent::Nothing)
                }
                (CookieDue::Issue | CookieDue::Reissue, Some(stored)) => {
                    let config = self.runtime.config.cookie();
                    let age = max_age(&self.runtime, &stored.header);
                    let issue = |text: String| cookie::issue_all(config, &text, age, *further);
                    (self.cookie_text(&stored.key).map(issue), Caching::NoStore, CookieSent::Issued)
                }
                (CookieDue::Remove, _) => {
                    let lines = cookie::remove_all(self.runtime.config.cookie(), *further);
                    (Some(lines), Caching::NoStore, CookieSent::Removed)
                }
            }
        };
        let hint = self.hint(shared, *seen);
        if hint.is_some() {
            caching = Caching::NoStore;
        }
        let events = &self.runtime.events;
        if let Some(error) = &failure {
            event::commit_failed(events, error);
        }
        event::responding(events, shared.handle(), sent);
        let (set_cookie, more_cookies) =
            cookies.map_or((None, Vec::new()), |(first, more)| (Some(first), more));
        Some(Finish { set_cookie, more_cookies, hint, caching, failure })
    }
}

impl<T: SessionData> Loaded<T> {
    fn of(shared: Shared<T>, further: Further) -> Self {
        let seen = revision(&shared);
        Self { session: Session::new(Arc::new(shared)), further, seen }
    }
}

/// Which record it is, and in which state.
fn revision<T: SessionData>(shared: &Shared<T>) -> Option<(Handle, u64)> {
    shared.lock().base.stored.as_ref().map(|stored| (stored.handle, stored.header.revision))
}

impl<T: SessionData> Exchange<T> {
    /// What the client is told of what this request has written, so that no node shows it anything older.
    fn hint(&self, shared: &Shared<T>, seen: Option<(Handle, u64)>) -> Option<String> {
        let lag = self.runtime.store.capabilities().lag?;
        let written = revision(shared).filter(|now| Some(*now) != seen)?;
        Some(cookie::hint(self.runtime.config.cookie(), written.1, lag))
    }

    /// What the client is given. A sealed record has its seal, which no signature makes better.
    fn cookie_text(&self, key: &Key) -> Option<String> {
        let text = key.expose()?;
        Some(match key {
            Key::Sealed(_) => text,
            Key::Token(..) | Key::Known(_) => signature::signed(&self.runtime.config, text),
        })
    }
}

/// The client, if sessions are bound to it.
fn bound_to(config: &SessionConfig, client: Client) -> Result<Option<Client>, Error> {
    let policy = config.binding();
    if policy.ip.is_some() && client.address.is_none() {
        let problem = "sessions are bound to addresses, but that of the client is not known: tell the layer the peer's \
            with `.peer(…)`, and name proxies in front with `.trusted_proxies([…])`";
        return Err(Error::new(ErrorKind::Config(vec![problem.to_owned()])));
    }
    Ok(policy.is_on().then_some(client))
}

impl<T: SessionData> std::fmt::Debug for Exchange<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").field("session", &self.opened()).finish_non_exhaustive()
    }
}

async fn commit<T: SessionData>(shared: &Shared<T>, request: RequestFacts, status: u16) -> Option<Error> {
    let shows = !(300..400).contains(&status) && !request.head && !request.prefetch;
    // Most requests change nothing. The future of a commit is large, so it has an allocation of its own, for those that do.
    let committed = match shared.lock().may_be_dirty() {
        true => Some(Box::pin(shared.commit(When::Response { shows }))),
        false => None,
    };
    let committed = match committed {
        Some(commit) => commit.await,
        None => Ok(()),
    };
    match &committed {
        Err(error) if error.is_gone() => shared.lock().withdraw(),
        Err(_) => shared.lock().withdraw_doubted(),
        Ok(()) => {}
    }
    match committed {
        Ok(()) => {
            touch(shared).await;
            None
        }
        Err(error) => match error.kind() {
            // A late write of a request that was not meant to change anything (a view counter, a shown message) is
            // dropped with an event. What an unsafe method or a change of rights wrote must not vanish under a 200.
            ErrorKind::Gone(why) if request.safe && !shared.changes_rights() => {
                if let Some(handle) = shared.handle() {
                    event::late_write(&shared.runtime.events, handle, *why);
                }
                None
            }
            // The same of a session that is withheld: what nobody asked for must not begin another one.
            ErrorKind::Binding { what } if request.safe && !shared.changes_rights() => {
                event::withheld_write(&shared.runtime.events, what);
                None
            }
            _ => Some(error),
        },
    }
}

/// A response that failed shows nothing: what it claimed is anybody's again. If that fails, too, the claim ends by itself.
async fn release<T: SessionData>(shared: &Shared<T>) {
    if !shared.lock().may_be_dirty() {
        return;
    }
    if let Err(error) = Box::pin(shared.commit(When::Failed)).await
        && let Some(handle) = shared.handle()
    {
        event::release_failed(&shared.runtime.events, handle, &error);
    }
}

/// Has the session id replaced if it is old.
fn renew<T: SessionData>(shared: &Shared<T>) {
    let runtime = &shared.runtime;
    let Some(every) = runtime.config.rotation().every else { return };
    let now = runtime.store.now();
    let mut state = shared.lock();
    let rotated_at = state.base.stored.as_ref().and_then(|stored| {
        let header = &stored.header;
        (header.credential.is_some() && now.since(header.rotated_at) >= every).then_some(header.rotated_at)
    });
    state.intent.renew = rotated_at.or(state.intent.renew);
}

/// A persistent cookie lives as long as the session can; touching never moves it.
fn max_age(runtime: &Runtime, header: &Header) -> Option<std::time::Duration> {
    header.persistent.then(|| load::until(runtime, header.absolute_deadline))
}
