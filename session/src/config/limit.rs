/// How many sessions a principal may have at a time, and what a login gets that would be one more.
///
/// Counted exactly, also when several logins come at once, by the index of the identity field: the field must have
/// `index`, and the store must keep one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionLimit {
    /// The most; `None` for as many as they like.
    pub most: Option<u32>,
    /// What happens at one more.
    pub when_full: WhenFull,
}

/// What a login gets whose principal has as many sessions as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WhenFull {
    /// It is refused, with [`TooManySessions`](crate::ErrorKind::TooManySessions) and 409: once every one of the others was
    /// seen to live.
    #[default]
    Refuse,
    /// The session whose login is the longest ago is ended, before the newcomer gets a cookie.
    EvictOldest,
}
