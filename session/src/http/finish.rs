//! What the engine is told of a request, and what it says of the response.

use crate::error::Error;

/// What has to be known of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestFacts {
    /// The method promises to change nothing: GET, HEAD, OPTIONS, TRACE (RFC 9110 §9.2.1).
    pub safe: bool,
    /// The method is HEAD: the response shows nothing.
    pub head: bool,
    /// The browser asks in advance (`Sec-Purpose: prefetch`): perhaps nobody will see the response.
    pub prefetch: bool,
}

/// What the adapter has to do to the response.
#[must_use]
pub struct Finish {
    /// A `Set-Cookie` value to append. Sent whatever else happens to the response.
    pub set_cookie: Option<String>,
    /// More of them, each a header line of its own, where a session is or was in several cookies. Never without the first.
    pub more_cookies: Vec<String>,
    /// The line of the [hint](crate::cookie::hint) that lets the client read its own writes on every node, where the store
    /// keeps copies and this request wrote. No credential.
    pub hint: Option<String>,
    /// Who may keep the response.
    pub caching: Caching,
    /// The session could not be committed: replace the response.
    pub failure: Option<Error>,
}

/// Shows whether there is a cookie: its value is a credential.
impl std::fmt::Debug for Finish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finish")
            .field("set_cookie", &self.set_cookie.as_ref().map(|_| format_args!("..")))
            .field("more_cookies", &self.more_cookies.len())
            .field("hint", &self.hint)
            .field("caching", &self.caching)
            .field("failure", &self.failure)
            .finish()
    }
}

/// Who may keep a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// The client alone: the response depends on its session. `Cache-Control: private`, `Vary: Cookie`.
    Private,
    /// Nobody: the response sets the session cookie. `Cache-Control: no-store`, `Vary: Cookie`.
    NoStore,
}
