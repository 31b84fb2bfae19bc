//! [`CookieStore`]: the session itself, sealed, in the client's cookie. Nothing is kept on a server.
//!
//! A store is keys and a clock. What it seals is bound to the application and to the cookie's name, opens with the keys
//! of its ring alone, and has both deadlines inside. With [marks](session::store::Revoke) on a server beside it, a session
//! can also be revoked. Nothing here ever reads what did not authenticate, or accepts a session because the marks could
//! not be asked.
//!
//! # What a cookie can promise
//!
//! | | without marks | with marks |
//! |---|---|---|
//! | nobody reads or forges it | yes | yes |
//! | it ends at its deadlines | yes, by the clock of the node that reads it | the same |
//! | a request costs no store call | yes | signed in: one in [`revocation_lag`](CookieStoreBuilder::revocation_lag), and one or two to authenticate, rotate or log out |
//! | after a logout, a copy of the cookie is refused | **no**: until its deadlines | yes, on every node after the lag |
//! | after a demotion or `rotate_id`, older copies are refused | **no** | the same |
//! | "log out everywhere" | **no** | the same: [`CookieStore::revoke_all`] |
//! | of two overlapping requests both changes count | **no**: the response that comes last wins | **no** |
//!
//! The last line is what no client-side store can change: both requests came with the same cookie, and the browser
//! keeps the one that it is given last. A page that only reads sets no cookie and overwrites nothing, except now and
//! then the one that moves the deadline: [`touch_threshold`](session::config::SessionConfigBuilder::touch_threshold)
//! says how often that is. (Commits that meet in the queue of one process, in the moment that sealing or a call to the
//! marks takes, are merged as for any store. Do not count on it.) Keep what must not be lost, such as stock, money and
//! votes, on a server. For the same reason a message can be [claimed](session::FlashSlot::claim) by no response alone.
//!
//! A session in which nobody is signed in asks for no marks and cannot be revoked: an old copy of an anonymous cart works
//! until its deadlines.
//!
//! # How much fits
//!
//! Browsers take 4,096 bytes for a cookie's name and value: about 2.8 KB of fields. A session that does not fit is an
//! error *before* the response starts ([`TooLarge`](session::ErrorKind::TooLarge), with the largest fields); the client
//! keeps the cookie that it has. `#[session(fits_cookie)]` has the compiler add up the bounds of all fields.
//! [`cookie_chunks`](session::config::SessionConfigBuilder::cookie_chunks) spreads a session over up to four cookies; every
//! request carries them all, and many servers and proxies take 8 KB of headers and no more.
//!
//! # Compression
//!
//! Off by default, because length is not encrypted. If a session holds a secret, and somebody can have text of their own
//! put into the same session and see how long the cookie becomes, compression lets them guess the secret piece by piece
//! (CRIME and BREACH did so to TLS and HTTP). Switch it on where sessions hold no secrets, or where nobody else chooses
//! what stands beside them. Also without it, the length of a cookie tells how much is in the session.
//!
//! # What is sealed
//!
//! ```text
//! cookie value  = base64url(envelope(record))            session::crypto
//! bound to      = purpose, application, cookie name, format 1
//! record        = header · fields                        session::record
//! ```
//!
//! What changes from one cookie to the next (deadlines, revision, number of rotations) and what names the record is inside
//! and therefore not bound to.

mod builder;
mod cache;
mod revocation;
mod seal;

use std::fmt;
use std::sync::Arc;

use session::clock::{Clock, Timestamp};
use session::config::SessionConfig;
use session::crypto::SharedKeyRing;
use session::event::SessionEvent;
use session::record::{Principal, Record};
use session::store::{
    Capabilities, ClientSide, Commit, Gone, Health, Load, Locator, Rotation, Store, Touch, Touched, Write,
    decide_held, decide_held_touch,
};
use session::{Error, ErrorKind, Handle};

pub use builder::CookieStoreBuilder;
use revocation::Revocation;
use seal::Terms;

/// Sessions in the client's own cookie, sealed with AES-256-GCM. See the [module](self) for what that can promise.
///
/// Clones share keys and what is known of marks. A store is set up by the layer that it is given to, so that one may serve
/// layers of several cookies: what is sealed for one opens for no other.
///
/// ```
/// use session::crypto::{Key, KeyRing};
/// use session_stores::CookieStore;
///
/// // From where the deployment keeps its secrets; `cargo run --example keygen` makes one.
/// # let text = Key::generate()?.to_text();
/// # let text = text.expose();
/// let keys = KeyRing::new(&Key::from_text(text)?);
/// let store = CookieStore::new(keys);
/// # let _ = store;
/// # Ok::<(), session::Error>(())
/// ```
///
/// With revocation. One process keeps its marks in a `MemoryStore`; several nodes, and whoever wants them to survive a
/// restart, in a `RedisStore`:
///
/// ```
/// # #[cfg(feature = "redis")] {
/// # use session::crypto::{Key, KeyRing};
/// use session::record::Principal;
/// use session_stores::{CookieStore, RedisStore};
///
/// # async fn example(keys: KeyRing) -> Result<(), Box<dyn std::error::Error>> {
/// let marks = RedisStore::new("redis://127.0.0.1")?;
/// let store = CookieStore::builder().keys(keys).revocation(marks).build();
/// // `user_id: Option<i64>` is the identity.
/// store.revoke_all(&Principal::of(&Some(42_i64))?).await?;
/// # Ok(())
/// # }
/// # }
/// ```
#[derive(Clone)]
pub struct CookieStore {
    set_up: Arc<SetUp>,
    /// Which cookie, as the layer says it.
    terms: Option<Arc<Terms>>,
}

struct SetUp {
    clock: Arc<dyn Clock>,
    keys: Option<SharedKeyRing>,
    limit: usize,
    compress_from: Option<usize>,
    revocation: Option<Revocation>,
}

impl CookieStore {
    /// A store that seals with the primary key of a ring and opens with all of them. Without marks.
    pub fn new(keys: impl Into<SharedKeyRing>) -> Self {
        Self::builder().keys(keys).build()
    }

    /// A store to be set up.
    pub fn builder() -> CookieStoreBuilder {
        CookieStoreBuilder::default()
    }

    /// The store for sessions of that configuration: its application, its cookie, and its keys where the store has none of
    /// its own. A layer does this by itself.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) with a sentence for every problem: there are no keys, no room, or marks would not be
    /// kept for as long as sessions live.
    pub fn for_config(&self, config: &SessionConfig) -> Result<Self, Error> {
        let terms = builder::terms(&self.set_up, config)?;
        Ok(Self { set_up: Arc::clone(&self.set_up), terms: Some(Arc::new(terms)) })
    }

    /// Logs a principal out everywhere: no cookie that was made by authenticating up to now is accepted any more, on this
    /// node at once and on the others after their lag. Signing in again works at once. One call to the marks.
    ///
    /// # Errors
    /// - [`Unsupported`](ErrorKind::Unsupported): there are no marks, or the principal is nobody.
    /// - [`Unavailable`](ErrorKind::Unavailable), [`Full`](ErrorKind::Full): it did not happen, or nobody knows.
    pub async fn revoke_all(&self, principal: &Principal) -> Result<(), Error> {
        match &self.set_up.revocation {
            Some(revocation) if !principal.is_nobody() => revocation.revoke_all(principal).await,
            Some(_) => Err(Error::new(ErrorKind::Unsupported {
                power: "revoke sessions in which nobody is signed in",
            })),
            None => Err(Error::new(ErrorKind::Unsupported { power: "revoke sessions without marks" })),
        }
    }

    fn terms(&self) -> Result<&Terms, Error> {
        self.terms.as_deref().ok_or_else(|| {
            let problem = "a cookie store was not told which cookie it is for: give it to a `Runtime` or a layer; a store \
                           around it has to pass `Store::configured` on";
            Error::new(ErrorKind::Config(vec![problem.to_owned()]))
        })
    }
}

impl Store for CookieStore {
    type Kind = ClientSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Sealed(text) = at else {
            return Err(Error::new(ErrorKind::Unsupported {
                power: "find sessions that only the client has",
            }));
        };
        let terms = self.terms()?;
        let Some(record) = terms.open(text)? else {
            terms.events.emit(&SessionEvent::DecryptFailed { session: None, what: "cookie" });
            return Ok(Load::Absent);
        };
        if record.header.is_expired(self.now()) {
            return Ok(Load::Absent);
        }
        if let Some(revocation) = &self.set_up.revocation
            && let Some(why) = revocation.refuses(&record.header, &*self.set_up.clock).await?
        {
            let session = Handle::from_bytes(record.header.lineage).into();
            terms.events.emit(&match why {
                Gone::Expired => SessionEvent::OutlivesMarks { session },
                why => SessionEvent::RevokedUsed { session, why },
            });
            return Ok(Load::Absent);
        }
        Ok(Load::Found(record))
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let terms = self.terms()?;
        let mut record = match decide_held(write, self.now()) {
            Ok(record) => record,
            Err(gone) => return Ok(Commit::Gone(gone)),
        };
        let revocation = self.set_up.revocation.as_ref();
        if let Some(revocation) = revocation
            && let Some(gone) = revocation.admit(write, &mut record.header, &*self.set_up.clock).await?
        {
            return Ok(Commit::Gone(gone));
        }
        // Before anything else is changed: from here on nothing of this record can fail.
        let sealed = terms.seal(&record, self.set_up.compress_from)?;
        if let Some(revocation) = revocation
            && write.times.rotation == Rotation::Strict
            && let Some(gone) = revocation.retire(write, &record.header).await?
        {
            return Ok(Commit::Gone(gone));
        }
        Ok(Commit::Committed { record, sealed: Some(sealed) })
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let terms = self.terms()?;
        let (record, moved) = match decide_held_touch(touch, self.now()) {
            Ok(decided) => decided,
            Err(gone) => return Ok(Touched::Gone(gone)),
        };
        if let Some(revocation) = &self.set_up.revocation
            && let Some(gone) = revocation.refuses(&record.header, &*self.set_up.clock).await?
        {
            return Ok(Touched::Gone(gone));
        }
        let Some(idle_deadline) = moved else {
            return Ok(Touched::Until { idle_deadline: record.header.idle_deadline, sealed: None });
        };
        let mut record = Record::clone(record);
        record.header.idle_deadline = idle_deadline;
        let sealed = terms.seal(&record, self.set_up.compress_from)?;
        Ok(Touched::Until { idle_deadline, sealed: Some(sealed) })
    }

    /// Marks the session as ended. Without marks nothing can be done about copies of the cookie: `false`.
    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        match &self.set_up.revocation {
            Some(revocation) => revocation.end(handle).await,
            None => Ok(false),
        }
    }

    fn now(&self) -> Timestamp {
        self.set_up.clock.now()
    }

    /// Whether the marks can be asked, where there are any. One call to them.
    async fn health(&self) -> Result<Health, Error> {
        if let Some(revocation) = &self.set_up.revocation {
            revocation.ask().await?;
        }
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.client_side = true;
        capabilities.max_record = self.terms.as_ref().map(|terms| terms.max_record());
        capabilities
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        self.for_config(config).map(Some)
    }
}

impl fmt::Debug for CookieStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieStore")
            .field("cookie", &self.terms.as_ref().map(|terms| terms.cookie()))
            .field("keys", &self.set_up.keys)
            .field("revocation", &self.set_up.revocation)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "memory"))]
mod tests;
