//! Where a configuration begins. A test lists what each preset changes, and the guide shows the list.

use std::time::Duration;

use super::{
    BindingPolicy, IpPrefix, Lifetime, Lifetimes, OnMismatch, Reuse, RotationPolicy, SessionConfig,
    SessionConfigBuilder, SignedIds,
};
use crate::cookie::{CookieConfig, SameSite};

/// # Presets
impl SessionConfigBuilder {
    /// For development on `http://localhost`. Changes the cookie alone: it is called `session` and lacks `Secure`, since
    /// some browsers keep no secure cookie over plain HTTP. Not for production: on a network, whoever can read the
    /// traffic can read such a cookie.
    pub fn development(self) -> Self {
        self.preset(Preset::Development)
    }

    /// The defaults of every option, as their own documentation names them.
    pub fn production(self) -> Self {
        self.preset(Preset::Production)
    }

    /// For what must not be lost to a stolen cookie or an unattended desk. Every session ends after 15 minutes without
    /// use and 8 hours in all, also one that asked to be remembered, whose cookie is not persistent either; ids are
    /// replaced every 15 minutes, and an id that comes back after its grace ends the session; ids are signed, so
    /// that those from before end with the change; sessions are bound to the whole IPv4 address or the /64 of an IPv6 one
    /// and to the `User-Agent`, and are [withheld](super::OnMismatch::Reauthenticate) elsewhere until their principal signs
    /// in again. That needs [keys](Self::keys), and the address of every client. `SameSite` is `Strict`, so
    /// that whoever follows a link from elsewhere, or comes back from an identity provider, arrives without a session:
    /// say `.same_site(SameSite::Lax)` where that must work. Within the limits of AAL3, which is
    /// [declared](Self::assurance) apart.
    pub fn high_security(self) -> Self {
        self.preset(Preset::HighSecurity)
    }

    /// For tests of an app. The cookie of [`development`](Self::development), and 30 seconds for a commit to queue, so
    /// that a busy machine fails no test. Everything else is what runs in production, since that is what is to be tested.
    pub fn testing(self) -> Self {
        self.preset(Preset::Testing)
    }

    /// For many nodes on one store. A commit may queue for 3 seconds, since writers on other nodes are met only in the
    /// store and each repetition is a way over the network; the idle deadline is moved on every 2 minutes, since each
    /// time is a write that every replica gets.
    pub fn clustered(self) -> Self {
        self.preset(Preset::Clustered)
    }

    pub(super) fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// One of the builder's presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Preset {
    Development,
    #[default]
    Production,
    HighSecurity,
    Testing,
    Clustered,
}

impl Preset {
    /// What it says of every option. Makes sense as a whole, apart from keys, which no preset has.
    pub(super) fn config(self) -> SessionConfig {
        let production = SessionConfig::default();
        match self {
            Self::Production => production,
            Self::Development => SessionConfig { cookie: CookieConfig::development(), ..production },
            Self::Testing => SessionConfig {
                cookie: CookieConfig::development(),
                commit_deadline: Duration::from_secs(30),
                ..production
            },
            Self::HighSecurity => {
                let short = Lifetime { idle: 15 * MINUTE, absolute: 8 * HOUR, persistent: false };
                SessionConfig {
                    cookie: CookieConfig { same_site: SameSite::Strict, ..production.cookie },
                    lifetimes: Lifetimes { anonymous: short, authenticated: short, remembered: short },
                    rotation: RotationPolicy {
                        every: Some(15 * MINUTE),
                        reuse: Reuse::Revoke,
                        ..production.rotation
                    },
                    signed_ids: SignedIds::Required,
                    binding: BindingPolicy {
                        ip: Some(IpPrefix::STRICT),
                        user_agent: true,
                        mismatch: OnMismatch::Reauthenticate,
                    },
                    ..production
                }
            }
            Self::Clustered => SessionConfig {
                touch_threshold: 2 * MINUTE,
                commit_deadline: Duration::from_secs(3),
                ..production
            },
        }
    }
}
