use std::fmt;
use std::time::SystemTime;

use crate::clock::Timestamp;
use crate::current::{Current, Session};
use crate::data::SessionData;
use crate::error::Error;
use crate::record::Header;
use crate::token::Handle;

/// A session, as somebody sees it in the list of their devices.
pub struct Device<T: SessionData> {
    pub(super) handle: Handle,
    pub(super) last_seen: Timestamp,
    pub(super) remembered: bool,
    pub(super) session: Session<T>,
}

impl<T: SessionData> Device<T> {
    pub(super) fn new(handle: Handle, header: &Header, session: Session<T>) -> Self {
        // The idle deadline is a span after the last use, but never past the absolute one.
        let used = header.idle_deadline.before(header.idle_span);
        let last_seen = used.max(header.rotated_at);
        Self { handle, last_seen, remembered: header.remembered, session }
    }

    /// Names the session, and opens nothing: it may stand in the page, for [`revoke`](super::SessionsOf::revoke).
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// When the session was used last, by the store's clock: as exactly as uses are written down, which is to the
    /// [touch threshold](crate::config::SessionConfig::touch_threshold). Within an idle span of its absolute deadline, no
    /// later than then is known.
    pub fn last_seen(&self) -> SystemTime {
        self.last_seen.into()
    }

    /// Whether its user asked to be remembered.
    pub const fn is_remembered(&self) -> bool {
        self.remembered
    }

    /// Whether it is the session of this request.
    pub fn is(&self, current: &Current<T>) -> bool {
        current.id() == Some(self.handle)
    }

    /// What is in it, when it began, when its user authenticated, and when it ends. As it was when it was listed.
    pub const fn session(&self) -> &Session<T> {
        &self.session
    }
}

impl<T: SessionData> fmt::Debug for Device<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("handle", &self.handle).finish_non_exhaustive()
    }
}

/// The sessions of a value, and those of them that this program cannot read.
pub struct Devices<T: SessionData> {
    /// The sessions, the one that was used last first.
    pub devices: Vec<Device<T>>,
    /// Live sessions that could not be decoded, and why not. They can be revoked.
    pub unreadable: Vec<(Handle, Error)>,
}

impl<T: SessionData> fmt::Debug for Devices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { devices, unreadable } = self;
        f.debug_struct("Devices").field("devices", devices).field("unreadable", unreadable).finish()
    }
}
