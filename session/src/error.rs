//! One root error. Its kind says what the caller can do; its source is always kept.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::store::Gone;

/// What went wrong, as one type for the whole library.
///
/// Match on [`kind`](Self::kind); walk [`source`](StdError::source) for the driver's own error. Neither message nor
/// `Debug` ever shows a secret, a cookie or session data.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    context: Option<Cow<'static, str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`], each with what a caller needs to act.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such session: never was, expired, or ended. Begin a new one.
    Absent,
    /// The store could not be asked, or not within the time allowed. Try again later; nobody is logged out by this.
    Unavailable {
        /// Whether the operation may have taken effect nevertheless.
        applied: Applied,
        /// When trying again makes sense, where that is known (an open circuit breaker).
        retry_after: Option<Duration>,
    },
    /// A record is there, but its bytes are not a record. It is kept as it is.
    Corrupt,
    /// A newer program wrote the record and says that this one must not read it. It is kept as it is.
    TooNew {
        /// The schema version of the record.
        version: u32,
    },
    /// A record of an older schema version could not be converted to this program's, and the struct says that it must
    /// not be given up. It is kept as it is.
    Upgrade {
        /// The version that was converted.
        from: u32,
        /// The version that it should have become.
        to: u32,
    },
    /// The session ended, or its id was rotated, while this request ran. What the request changed was not written.
    Gone(Gone),
    /// Two requests changed the same field in ways that its merge policy refuses to combine.
    Conflict {
        /// The field.
        field: &'static str,
    },
    /// The time for this commit was over: others kept changing the session, or stood in line before it for so long that
    /// its turn did not come. Nothing was written; try again.
    Contended {
        /// How often the commit was tried. 0: its turn did not come, which happens when the store is slow to answer those
        /// before it, too.
        attempts: u32,
    },
    /// The answer to a commit was lost, and too much has happened since to tell whether it applied.
    OutcomeUnknown,
    /// The response has left, so a cookie can no longer be set: an id can be neither created nor rotated.
    HeadSent,
    /// A field's value cannot be stored.
    Encode {
        /// The field.
        field: &'static str,
    },
    /// A field, or something inside of it, is longer than its `max_len`. Nothing was written.
    TooLong {
        /// The field.
        field: &'static str,
        /// How long it is: text in bytes, everything else in elements.
        actual: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The session is larger than the store or the cookie takes. The session stays as it was, and so does the client's
    /// cookie. Made by [`Error::too_large`].
    TooLarge {
        /// Bytes wanted; of a session in cookies, the characters of its sealed text.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
        /// The fields that take the most of it, largest first, and how many bytes each; empty where it is not known.
        largest: Vec<(&'static str, usize)>,
    },
    /// The principal has as many sessions as may be, and each of them lives. Nothing was written; one of them has to end
    /// first.
    TooManySessions {
        /// How many may be.
        limit: u32,
    },
    /// The store has no room. The session stays as it was.
    Full {
        /// How much the store takes: entries or bytes, as the message says.
        limit: usize,
    },
    /// The request does not come from the client that the session is bound to. What it changed was not written.
    Binding {
        /// What does not match: `ip` or `user_agent`.
        what: &'static str,
    },
    /// The session needs a cookie, and the request came over plain HTTP, where a browser drops a `Secure` cookie and
    /// everybody on the way can read it. Nothing was written.
    PlainHttp,
    /// A secret or key that must not be used: missing, too short, or well known.
    InsecureSecret,
    /// Sealing or opening failed for a reason on our side.
    Seal,
    /// The configuration contradicts itself; every problem is listed.
    Config(Vec<String>),
    /// No session layer is mounted for this session type.
    MissingLayer,
    /// This store cannot do this.
    Unsupported {
        /// The power that is missing.
        power: &'static str,
    },
    /// The operating system gave no random bytes.
    NoRandomness,
}

impl ErrorKind {
    /// The kind's name, in lower case: for logs and labels. Names do not change.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Unavailable { .. } => "unavailable",
            Self::Corrupt => "corrupt",
            Self::TooNew { .. } => "too_new",
            Self::Upgrade { .. } => "upgrade",
            Self::Gone(_) => "gone",
            Self::Conflict { .. } => "conflict",
            Self::Contended { .. } => "contended",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::HeadSent => "head_sent",
            Self::Encode { .. } => "encode",
            Self::TooLong { .. } => "too_long",
            Self::TooLarge { .. } => "too_large",
            Self::Full { .. } => "full",
            Self::TooManySessions { .. } => "too_many_sessions",
            Self::Binding { .. } => "binding",
            Self::PlainHttp => "plain_http",
            Self::InsecureSecret => "insecure_secret",
            Self::Seal => "seal",
            Self::Config(_) => "config",
            Self::MissingLayer => "missing_layer",
            Self::Unsupported { .. } => "unsupported",
            Self::NoRandomness => "no_randomness",
        }
    }
}

/// Whether an operation without an answer took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Surely not: it never left.
    No,
    /// It may have: it was sent and no answer came.
    Unknown,
}

impl Error {
    /// An error of that kind.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, context: None, source: None }))
    }

    /// The store could not be asked, for that reason.
    pub fn unavailable(applied: Applied, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Unavailable { applied, retry_after: None }).caused_by(source)
    }

    /// The record's bytes are not a record, for that reason.
    pub fn corrupt(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Corrupt).caused_by(source)
    }

    /// A session of so many bytes, where no more than `limit` are taken. The runtime adds which fields are the largest.
    pub fn too_large(actual: usize, limit: usize) -> Self {
        Self::new(ErrorKind::TooLarge { actual, limit, largest: Vec::new() })
    }

    /// With the error that led to this one.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// With a few words on where it happened. They go to logs: no secrets, no data.
    #[must_use]
    pub fn in_context(mut self, context: impl Into<Cow<'static, str>>) -> Self {
        self.0.context = Some(context.into());
        self
    }

    /// With what the fields take, if it is too much.
    pub(crate) fn naming(mut self, fields: impl FnOnce() -> Vec<(&'static str, usize)>) -> Self {
        if let ErrorKind::TooLarge { largest, .. } = &mut self.0.kind
            && largest.is_empty()
        {
            *largest = fields();
        }
        self
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Whether the store could not be asked.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unavailable { .. })
    }

    /// Whether the session ended or was rotated meanwhile.
    pub fn is_gone(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Gone(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.0.context {
            write!(f, "{context}: ")?;
        }
        self.0.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("there is no such session"),
            Self::Unavailable { retry_after: Some(after), .. } => {
                write!(f, "the session store is not being asked; try again in {after:?}")
            }
            Self::Unavailable { applied: Applied::Unknown, .. } => {
                f.write_str("the session store gave no answer; the operation may have taken effect")
            }
            Self::Unavailable { applied: Applied::No, .. } => {
                f.write_str("the session store cannot be reached")
            }
            Self::Corrupt => f.write_str("the stored session is damaged"),
            Self::TooNew { version } => {
                write!(f, "the stored session has schema version {version}, which this program must not read")
            }
            Self::Upgrade { from, to } => {
                write!(f, "the session of schema version {from} could not be converted to version {to}")
            }
            Self::Gone(why) => write!(f, "the change came too late: {why}"),
            Self::Conflict { field } => write!(f, "concurrent changes of `{field}` cannot be combined"),
            Self::Contended { attempts: 0 } => f.write_str(
                "the commits before this one, to the same session, took until its time was over: there were very \
                 many, or the session store is slow",
            ),
            Self::Contended { attempts } => {
                write!(f, "other requests kept changing the session through {attempts} attempts to commit")
            }
            Self::OutcomeUnknown => f.write_str("it cannot be known whether the commit took effect"),
            Self::HeadSent => {
                f.write_str("the response has left, so the session cookie can no longer be set")
            }
            Self::Encode { field } => write!(f, "the value of `{field}` cannot be stored"),
            Self::TooLong { field, actual, limit } => {
                write!(
                    f,
                    "`{field}` has, or holds something that has, a length of {actual} where {limit} is the most"
                )
            }
            Self::TooLarge { actual, limit, largest } => {
                write!(f, "the session takes {actual} bytes where {limit} are allowed")?;
                for (index, (field, bytes)) in largest.iter().enumerate() {
                    let before = if index == 0 { "; most of it is in " } else { ", " };
                    write!(f, "{before}`{field}` ({bytes})")?;
                }
                Ok(())
            }
            Self::TooManySessions { limit } => {
                write!(f, "signed in {limit} times already, which is the most: sign out somewhere first")
            }
            Self::Full { limit } => write!(f, "the session store is full at {limit}"),
            Self::Binding { what } => write!(f, "the session is bound to another client ({what})"),
            Self::PlainHttp => f.write_str("a session cookie with `Secure` is not sent over plain HTTP"),
            Self::InsecureSecret => f.write_str("the secret must not be used"),
            Self::Seal => f.write_str("the session could not be sealed"),
            Self::Config(problems) => write!(f, "the configuration is not usable: {}", problems.join("; ")),
            Self::MissingLayer => f.write_str("no session layer is mounted for this session type"),
            Self::Unsupported { power } => write!(f, "the session store cannot {power}"),
            Self::NoRandomness => f.write_str("the operating system gave no random bytes"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("context", &self.0.context)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
