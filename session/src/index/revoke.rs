use crate::error::Error;
use crate::token::Handle;

/// What became of the sessions that were to end.
#[derive(Debug, Default)]
#[must_use = "some may not have been ended"]
pub struct Revoked {
    /// How many live ones were ended.
    pub ended: u64,
    /// Those that could not be asked for. They are marked: the next list, count or revocation of the same value ends them.
    pub unfinished: Vec<Unfinished>,
}

impl Revoked {
    /// Whether nothing is left to end.
    pub const fn is_complete(&self) -> bool {
        self.unfinished.is_empty()
    }
}

/// A session that was to end, and why it did not.
#[derive(Debug)]
pub struct Unfinished {
    /// Which session.
    pub handle: Handle,
    /// Why.
    pub error: Error,
}
