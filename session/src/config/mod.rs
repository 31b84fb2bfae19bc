//! What a service can choose: one immutable value, checked as a whole before anything uses it.
//!
//! The builder is the one way to a configuration; a preset is where it begins, settings are text that is told to it.
//! Nothing here reads a file or the environment by itself, shows a key or is global: two layers of one process may have
//! two configurations. `session::guide::configuration` lists all settings and presets.

mod assurance;
mod binding;
mod builder;
#[cfg(test)]
mod builder_tests;
mod check;
mod ids;
mod lifetimes;
mod limit;
mod outcomes;
mod preset;
mod proxies;
mod rotation;
mod settings;
mod span;

use std::sync::Arc;
use std::time::Duration;

pub use assurance::{Aal, Assurance};
pub use binding::{BindingPolicy, IpPrefix, OnMismatch};
pub use builder::SessionConfigBuilder;
pub use ids::SignedIds;
pub use lifetimes::{Lifetime, Lifetimes};
pub use limit::{SessionLimit, WhenFull};
pub use outcomes::{LoadPolicy, OnCorrupt, OnUnavailable};
pub use proxies::{ForwardingHeader, TrustedProxies};
pub use rotation::{Reuse, RotationPolicy};
pub use settings::SessionSettings;

use crate::clock::{Clock, SystemClock};
use crate::cookie::CookieConfig;
use crate::crypto::SharedKeyRing;
use crate::event::Events;
use preset::Preset;

/// The settings of a session layer. Cheap to share, never changes.
///
/// [`default`](Self::default) is meant for production: nothing needs to be called for a safe cookie and finite
/// sessions.
///
/// ```
/// use std::time::Duration;
/// use session::config::SessionConfig;
///
/// let config = SessionConfig::builder()
///     .idle(Duration::from_secs(15 * 60))
///     .absolute(Duration::from_secs(8 * 60 * 60))
///     .build()?;
/// assert_eq!(config.cookie().name(), "__Host-session");
/// # Ok::<(), session::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SessionConfig {
    cookie: CookieConfig,
    lifetimes: Lifetimes,
    touch_threshold: Duration,
    create_window: Duration,
    commit_deadline: Duration,
    limit: SessionLimit,
    rotation: RotationPolicy,
    load: LoadPolicy,
    assurance: Option<Assurance>,
    application: String,
    keys: Option<SharedKeyRing>,
    signed_ids: SignedIds,
    binding: BindingPolicy,
    proxies: TrustedProxies,
    events: Events,
    clock: Arc<dyn Clock>,
}

impl SessionConfig {
    /// Starts from the defaults.
    pub fn builder() -> SessionConfigBuilder {
        SessionConfigBuilder::default()
    }

    /// For development on `http://localhost`, where some browsers keep no secure cookie: the cookie is called `session` and
    /// lacks `Secure`, and nothing else differs from the default. As
    /// [`SessionConfigBuilder::development`], which has a warning.
    pub fn development() -> Self {
        Preset::Development.config()
    }

    /// The session cookie.
    pub const fn cookie(&self) -> &CookieConfig {
        &self.cookie
    }

    /// How long sessions live.
    pub const fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// How far the idle deadline must have come before a request moves it on. Default: 1 minute. It saves most of the
    /// writes that sliding expiry would cost, and makes a session end up to that much early.
    pub const fn touch_threshold(&self) -> Duration {
        self.touch_threshold
    }

    /// The threshold for a session of that idle span: never more than a quarter of it, so that a short session that is
    /// in use does not end.
    pub fn touch_threshold_for(&self, idle_span: Duration) -> Duration {
        self.touch_threshold.min(idle_span / 4)
    }

    /// How long after it was decided a session may still be created in the store, by the store's clock. Default: 30
    /// seconds. Tombstones outlive it.
    pub const fn create_window(&self) -> Duration {
        self.create_window
    }

    /// How long a commit may queue behind others and merge with them. None is begun that would probably end after it.
    /// Default: 1 second.
    pub const fn commit_deadline(&self) -> Duration {
        self.commit_deadline
    }

    /// How many sessions a principal may have at a time. Default: as many as they like.
    pub const fn limit(&self) -> SessionLimit {
        self.limit
    }

    /// When session ids are replaced by age.
    pub const fn rotation(&self) -> &RotationPolicy {
        &self.rotation
    }

    /// What a request gets whose session cannot be loaded.
    pub const fn load(&self) -> &LoadPolicy {
        &self.load
    }

    /// The assurance level that was declared, and what deviates from it.
    pub const fn assurance(&self) -> Option<&Assurance> {
        self.assurance.as_ref()
    }

    /// The application's name, which is part of everything that is sealed or signed: two applications that share keys do
    /// not accept each other's. Default: `session`.
    pub fn application(&self) -> &str {
        &self.application
    }

    /// The keys of secret fields, bindings, signed ids and CSRF tokens. Default: none, and what needs them is refused.
    pub const fn keys(&self) -> Option<&SharedKeyRing> {
        self.keys.as_ref()
    }

    /// Whether session ids are signed in the cookie.
    pub const fn signed_ids(&self) -> SignedIds {
        self.signed_ids
    }

    /// What of a client its sessions are bound to.
    pub const fn binding(&self) -> &BindingPolicy {
        &self.binding
    }

    /// Whose word on a client's address and scheme is taken.
    pub const fn proxies(&self) -> &TrustedProxies {
        &self.proxies
    }

    /// Where what happens to sessions is told. Default: the log, through `tracing`.
    pub const fn events(&self) -> &Events {
        &self.events
    }

    /// The clock of the commit deadline. Sessions' own deadlines are by the store's clock.
    pub const fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            cookie: CookieConfig::default(),
            lifetimes: Lifetimes::default(),
            touch_threshold: Duration::from_secs(60),
            create_window: Duration::from_secs(30),
            commit_deadline: Duration::from_secs(1),
            limit: SessionLimit::default(),
            rotation: RotationPolicy::default(),
            load: LoadPolicy::default(),
            assurance: None,
            application: "session".into(),
            keys: None,
            signed_ids: SignedIds::default(),
            binding: BindingPolicy::default(),
            proxies: TrustedProxies::default(),
            events: Events::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_without_a_call_is_the_default() {
        let built = SessionConfig::builder().build().unwrap();
        assert_eq!(format!("{built:?}"), format!("{:?}", SessionConfig::default()));
    }

    #[test]
    fn development_changes_the_cookie_alone() {
        let preset = SessionConfig::development();
        assert_eq!(preset.cookie().name(), "session");
        assert!(!preset.cookie().secure());
        let rest = SessionConfig { cookie: CookieConfig::default(), ..preset.clone() };
        assert_eq!(format!("{rest:?}"), format!("{:?}", SessionConfig::default()));
        let built = SessionConfig::builder().development().build().unwrap();
        assert_eq!(format!("{built:?}"), format!("{preset:?}"));
    }

    #[test]
    fn a_short_session_is_touched_in_time() {
        let config = SessionConfig::default();
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert_eq!(config.touch_threshold_for(minutes(30)), minutes(1));
        assert_eq!(config.touch_threshold_for(minutes(4)), minutes(1));
        assert_eq!(config.touch_threshold_for(minutes(2)), Duration::from_secs(30));
        assert_eq!(config.touch_threshold_for(Duration::from_secs(1)), Duration::from_millis(250));
    }
}
