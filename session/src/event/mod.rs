//! What happens to sessions, as typed events, for whoever wants to know: logs, audits, metrics.
//!
//! A [`SessionEvent`] says what has happened, after it has: a listener changes nothing and stops nothing. It goes to the
//! [`EventSink`]s of an [`Events`], which is part of the configuration and can be given to stores as well, so that what
//! they have to tell (a breaker that opened, bytes that could not be opened) arrives at the same place.
//!
//! ```
//! use session::config::SessionConfig;
//! use session::event::{Events, SessionEvent, from_fn};
//!
//! let audit = from_fn(|event| {
//!     if let SessionEvent::Revoked { session, by } = event {
//!         println!("{session} was revoked by {by:?}");
//!     }
//! });
//! // Besides the log, which is there unless it is left out.
//! let events = Events::default().with(audit);
//! let config = SessionConfig::builder().events(events.clone()).build()?;
//! # Ok::<(), session::Error>(())
//! ```
//!
//! # What an event shows
//!
//! No secret, cookie, field value or principal is ever part of an event. A session appears as its [`Fingerprint`], 32 bits
//! of its handle: enough to follow it through a log, too few to be looked up.
//!
//! # What a listener may do
//!
//! Anything that is quick: it is called by the request, though never while the request holds a lock that another one
//! could wait for. What takes longer, or has to wait, is done at the other end of a [`channel`]. A listener that panics
//! harms nobody but itself ([`Events::panics`]).

mod channel;
mod events;
mod kinds;
mod shown;
mod sink;
mod tell;
mod tracing;

pub use channel::{ChannelSink, Receiver, channel};
pub use events::Events;
pub use kinds::SessionEvent;
pub use shown::{Breaker, CookieSent, Failure, Fingerprint, RevokedBy};
pub use sink::{EventSink, FromFn, from_fn};
pub(crate) use tell::*;
pub use tracing::Tracing;
