//! Collecting settings; they are checked together, at the end.

use std::sync::Arc;
use std::time::Duration;

use super::{Lifetime, LoadPolicy, RotationPolicy, SessionConfig, check};
use crate::clock::Clock;
use crate::cookie::{CookieConfig, SameSite};
use crate::crypto::SharedKeyRing;
use crate::error::{Error, ErrorKind};
use crate::event::Events;

/// Builds a [`SessionConfig`]. Setters may be called in any order; the last call of one counts.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is built before `build()`"]
pub struct SessionConfigBuilder {
    /// Every setting without a field of its own here.
    draft: SessionConfig,
    // What `localhost()` decides unless it is said explicitly, before or after it.
    localhost: bool,
    cookie_name: Option<String>,
    secure: Option<bool>,
    // Only a threshold that somebody chose can be wrong: the default adapts itself.
    touch_threshold: Option<Duration>,
}

impl SessionConfigBuilder {
    /// For development on `http://localhost`: the cookie is called `session` and lacks `Secure`, unless said otherwise.
    pub fn localhost(mut self) -> Self {
        self.localhost = true;
        self
    }

    /// Idle span of sessions that are not remembered: whole seconds. Default: 30 minutes.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.draft.lifetimes.anonymous.idle = idle;
        self.draft.lifetimes.authenticated.idle = idle;
        self
    }

    /// Longest life of sessions that are not remembered. Default: 12 hours.
    pub fn absolute(mut self, absolute: Duration) -> Self {
        self.draft.lifetimes.anonymous.absolute = absolute;
        self.draft.lifetimes.authenticated.absolute = absolute;
        self
    }

    /// Lifetime of sessions in which nobody is signed in.
    pub fn anonymous(mut self, lifetime: Lifetime) -> Self {
        self.draft.lifetimes.anonymous = lifetime;
        self
    }

    /// Lifetime of sessions in which somebody is signed in.
    pub fn authenticated(mut self, lifetime: Lifetime) -> Self {
        self.draft.lifetimes.authenticated = lifetime;
        self
    }

    /// Lifetime of sessions in which somebody is signed in and asked to be remembered.
    pub fn remembered(mut self, lifetime: Lifetime) -> Self {
        self.draft.lifetimes.remembered = lifetime;
        self
    }

    /// The cookie's name. Default: `__Host-session`; keep a prefix if you can.
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.cookie_name = Some(name.into());
        self
    }

    /// The path under which the browser sends the cookie. Default: `/`. Not a boundary between apps of one host: a page
    /// under one path can reach any other.
    pub fn cookie_path(mut self, path: impl Into<String>) -> Self {
        self.draft.cookie.path = path.into();
        self
    }

    /// Sends the cookie to every host of that domain. Default: to this host alone.
    pub fn cookie_domain(mut self, domain: impl Into<String>) -> Self {
        self.draft.cookie.domain = Some(domain.into());
        self
    }

    /// On which requests from other sites the browser sends the cookie. Default: [`SameSite::Lax`].
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.draft.cookie.same_site = same_site;
        self
    }

    /// Whether the browser keeps the cookie to TLS. Default: yes. `false` needs a cookie name without a prefix.
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = Some(secure);
        self
    }

    /// Whether the cookie is kept apart per top-level site (CHIPS). Default: no.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.draft.cookie.partitioned = partitioned;
        self
    }

    /// How far the idle deadline must have come before a request moves it on. Default: 1 minute, or a quarter of a
    /// shorter idle span.
    pub fn touch_threshold(mut self, threshold: Duration) -> Self {
        self.touch_threshold = Some(threshold);
        self
    }

    /// How long after it was decided a session may still be created in the store. Default: 30 seconds.
    pub fn create_window(mut self, window: Duration) -> Self {
        self.draft.create_window = window;
        self
    }

    /// How long a commit may queue behind others and merge with them. Default: 1 second.
    pub fn commit_deadline(mut self, deadline: Duration) -> Self {
        self.draft.commit_deadline = deadline;
        self
    }

    /// What a request gets whose session cannot be loaded. Default: it is refused.
    pub fn load(mut self, policy: LoadPolicy) -> Self {
        self.draft.load = policy;
        self
    }

    /// When session ids are replaced by age. Default: never.
    pub fn rotation(mut self, policy: RotationPolicy) -> Self {
        self.draft.rotation = policy;
        self
    }

    /// The application's name, which is part of everything that is sealed or signed. Default: `session`.
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.draft.application = name.into();
        self
    }

    /// The keys of secret fields, bindings, signed ids and CSRF tokens. Default: none.
    pub fn keys(mut self, keys: impl Into<SharedKeyRing>) -> Self {
        self.draft.keys = Some(keys.into());
        self
    }

    /// Where what happens to sessions is told: a sink, besides the log, or a list of them. Default: the log alone, through
    /// `tracing`.
    pub fn events(mut self, events: impl Into<Events>) -> Self {
        self.draft.events = events.into();
        self
    }

    /// The clock of the commit deadline. Default: the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.draft.clock = Arc::new(clock);
        self
    }

    /// The configuration, if it makes sense as a whole.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with a sentence for every problem, each with its cure.
    pub fn build(self) -> Result<SessionConfig, Error> {
        let Self { draft: mut config, localhost, cookie_name, secure, touch_threshold } = self;
        let preset = if localhost { CookieConfig::localhost() } else { CookieConfig::default() };
        config.cookie.name = cookie_name.unwrap_or(preset.name);
        config.cookie.secure = secure.unwrap_or(preset.secure);
        if let Some(threshold) = touch_threshold {
            config.touch_threshold = threshold;
        }

        let mut problems = Vec::new();
        crate::cookie::check(&config.cookie, &mut problems);
        check::lifetimes(&config.lifetimes, &mut problems);
        check::touch_threshold(touch_threshold, &config.lifetimes, &mut problems);
        check::spans(&config, &mut problems);
        if problems.is_empty() { Ok(config) } else { Err(Error::new(ErrorKind::Config(problems))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, Timestamp};

    fn problems(builder: SessionConfigBuilder) -> Vec<String> {
        match builder.build().map_err(|error| error.kind().clone()) {
            Err(ErrorKind::Config(problems)) => problems,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_setting_arrives() {
        let hour = Duration::from_secs(60 * 60);
        let life = |n| Lifetime { idle: hour * n, absolute: hour * n * 2, persistent: n % 2 == 0 };
        let config = SessionConfig::builder()
            .anonymous(life(1))
            .authenticated(life(2))
            .remembered(life(3))
            .cookie_name("__Secure-app")
            .cookie_path("/app")
            .cookie_domain("example.org")
            .same_site(SameSite::None)
            .secure(true)
            .partitioned(true)
            .touch_threshold(hour / 2)
            .create_window(hour / 3)
            .commit_deadline(hour / 4)
            .clock(ManualClock::at(Timestamp::from_millis(7)))
            .build()
            .unwrap();
        let lifetimes = config.lifetimes();
        assert_eq!(
            [lifetimes.anonymous, lifetimes.authenticated, lifetimes.remembered],
            [life(1), life(2), life(3)]
        );
        let cookie = config.cookie();
        assert_eq!((cookie.name(), cookie.path()), ("__Secure-app", "/app"));
        assert_eq!((cookie.domain(), cookie.same_site()), (Some("example.org"), SameSite::None));
        assert!(cookie.secure() && cookie.partitioned());
        assert_eq!(config.touch_threshold(), hour / 2);
        assert_eq!((config.create_window(), config.commit_deadline()), (hour / 3, hour / 4));
        assert_eq!(config.clock().now(), Timestamp::from_millis(7));
    }

    #[test]
    fn idle_and_absolute_leave_remembered_sessions_alone() {
        let hour = Duration::from_secs(60 * 60);
        let config = SessionConfig::builder().idle(hour).absolute(2 * hour).build().unwrap();
        let expected = Lifetime { idle: hour, absolute: 2 * hour, persistent: false };
        assert_eq!(config.lifetimes().anonymous, expected);
        assert_eq!(config.lifetimes().authenticated, expected);
        assert_eq!(config.lifetimes().remembered, SessionConfig::default().lifetimes().remembered);
    }

    #[test]
    fn all_problems_come_at_once() {
        let problems = problems(
            SessionConfig::builder()
                .idle(Duration::ZERO)
                .cookie_path("app")
                .cookie_domain("example.org")
                .secure(false)
                .commit_deadline(Duration::ZERO),
        );
        for word in
            ["anonymous idle", "authenticated idle", "\"/app\"", "Domain", "Secure", "commit_deadline"]
        {
            assert!(problems.iter().any(|problem| problem.contains(word)), "{word}: {problems:#?}");
        }
    }

    #[test]
    fn an_insecure_cookie_must_be_asked_for_by_name() {
        let refused = problems(SessionConfig::builder().secure(false));
        assert!(refused[0].contains("SessionConfig::localhost()"), "{refused:?}");
        let explicit = SessionConfig::builder().cookie_name("app").secure(false).build().unwrap();
        assert!(!explicit.cookie().secure());
    }

    #[test]
    fn what_is_said_explicitly_beats_the_preset_in_any_order() {
        for builder in [
            SessionConfig::builder().localhost().cookie_name("app").secure(true),
            SessionConfig::builder().cookie_name("app").secure(true).localhost(),
        ] {
            let config = builder.build().unwrap();
            assert_eq!((config.cookie().name(), config.cookie().secure()), ("app", true));
        }
        assert_eq!(problems(SessionConfig::builder().cookie_name("__Host-app").localhost()).len(), 1);
    }
}
