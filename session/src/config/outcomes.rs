/// What a request gets whose session cannot be loaded. By default it is refused: only "not found" may begin afresh.
///
/// For a single route there is a finer way: a handler that takes `Result<Session<T>, SessionRejection>` runs in any case
/// and decides by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LoadPolicy {
    /// The store could not be asked.
    pub unavailable: OnUnavailable,
    /// A record is there, but its bytes are not a record.
    pub corrupt: OnCorrupt,
}

/// What happens when the store could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnUnavailable {
    /// 503 with `Retry-After`; the handler does not run.
    #[default]
    Refuse,
    /// The handler gets a session that holds nothing and says so
    /// ([`is_degraded`](crate::Current::is_degraded)). Nothing of it is stored, and the cookie stays as it is: after the
    /// outage the client is who it was.
    Proceed,
}

/// What happens to a record that cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnCorrupt {
    /// 500; the handler does not run.
    #[default]
    Refuse,
    /// The record is left as it is until it expires, for whoever wants to know what happened, and the client begins a new
    /// session. Its cookie is replaced when there is something to store.
    SetAside,
}
