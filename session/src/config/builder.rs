//! Collecting settings; they are checked together, at the end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::preset::Preset;
use super::{
    Aal, BindingPolicy, ForwardingHeader, Lifetime, LoadPolicy, RotationPolicy, SessionConfig, SessionLimit,
    SessionSettings, SignedIds, assurance, check, proxies,
};
use crate::clock::Clock;
use crate::cookie::SameSite;
use crate::crypto::SharedKeyRing;
use crate::error::{Error, ErrorKind};
use crate::event::Events;

/// Builds a [`SessionConfig`]. Setters may be called in any order; the last call of one counts, and what is said
/// explicitly counts more than what a [preset](#presets) or an [assurance level](Self::assurance) brings, before or after
/// it.
///
/// # Presets
///
/// A preset is where everything begins that nobody says. There is one at a time, [`production`](Self::production) unless
/// another is called; each method names all that it changes.
#[derive(Clone, Default)]
#[must_use = "nothing is built before `build()`"]
pub struct SessionConfigBuilder {
    pub(super) preset: Preset,
    assurance: Option<Aal>,
    justification: Option<String>,
    /// What was said, in that order. Applied at the end, onto what the preset brings.
    said: Vec<Said>,
    // Only a threshold that somebody chose can be wrong: the default adapts itself.
    touch_threshold: Option<Duration>,
    /// What [settings](Self::settings) say wrongly.
    problems: Vec<String>,
}

/// One call of a setter.
type Said = Arc<dyn Fn(&mut SessionConfig) + Send + Sync>;

impl SessionConfigBuilder {
    /// Declares that signed-in sessions keep to what NIST SP 800-63B-4 asks at an [authenticator assurance level](Aal).
    /// Default: nothing is declared and nothing checked.
    ///
    /// What nobody says explicitly is shortened to the level's limits. What is said explicitly and goes beyond them is
    /// refused by [`build`](Self::build), unless the standard says "should" and there is a
    /// [justification](Self::deviation). How somebody signs in is not checked: that is up to the app.
    pub fn assurance(mut self, level: Aal) -> Self {
        self.assurance = Some(level);
        self
    }

    /// Why this service goes beyond what its [assurance level](Self::assurance) recommends, in words for whoever audits
    /// it. Kept in [`SessionConfig::assurance`] together with what deviates, and reported by an event when the
    /// configuration is put to use.
    pub fn deviation(mut self, justification: impl Into<String>) -> Self {
        self.justification = Some(justification.into());
        self
    }

    /// Idle span of sessions that are not remembered: whole seconds. Default: 30 minutes.
    pub fn idle(self, idle: Duration) -> Self {
        self.say(move |config| {
            config.lifetimes.anonymous.idle = idle;
            config.lifetimes.authenticated.idle = idle;
        })
    }

    /// How many sessions a principal may have at a time, and what a login gets that would be one more. Default: as many as
    /// they like. Needs an index on the identity field, and a store that keeps one.
    pub fn limit(self, limit: SessionLimit) -> Self {
        self.say(move |config| config.limit = limit)
    }

    /// Longest life of sessions that are not remembered. Default: 12 hours.
    pub fn absolute(self, absolute: Duration) -> Self {
        self.say(move |config| {
            config.lifetimes.anonymous.absolute = absolute;
            config.lifetimes.authenticated.absolute = absolute;
        })
    }

    /// Lifetime of sessions in which nobody is signed in.
    pub fn anonymous(self, lifetime: Lifetime) -> Self {
        self.say(move |config| config.lifetimes.anonymous = lifetime)
    }

    /// Lifetime of sessions in which somebody is signed in.
    pub fn authenticated(self, lifetime: Lifetime) -> Self {
        self.say(move |config| config.lifetimes.authenticated = lifetime)
    }

    /// Lifetime of sessions in which somebody is signed in and asked to be remembered.
    pub fn remembered(self, lifetime: Lifetime) -> Self {
        self.say(move |config| config.lifetimes.remembered = lifetime)
    }

    /// The cookie's name. Default: `__Host-session`. Keep that prefix if you can: without it, other hosts of your domain can
    /// plant cookies that are sent like yours.
    pub fn cookie_name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.say(move |config| config.cookie.name.clone_from(&name))
    }

    /// The path under which the browser sends the cookie. Default: `/`. Not a boundary between apps of one host: a page
    /// under one path can reach any other.
    pub fn cookie_path(self, path: impl Into<String>) -> Self {
        let path = path.into();
        self.say(move |config| config.cookie.path.clone_from(&path))
    }

    /// Sends the cookie to every host of that domain, which needs a name that begins with `__Secure-`. Default: to this
    /// host alone.
    pub fn cookie_domain(self, domain: impl Into<String>) -> Self {
        let domain = Some(domain.into());
        self.say(move |config| config.cookie.domain.clone_from(&domain))
    }

    /// On which requests from other sites the browser sends the cookie. Default: [`SameSite::Lax`].
    pub fn same_site(self, same_site: SameSite) -> Self {
        self.say(move |config| config.cookie.same_site = same_site)
    }

    /// Whether the browser keeps the cookie to TLS. Default: yes. `false` needs a cookie name without a prefix.
    pub fn secure(self, secure: bool) -> Self {
        self.say(move |config| config.cookie.secure = secure)
    }

    /// Whether the cookie is kept apart per top-level site (CHIPS). Default: no.
    pub fn partitioned(self, partitioned: bool) -> Self {
        self.say(move |config| config.cookie.partitioned = partitioned)
    }

    /// Over how many cookies a session may be spread, where the client holds it itself: at most
    /// [`MAX_CHUNKS`](crate::cookie::MAX_CHUNKS). Default: one, which has room for about 2.8 KB of fields.
    ///
    /// Every request carries all of them, and servers and proxies often take no more than 8 KB of headers: find out what
    /// yours take before you choose more than two. A session that is not large is in one cookie all the same. Every
    /// program of this version reads several; the number limits what it writes.
    pub fn cookie_chunks(self, chunks: usize) -> Self {
        self.say(move |config| config.cookie.chunks = chunks)
    }

    /// How far the idle deadline must have come before a request moves it on. Default: 1 minute, or a quarter of a
    /// shorter idle span.
    pub fn touch_threshold(mut self, threshold: Duration) -> Self {
        self.touch_threshold = Some(threshold);
        self.say(move |config| config.touch_threshold = threshold)
    }

    /// How long after it was decided a session may still be created in the store. Default: 30 seconds. A store that remembers
    /// ended sessions for less than twice as long refuses it: give it a longer `tombstone_life`, too.
    pub fn create_window(self, window: Duration) -> Self {
        self.say(move |config| config.create_window = window)
    }

    /// How long a commit may queue behind others and merge with them. None is begun that would probably end after it.
    /// Default: 1 second.
    pub fn commit_deadline(self, deadline: Duration) -> Self {
        self.say(move |config| config.commit_deadline = deadline)
    }

    /// What a request gets whose session cannot be loaded. Default: it is refused.
    pub fn load(self, policy: LoadPolicy) -> Self {
        self.say(move |config| config.load = policy)
    }

    /// When session ids are replaced by age. Default: never.
    pub fn rotation(self, policy: RotationPolicy) -> Self {
        self.say(move |config| config.rotation = policy)
    }

    /// The application's name, which is part of everything that is sealed or signed. Default: `session`.
    pub fn application(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.say(move |config| config.application.clone_from(&name))
    }

    /// The keys of secret fields, bindings, signed ids and CSRF tokens. Default: none.
    pub fn keys(self, keys: impl Into<SharedKeyRing>) -> Self {
        let keys = Some(keys.into());
        self.say(move |config| config.keys.clone_from(&keys))
    }

    /// Whether session ids are signed in the cookie. Default: no.
    pub fn signed_ids(self, signed: SignedIds) -> Self {
        self.say(move |config| config.signed_ids = signed)
    }

    /// What of a client its sessions are bound to. Default: nothing.
    pub fn binding(self, policy: BindingPolicy) -> Self {
        self.say(move |config| config.binding = policy)
    }

    /// The proxies whose word on a client's address and scheme is taken, as addresses (`"10.0.0.7"`) or networks
    /// (`"10.0.0.0/8"`). Default: none. Of what they forward the last address counts that is not itself a trusted proxy's.
    pub fn trusted_proxies(self, networks: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let given: Vec<String> = networks.into_iter().map(Into::into).collect();
        self.say(move |config| config.proxies.given.clone_from(&given))
    }

    /// In which headers the trusted proxies write. Default: `X-Forwarded-For` and `X-Forwarded-Proto`.
    pub fn forwarding_header(self, header: ForwardingHeader) -> Self {
        self.say(move |config| config.proxies.header = header)
    }

    /// Where what happens to sessions is told: a sink, besides the log, or a list of them. Default: the log alone, through
    /// `tracing`.
    pub fn events(self, events: impl Into<Events>) -> Self {
        let events = events.into();
        self.say(move |config| config.events.clone_from(&events))
    }

    /// The clock of the commit deadline. Default: the system's.
    pub fn clock(self, clock: impl Clock) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        self.say(move |config| config.clock = Arc::clone(&clock))
    }

    /// What was read from a file or the environment, as if its setters were called here.
    ///
    /// ```
    /// use session::config::{SessionConfig, SessionSettings};
    ///
    /// let settings = SessionSettings::from_env("SESSION_", [("SESSION_IDLE", "15m"), ("SESSION_ABSOLUTE", "8h")]);
    /// let config = SessionConfig::builder().cookie_name("__Host-shop").settings(&settings).build()?;
    /// assert_eq!(config.lifetimes().authenticated.idle.as_secs(), 15 * 60);
    /// # Ok::<(), session::Error>(())
    /// ```
    ///
    /// Settings that cannot be read are among the problems that [`build`](Self::build) lists.
    pub fn settings(mut self, settings: &SessionSettings) -> Self {
        let problems = settings.apply(&mut self);
        self.problems.extend(problems);
        self
    }

    /// Every setter of a part of the configuration goes through here.
    pub(super) fn say(mut self, change: impl Fn(&mut SessionConfig) + Send + Sync + 'static) -> Self {
        self.said.push(Arc::new(change));
        self
    }

    /// The configuration, if it makes sense as a whole.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with a sentence for every problem, each with its cure.
    pub fn build(self) -> Result<SessionConfig, Error> {
        let mut config = self.draft();
        let mut problems = self.problems;
        crate::cookie::check(&config.cookie, &mut problems);
        check::lifetimes(&config.lifetimes, &mut problems);
        check::touch_threshold(self.touch_threshold, &config.lifetimes, &mut problems);
        check::spans(&config, &mut problems);
        check::client(&config, &mut problems);
        config.proxies.networks = proxies::parse(&config.proxies.given, &mut problems);
        check::application(&config.application, &mut problems);
        config.assurance = assurance::check(self.assurance, self.justification, &config, &mut problems);
        if problems.is_empty() { Ok(config) } else { Err(Error::new(ErrorKind::Config(problems))) }
    }

    /// What was said, on what the assurance level leaves of the preset.
    fn draft(&self) -> SessionConfig {
        let mut config = self.preset.config();
        if let Some(level) = self.assurance {
            level.shorten(&mut config.lifetimes);
        }
        for change in &self.said {
            change(&mut config);
        }
        config
    }
}

impl fmt::Debug for SessionConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionConfigBuilder")
            .field("preset", &self.preset)
            .field("assurance", &self.assurance)
            .field("justification", &self.justification)
            .field("draft", &self.draft())
            .finish_non_exhaustive()
    }
}
