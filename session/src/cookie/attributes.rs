//! The name and attributes of the session cookie.

use std::fmt;

/// What the cookie is called unless the configuration says otherwise.
pub(crate) const DEFAULT_NAME: &str = "__Host-session";

/// The name and attributes of the session cookie.
///
/// Part of a [`SessionConfig`](crate::config::SessionConfig), which has refused every combination that browsers would
/// drop or that would weaken the cookie. `HttpOnly` is always set: there is no reason for a script to read a session
/// cookie, and so no setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieConfig {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) domain: Option<String>,
    pub(crate) secure: bool,
    pub(crate) same_site: SameSite,
    pub(crate) partitioned: bool,
    pub(crate) chunks: usize,
}

impl CookieConfig {
    /// The one for `http://localhost`: no `Secure`, and so no prefix either.
    pub(crate) fn development() -> Self {
        Self { name: "session".to_owned(), secure: false, ..Self::default() }
    }

    /// The cookie's name. Default: `__Host-session`, which browsers accept only from this very host, over TLS, and for
    /// the whole host; so no subdomain and no plain-text attacker can plant one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path under which the browser sends the cookie. Default: `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The domain whose hosts all get the cookie. Default: none, which means this host alone.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// Whether the browser keeps the cookie to TLS. Default: yes.
    pub const fn secure(&self) -> bool {
        self.secure
    }

    /// On which requests from other sites the browser sends the cookie. Default: [`SameSite::Lax`].
    pub const fn same_site(&self) -> SameSite {
        self.same_site
    }

    /// Whether the cookie is kept apart per top-level site (CHIPS). Default: no.
    pub const fn partitioned(&self) -> bool {
        self.partitioned
    }

    /// Over how many cookies a session may be spread that the client holds itself. Default: one.
    pub const fn chunks(&self) -> usize {
        self.chunks
    }
}

impl Default for CookieConfig {
    fn default() -> Self {
        Self {
            name: DEFAULT_NAME.to_owned(),
            path: "/".to_owned(),
            domain: None,
            secure: true,
            same_site: SameSite::Lax,
            partitioned: false,
            chunks: 1,
        }
    }
}

/// On which requests that another site started the browser sends the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameSite {
    /// On none: following a link from elsewhere arrives without a session.
    Strict,
    /// On top-level navigation by a safe method: following a link arrives with the session.
    #[default]
    Lax,
    /// On all of them. For apps embedded in other sites; needs `Secure`, and every state change needs its own
    /// protection against forged requests.
    None,
}

/// As written in `Set-Cookie`.
impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        })
    }
}
