use std::sync::Arc;

use async_lock::OnceCell;

use crate::commit::When;
use crate::cookie;
use crate::current::{CookieDue, Current, Key, Session, Shared};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::{self, CookieSent};
use crate::load;
use crate::record::{Header, Record};
use crate::runtime::Runtime;
use crate::store::{Store as _, Touch, Touched};

/// What has to be known of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestFacts {
    /// The method promises to change nothing: GET, HEAD, OPTIONS, TRACE (RFC 9110 §9.2.1).
    pub safe: bool,
    /// The method is HEAD: the response shows nothing.
    pub head: bool,
    /// The browser asks in advance (`Sec-Purpose: prefetch`): perhaps nobody will see the response.
    pub prefetch: bool,
}

/// What the adapter has to do to the response.
#[must_use]
pub struct Finish {
    /// A `Set-Cookie` value to append. Sent whatever else happens to the response.
    pub set_cookie: Option<String>,
    /// Who may keep the response.
    pub caching: Caching,
    /// The session could not be committed: replace the response.
    pub failure: Option<Error>,
}

/// Shows whether there is a cookie: its value is a credential.
impl std::fmt::Debug for Finish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finish")
            .field("set_cookie", &self.set_cookie.as_ref().map(|_| format_args!("..")))
            .field("caching", &self.caching)
            .field("failure", &self.failure)
            .finish()
    }
}

/// Who may keep a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// The client alone: the response depends on its session. `Cache-Control: private`, `Vary: Cookie`.
    Private,
    /// Nobody: the response sets the session cookie. `Cache-Control: no-store`, `Vary: Cookie`.
    NoStore,
}

/// The session side of one request: opened by whoever needs the session first, finished by the layer.
pub struct Exchange<T: SessionData> {
    runtime: Arc<Runtime>,
    session: OnceCell<Session<T>>,
}

impl<T: SessionData> Exchange<T> {
    /// An exchange that asks nothing of the store until it is opened.
    pub fn new(runtime: Arc<Runtime>) -> Self {
        Self { runtime, session: OnceCell::new() }
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
        let open = async {
            let well_formed = |value: &[u8]| load::is_well_formed(&self.runtime, value);
            let candidates = cookie::candidates_where(cookies, self.cookie_name(), well_formed);
            let shared = match load::by_cookies(&self.runtime, &candidates).await {
                Ok(shared) => shared,
                Err(error) => load::instead(&self.runtime, error)?,
            };
            Ok(Session::new(Arc::new(shared)))
        };
        let session = self.session.get_or_try_init(|| open).await;
        session.cloned().inspect_err(|error| event::load_failed(&self.runtime.events, error))
    }

    /// The session, if it was opened.
    pub fn opened(&self) -> Option<&Session<T>> {
        self.session.get()
    }

    /// Ends the exchange when the response's head is known: commits what the request changed, unless the status is 5xx,
    /// and says what the response must say. `None` if the session was never opened: the response stays as it is.
    ///
    /// From here on the session is *detached*: it can still be committed, but no cookie can be set.
    pub async fn finish(&self, request: RequestFacts, status: u16) -> Option<Finish> {
        let current: &Current<T> = self.session.get()?;
        let shared = &*current.shared;
        let failure = if shared.lock().degraded {
            if shared.lock().may_be_dirty() {
                event::dropped_in_outage(&self.runtime.events);
            }
            None
        } else if status >= 500 {
            release(shared).await;
            None
        } else {
            renew(shared);
            commit(shared, request, status).await
        };
        let (cookie, caching, sent) = {
            // A commit that the app began elsewhere may be creating or rotating: its cookie leaves with this response or
            // never.
            let _one_at_a_time = shared.committing.lock().await;
            let mut state = shared.lock();
            state.detach();
            match (std::mem::take(&mut state.cookie), &state.base.stored) {
                (CookieDue::Nothing, _) => (None, Caching::Private, CookieSent::Nothing),
                (CookieDue::Issue, Some(stored)) => {
                    let age = max_age(&self.runtime, &stored.header);
                    let issue = |text: String| cookie::issue(self.runtime.config.cookie(), &text, age);
                    (stored.key.expose().map(issue), Caching::NoStore, CookieSent::Issued)
                }
                (CookieDue::Issue | CookieDue::Remove, _) => {
                    let line = cookie::remove(self.runtime.config.cookie());
                    (Some(line), Caching::NoStore, CookieSent::Removed)
                }
            }
        };
        let events = &self.runtime.events;
        if let Some(error) = &failure {
            event::commit_failed(events, error);
        }
        event::responding(events, shared.handle(), sent);
        Some(Finish { set_cookie: cookie, caching, failure })
    }
}

impl<T: SessionData> std::fmt::Debug for Exchange<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").field("session", &self.session.get()).finish_non_exhaustive()
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
    let old = state.base.stored.as_ref().is_some_and(|stored| {
        stored.header.credential.is_some() && now.since(stored.header.rotated_at) >= every
    });
    state.intent.renew |= old;
}

/// Moves the idle deadline on if it is worth a store call. That this fails is no reason to withhold the page.
async fn touch<T: SessionData>(shared: &Shared<T>) {
    let runtime = &shared.runtime;
    let due = {
        let mut state = shared.lock();
        let asked = std::mem::take(&mut state.intent.touch);
        let Some(stored) = &state.base.stored else { return };
        let threshold = match asked {
            true => std::time::Duration::ZERO,
            false => runtime.config.touch_threshold_for(stored.header.idle_span),
        };
        let wanted = runtime.store.now().after(stored.header.idle_span).min(stored.header.absolute_deadline);
        let gain = wanted.since(stored.header.idle_deadline);
        (!gain.is_zero() && gain >= threshold).then(|| match &stored.key {
            Key::Sealed(_) => {
                let record = Record { header: stored.header.clone(), fields: state.base.fields.clone() };
                Touch::held(stored.handle, record, threshold)
            }
            key => Touch::new(stored.handle, key.proof(), threshold),
        })
    };
    let Some(touch) = due else { return };
    match runtime.store.touch(&touch).await {
        Ok(Touched::Until { idle_deadline, sealed }) => {
            let mut state = shared.lock();
            if let Some(stored) = &mut state.base.stored {
                stored.header.idle_deadline = idle_deadline;
                if let Some(sealed) = sealed {
                    stored.key = Key::Sealed(sealed);
                    state.cookie = CookieDue::Issue;
                }
            }
        }
        Ok(Touched::Gone(why)) => {
            event::gone(&runtime.events, touch.handle, why);
            event::late_write(&runtime.events, touch.handle, why);
        }
        Err(error) => event::touch_failed(&runtime.events, touch.handle, &error),
    }
}

/// A persistent cookie lives as long as the session can; touching never moves it.
fn max_age(runtime: &Runtime, header: &Header) -> Option<std::time::Duration> {
    header.persistent.then(|| load::until(runtime, header.absolute_deadline))
}
