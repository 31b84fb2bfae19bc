//! What a request does.

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scenario {
    /// Has no cookie, and the handler never asks for a session.
    Anonymous,
    /// Has the cookie of a live session, and the handler never asks for it.
    Untouched,
    /// Reads every field of its session.
    Read,
    /// Reads its session and changes one field.
    Change,
    /// Creates a session.
    Create,
    /// Changes its session, has somebody sign in, and gets another session id.
    Login,
}

impl Scenario {
    pub const ALL: [Self; 6] =
        [Self::Anonymous, Self::Untouched, Self::Read, Self::Change, Self::Create, Self::Login];

    /// The route of every app that does it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Anonymous | Self::Untouched => "/static",
            Self::Read => "/read",
            Self::Change => "/change",
            Self::Create => "/create",
            Self::Login => "/login",
        }
    }

    /// Whether it is a `POST`.
    pub const fn changes(self) -> bool {
        matches!(self, Self::Change | Self::Create | Self::Login)
    }

    /// Whether the request brings a cookie.
    pub const fn has_cookie(self) -> bool {
        !matches!(self, Self::Anonymous | Self::Create)
    }

    /// Whether the next request must bring the cookie that this one got: the one before is dead.
    pub const fn moves_on(self) -> bool {
        matches!(self, Self::Login)
    }

    /// How tables call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Anonymous => "untouched, no cookie",
            Self::Untouched => "untouched, cookie",
            Self::Read => "read",
            Self::Change => "read-modify-write",
            Self::Create => "create",
            Self::Login => "login with rotation",
        }
    }
}
