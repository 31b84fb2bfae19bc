//! What one request knows of its session. Plain data; the lock around it is [`Shared`](super::shared::Shared)'s.

use std::sync::Arc;

use bytes::Bytes;

use super::bits::Bits;
use super::slot::Slot;
use crate::clock::Timestamp;
use crate::commit::InFlight;
use crate::data::SessionData;
use crate::event::Fingerprint;
use crate::record::{Credential, Header};
use crate::token::{Handle, Proof, Token};

/// The session as the request sees it, and what it means to do.
pub(crate) struct State<T> {
    /// The data as the request sees it.
    pub(crate) data: Arc<T>,
    /// One more with each change of `data`.
    pub(crate) version: u64,
    /// The fields that may differ from the base.
    pub(crate) touched: Bits,
    /// The fields that were changed concurrently in ways that their policies refuse to combine. Nothing can be committed
    /// until they are set.
    pub(crate) refused: Bits,
    /// What was loaded or last committed.
    pub(crate) base: Base<T>,
    /// Flash slots that hold or did something.
    pub(crate) slots: Vec<Slot>,
    /// What the next commit does besides writing fields.
    pub(crate) intent: Intent,
    /// A commit that may have been made.
    pub(crate) in_flight: Option<Box<InFlight<T>>>,
    /// How often this became somebody else's session. A commit that was begun before is of the session that was left.
    pub(crate) departures: u32,
    /// A session that was begun, or may have been, for a principal who has left since. Nobody has its token; it is to end.
    pub(crate) begun: Option<Handle>,
    /// What the response says to the client.
    pub(crate) cookie: CookieDue,
    /// A session that is bound to another client, until its principal signs in again. The rest of the state is empty.
    pub(crate) withheld: Option<Box<Withheld<T>>>,
    /// The request came over plain HTTP, and the cookie is for TLS alone.
    pub(crate) exposed: bool,
    /// The store could not be asked: nothing here is stored, and the cookie stays as it is.
    pub(crate) degraded: bool,
    /// The response head has left, when the data was of that version: no cookie can be set any more, and no response
    /// commits what is changed from here on.
    pub(crate) detached: Option<u64>,
}

/// What a commit compares with.
pub(crate) struct Base<T> {
    /// The decoded fields.
    pub(crate) data: Arc<T>,
    /// The fields as they are stored; where there is no record, with nothing sealed in them.
    pub(crate) fields: Bytes,
    /// The record, if there is one. Shared, because a commit and its attempts need what the session goes on with, and a
    /// header is large.
    pub(crate) stored: Option<Arc<Stored>>,
}

impl<T> Clone for Base<T> {
    fn clone(&self) -> Self {
        Self { data: Arc::clone(&self.data), fields: self.fields.clone(), stored: self.stored.clone() }
    }
}

/// A session that the request may not see yet.
pub(crate) struct Withheld<T> {
    /// What does not fit.
    pub(crate) what: &'static str,
    pub(crate) base: Base<T>,
    pub(crate) slots: Vec<Slot>,
}

/// A record that this request holds the key to.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) handle: Handle,
    pub(crate) key: Key,
    pub(crate) header: Header,
}

/// What the client presented, or is about to be given.
#[derive(Clone)]
pub(crate) enum Key {
    /// A token, with the proof that it hashes to.
    Token(Token, Proof),
    /// The record itself, sealed.
    Sealed(Vec<u8>),
    /// Nothing: the record was loaded by its handle. It can be changed, but no cookie can be made for it.
    Known(Proof),
}

impl Key {
    pub(crate) fn of(token: Token) -> Self {
        let proof = token.secret.proof();
        Self::Token(token, proof)
    }

    /// The key that a periodic rotation gave to whoever holds this one: written down so that this one alone reads it.
    pub(crate) fn after(&self, handle: &Handle, credential: &Credential) -> Option<Self> {
        let Self::Token(token, proof) = self else { return None };
        let previous = credential.previous.as_ref().filter(|previous| previous.proof == *proof)?;
        let secret = token.secret.unwrap_next(handle, previous.next.as_ref()?);
        let key = Self::of(Token { handle: *handle, secret });
        // What does not have the record's proof was not written by us.
        (key.proof() == credential.proof).then_some(key)
    }

    /// `next`, readable with this key alone.
    pub(crate) fn wraps(&self, next: &Self) -> Option<[u8; 16]> {
        match (self, next) {
            (Self::Token(old, _), Self::Token(new, _)) => {
                Some(new.secret.wrapped_in(&old.secret, &new.handle))
            }
            _ => None,
        }
    }

    /// The text of the cookie, where there can be one.
    pub(crate) fn expose(&self) -> Option<String> {
        match self {
            Self::Token(token, _) => Some(token.expose()),
            // A store writes its sealed records in the cookie's own alphabet.
            Self::Sealed(bytes) => String::from_utf8(bytes.clone()).ok(),
            Self::Known(_) => None,
        }
    }

    /// What stands for the session id in events; nothing where the client holds the record, whose token never stays.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        match self {
            Self::Token(_, proof) | Self::Known(proof) => Some(Fingerprint::of_secret(proof)),
            Self::Sealed(_) => None,
        }
    }

    /// The proof to show to the store; a sealed record is its own.
    pub(crate) fn proof(&self) -> Proof {
        match self {
            Self::Token(_, proof) | Self::Known(proof) => *proof,
            Self::Sealed(_) => Proof::from_bytes([0; 32]),
        }
    }
}

/// What the next commit does besides writing fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Intent {
    /// Rotate the id: every older one is dead.
    pub(crate) rotate: bool,
    /// Replace the id by age: the one before goes on for a while.
    pub(crate) renew: Option<Timestamp>,
    /// Somebody authenticated.
    pub(crate) authenticate: bool,
    /// End this record: its principal left.
    pub(crate) leave: Option<Handle>,
    /// Switch "remember me" on or off.
    pub(crate) remember: Option<bool>,
    /// Move the idle deadline on, however little.
    pub(crate) touch: bool,
    /// The handle of the record, should one be created: something that was handed out already names it.
    pub(crate) reserved: Option<Handle>,
}

impl Intent {
    /// What a commit does; a touch is not a commit's business.
    pub(crate) fn take(&mut self) -> Self {
        let touch = std::mem::take(&mut self.touch);
        let taken = std::mem::take(self);
        self.touch = touch;
        taken
    }

    /// What a commit did not do after all; what was asked for meanwhile is newer.
    pub(crate) fn restore(&mut self, taken: &Self) {
        self.rotate |= taken.rotate;
        self.renew = self.renew.or(taken.renew);
        self.authenticate |= taken.authenticate;
        self.leave = self.leave.or(taken.leave);
        self.remember = self.remember.or(taken.remember);
        self.reserved = self.reserved.or(taken.reserved);
    }
}

/// What the response says to the client about its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum CookieDue {
    /// Nothing: the client has what it needs.
    #[default]
    Nothing,
    /// The token: created, rotated, or with another lifetime.
    Issue,
    /// The token that another request was given in place of this one's, and that may not have arrived.
    Reissue,
    /// That the session is over; said only by the request that ended it.
    Remove,
}

impl<T: SessionData> State<T> {
    pub(crate) fn new(base: Base<T>, slots: Vec<Slot>) -> Self {
        Self {
            data: Arc::clone(&base.data),
            version: 0,
            touched: Bits::default(),
            refused: Bits::default(),
            base,
            slots,
            intent: Intent::default(),
            in_flight: None,
            departures: 0,
            begun: None,
            cookie: CookieDue::Nothing,
            withheld: None,
            exposed: false,
            degraded: false,
            detached: None,
        }
    }

    /// The slot of that field, made if there is none yet.
    pub(crate) fn slot(&mut self, row: usize) -> &mut Slot {
        let at = self.slots.iter().position(|slot| slot.row == row).unwrap_or_else(|| {
            self.slots.push(Slot::new(row));
            self.slots.len() - 1
        });
        &mut self.slots[at]
    }

    /// Whether a commit would have to look at anything.
    pub(crate) fn may_be_dirty(&self) -> bool {
        self.touched.any()
            || self.slots.iter().any(Slot::is_changed)
            || self.intent.rotate
            || self.intent.renew.is_some()
            || self.in_flight.is_some()
            || self.begun.is_some()
            || self.intent.authenticate
            || self.intent.leave.is_some()
            || self.intent.remember.is_some()
    }

    /// No cookie can be set from here on, if one could until now.
    pub(crate) fn detach(&mut self) {
        self.detached.get_or_insert(self.version);
    }

    /// The session is over, or has another id, and whoever did that has told the client: it is given nothing else.
    pub(crate) fn withdraw(&mut self) {
        if matches!(self.cookie, CookieDue::Issue | CookieDue::Reissue) {
            self.cookie = CookieDue::Nothing;
        }
    }

    /// Nobody knows whether another request's id is still good: the client keeps its own, which will get it again.
    pub(crate) fn withdraw_doubted(&mut self) {
        if self.cookie == CookieDue::Reissue {
            self.cookie = CookieDue::Nothing;
        }
    }

    /// The principal leaves: nothing of the record stays, except what outlives a principal and the flash messages of
    /// this request. `empty` is the data of a session that holds nothing, `carried` the stored fields that nobody here can
    /// read and that outlive a principal.
    ///
    /// The record that was left is deleted by the next commit.
    pub(crate) fn leave(&mut self, empty: Arc<T>, carried: Bytes) {
        self.departures += 1;
        let left = self.base.stored.take().map(|stored| stored.handle);
        self.base = Base { data: empty, fields: carried, stored: None };
        self.touched = Bits::ALL;
        self.refused = Bits::default();
        self.slots.retain_mut(Slot::forget_stored);
        let touch = self.intent.touch;
        self.intent = Intent { leave: left.or(self.intent.leave), touch, ..Intent::default() };
    }
}
