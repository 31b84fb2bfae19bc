use std::time::Duration;

/// When session ids are replaced without anybody signing in or out.
///
/// Replacing an id by age limits how long a stolen one is of use. Unlike the strict rotation of a login, it must not log
/// out the other requests of the same page or a client whose response was lost: for a while the id before it still opens
/// the session, and whoever presents it is given the same new one again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationPolicy {
    /// Replace an id that is older than this, with the next response. Default: never.
    pub every: Option<Duration>,
    /// How long the id before opens the session at the most. Default: 5 minutes.
    pub grace: Duration,
    /// How long it still does after a commit by somebody who holds the new one. Default: 10 seconds, for the other
    /// requests of one page.
    pub settle: Duration,
    /// What an id that comes back after its grace means.
    pub reuse: Reuse,
}

/// What happens when a replaced session id is used again after its grace: its holder, or somebody who copied it, is not
/// who was given the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Reuse {
    /// An event; the request has no session.
    #[default]
    Report,
    /// An event, and the session ends for everybody (RFC 9700 §4.14.2 does so with refresh tokens).
    Revoke,
}

impl Default for RotationPolicy {
    fn default() -> Self {
        Self {
            every: None,
            grace: Duration::from_secs(5 * 60),
            settle: Duration::from_secs(10),
            reuse: Reuse::Report,
        }
    }
}
