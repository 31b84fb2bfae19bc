//! How long sessions live.

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a session lives, whichever deadline comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without a request: whole seconds, counted from the latest one.
    pub idle: Duration,
    /// In all, whatever happens: counted from creation, or from the latest authentication.
    pub absolute: Duration,
    /// Whether the cookie outlives the browser: it then gets a `Max-Age` that runs to the absolute deadline, and
    /// `absolute` can be 400 days at most.
    pub persistent: bool,
}

/// The lifetime of each class of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Nobody is signed in. Default: 30 minutes idle, 12 hours in all, not persistent.
    pub anonymous: Lifetime,
    /// Somebody is signed in. Default: 30 minutes idle, 12 hours in all, not persistent (NIST SP 800-63B AAL2 allows
    /// 24 hours and one hour of inactivity).
    pub authenticated: Lifetime,
    /// Somebody is signed in and asked to be remembered. Default: 14 days idle, 30 days in all, persistent.
    pub remembered: Lifetime,
}

impl Lifetimes {
    /// Each with its name.
    pub(super) fn each(&self) -> [(&'static str, Lifetime); 3] {
        [
            ("anonymous", self.anonymous),
            ("authenticated", self.authenticated),
            ("remembered", self.remembered),
        ]
    }

    /// Of the class that ends first without use.
    pub(super) fn shortest_idle(&self) -> Duration {
        self.anonymous.idle.min(self.authenticated.idle).min(self.remembered.idle)
    }
}

impl Default for Lifetimes {
    fn default() -> Self {
        let working_day = Lifetime { idle: 30 * MINUTE, absolute: 12 * HOUR, persistent: false };
        Self {
            anonymous: working_day,
            authenticated: working_day,
            remembered: Lifetime { idle: 14 * DAY, absolute: 30 * DAY, persistent: true },
        }
    }
}
