//! Every word of the attribute language, written once: the parser, the messages and the suggestions all read from here.

use std::fmt;

/// The attribute that all options stand in.
pub(crate) const ATTRIBUTE: &str = "session";

/// An option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Version,
    Previous,
    OnFailedUpgrade,
    MinReader,
    WriteAs,
    Retired,
    Lock,
    FitsCookie,
    Crate,
    Packed,
    Identity,
    Index,
    Privilege,
    Keep,
    Merge,
    Flash,
    Secret,
    Pii,
    Default,
    Rename,
    Alias,
    Was,
    With,
    Back,
    Skip,
    Accessor,
    Copy,
    MaxLen,
    Recursive,
    Other,
}

impl Word {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Previous => "previous",
            Self::OnFailedUpgrade => "on_failed_upgrade",
            Self::MinReader => "min_reader",
            Self::WriteAs => "write_as",
            Self::Retired => "retired",
            Self::Lock => "lock",
            Self::FitsCookie => "fits_cookie",
            Self::Crate => "crate",
            Self::Packed => "packed",
            Self::Identity => "identity",
            Self::Index => "index",
            Self::Privilege => "privilege",
            Self::Keep => "keep",
            Self::Merge => "merge",
            Self::Flash => "flash",
            Self::Secret => "secret",
            Self::Pii => "pii",
            Self::Default => "default",
            Self::Rename => "rename",
            Self::Alias => "alias",
            Self::Was => "was",
            Self::With => "with",
            Self::Back => "back",
            Self::Skip => "skip",
            Self::Accessor => "accessor",
            Self::Copy => "copy",
            Self::MaxLen => "max_len",
            Self::Recursive => "recursive",
            Self::Other => "other",
        }
    }

    /// How it is written, for messages.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Version => "version = 2",
            Self::Previous => "previous = OldStruct",
            Self::OnFailedUpgrade => "on_failed_upgrade = reset",
            Self::MinReader => "min_reader = 2",
            Self::WriteAs => "write_as = 1",
            Self::Retired => "retired(\"old_name\")",
            Self::Lock => "lock = \"\"",
            Self::Crate => "crate = path::to::session",
            Self::Merge => "merge = add",
            Self::Default => "default = 10",
            Self::Rename => "rename = \"name\"",
            Self::Alias => "alias = \"old_name\"",
            Self::Was => "was = OldType",
            Self::With => "with = path::to::function",
            Self::Back => "back = path::to::function",
            Self::Accessor => "accessor = \"name\"",
            Self::MaxLen => "max_len = 64",
            flag => flag.name(),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where options stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Data,
    DataField,
    Value,
    ValueField,
    Variant,
}

impl Place {
    pub(crate) const ALL: [Self; 5] =
        [Self::Data, Self::DataField, Self::Value, Self::ValueField, Self::Variant];

    pub(crate) const fn words(self) -> &'static [Word] {
        match self {
            Self::Data => &[
                Word::Version,
                Word::Previous,
                Word::OnFailedUpgrade,
                Word::MinReader,
                Word::WriteAs,
                Word::Retired,
                Word::Lock,
                Word::FitsCookie,
                Word::Crate,
            ],
            Self::DataField => &[
                Word::Identity,
                Word::Index,
                Word::Privilege,
                Word::Keep,
                Word::Merge,
                Word::Flash,
                Word::Secret,
                Word::Pii,
                Word::Default,
                Word::Rename,
                Word::Alias,
                Word::Was,
                Word::With,
                Word::Back,
                Word::Skip,
                Word::Accessor,
                Word::Copy,
                Word::MaxLen,
            ],
            Self::Value => &[Word::Packed, Word::Crate],
            Self::ValueField => &[
                Word::Default,
                Word::Rename,
                Word::Alias,
                Word::Was,
                Word::With,
                Word::Back,
                Word::MaxLen,
                Word::Recursive,
            ],
            Self::Variant => &[Word::Rename, Word::Other],
        }
    }

    /// Whether it is a place of `SessionData`, not of `SessionValue`.
    pub(crate) const fn is_of_data(self) -> bool {
        matches!(self, Self::Data | Self::DataField)
    }

    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Data => "the session struct",
            Self::DataField => "a field of the session struct",
            Self::Value => "a type that derives `SessionValue`",
            Self::ValueField => "a field of a type that derives `SessionValue`",
            Self::Variant => "a variant",
        }
    }
}

/// A merge policy that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Lww,
    First,
    Max,
    Min,
    Add,
    Union,
    Append,
    Conflict,
}

impl Policy {
    pub(crate) const ALL: [Self; 8] =
        [Self::Lww, Self::First, Self::Max, Self::Min, Self::Add, Self::Union, Self::Append, Self::Conflict];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Lww => "lww",
            Self::First => "first",
            Self::Max => "max",
            Self::Min => "min",
            Self::Add => "add",
            Self::Union => "union",
            Self::Append => "append",
            Self::Conflict => "conflict",
        }
    }

    /// Words that people try for it.
    pub(crate) const fn also_called(self) -> &'static [&'static str] {
        match self {
            Self::Lww => &["last", "latest", "newest", "overwrite", "replace", "mine", "ours"],
            Self::First => &["oldest", "once", "theirs", "keep", "keep_first"],
            Self::Max => &["maximum", "greatest", "largest", "highest"],
            Self::Min => &["minimum", "least", "smallest", "lowest"],
            Self::Add => &["sum", "plus", "counter", "count", "increment", "saturating", "delta"],
            Self::Union => &["set", "or", "merge", "both", "combine", "deep"],
            Self::Append => &["push", "extend", "concat", "list", "log"],
            Self::Conflict => &["error", "fail", "reject", "refuse", "abort", "never"],
        }
    }
}

/// What becomes of a session that cannot be converted to the present version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    Refuse,
    Reset,
    KeepAside,
}

impl OnFailure {
    pub(crate) const ALL: [Self; 3] = [Self::Refuse, Self::Reset, Self::KeepAside];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Reset => "reset",
            Self::KeepAside => "keep_aside",
        }
    }
}

/// Words that people bring from elsewhere or expect to find, with the answer to each.
pub(crate) struct Confusion {
    pub(crate) words: &'static [&'static str],
    /// The option that the answer recommends, if it does.
    pub(crate) option: Option<Word>,
    pub(crate) answer: &'static str,
}

const fn confusion(words: &'static [&'static str], option: Option<Word>, answer: &'static str) -> Confusion {
    Confusion { words, option, answer }
}

/// The known ones.
pub(crate) const CONFUSIONS: &[Confusion] = &[
    confusion(
        &["ttl", "timeout", "max_age", "expires", "expiry", "idle", "lifetime"],
        None,
        "a lifetime belongs to the whole session and is set on the session layer",
    ),
    confusion(
        &["cookie", "cookie_name", "path", "domain", "secure", "same_site", "http_only"],
        None,
        "the cookie is configured on the session layer",
    ),
    confusion(
        &["id", "user", "user_id", "principal", "auth", "key", "primary"],
        Some(Word::Identity),
        "the field that says whose session it is has the option `identity`",
    ),
    confusion(
        &["role", "roles", "rotate", "permission", "admin"],
        Some(Word::Privilege),
        "a field whose change gives the session a new id has the option `privilege`",
    ),
    confusion(
        &["once", "message", "one_shot", "temporary"],
        Some(Word::Flash),
        "a value that is shown once has the option `flash`",
    ),
    confusion(
        &["sensitive", "encrypted", "encrypt", "sealed", "redact"],
        Some(Word::Secret),
        "a value that is sealed and never shown has the option `secret` and the type `Secret<V>`",
    ),
    confusion(
        &["persist", "sticky", "survive"],
        Some(Word::Keep),
        "a field that survives a change of identity has the option `keep`",
    ),
    confusion(
        &["sum", "counter", "increment", "saturating"],
        Some(Word::Merge),
        "concurrent changes add up with `merge = add`",
    ),
    confusion(
        &["ignore", "transient", "skip_serializing", "skip_deserializing", "skip_serializing_if"],
        Some(Word::Skip),
        "a field that is not stored has the option `skip`",
    ),
    confusion(&["name", "column"], Some(Word::Rename), "another stored name is given by `rename = \"name\"`"),
    confusion(
        &["getter", "method"],
        Some(Word::Accessor),
        "another name for the accessors is given by `accessor = \"name\"`",
    ),
    confusion(
        &["rename_all", "rename_all_fields"],
        None,
        "names are stored as they are written; give another to one field or variant with `rename = \"name\"`",
    ),
    confusion(
        &["serialize_with", "deserialize_with", "serde", "try_from", "from", "into", "remote"],
        None,
        "values are stored through `SessionValue`; implement it for a type of your own to store another form, or give the field \
         the type `session::value::Json<V>` to store it through serde",
    ),
    confusion(
        &["flatten", "tag", "untagged", "content", "deny_unknown_fields", "transparent"],
        None,
        "there is one stored form and nothing to choose; a tuple struct of one field is stored as that field",
    ),
    confusion(
        &["aliases", "renamed_from", "old_name"],
        Some(Word::Alias),
        "a former name is given by `alias = \"old_name\"`, one for each",
    ),
    confusion(
        &["old", "old_type", "former", "from_type"],
        Some(Word::Was),
        "a former type is given by `was = OldType`",
    ),
    confusion(
        &["removed", "deleted", "dropped"],
        Some(Word::Retired),
        "a field that once was is named by `retired(\"old_name\")`",
    ),
    confusion(
        &["fallback", "catch_all", "unknown"],
        Some(Word::Other),
        "the variant that stands for variants this program does not know has the option `other`",
    ),
    confusion(
        &["pin", "pinned", "freeze", "frozen", "schema"],
        Some(Word::Lock),
        "the stored shape is pinned with `lock = \"\"`, which the compiler then fills in",
    ),
    confusion(
        &["max", "max_length", "limit", "length", "bound", "max_size", "capacity"],
        Some(Word::MaxLen),
        "how long a text or list may be is said by `max_len = 64`",
    ),
    confusion(
        &["cycle", "cyclic", "opaque", "mutual"],
        Some(Word::Recursive),
        "a field whose type leads back to this one has the option `recursive`",
    ),
    confusion(
        &["indexed", "unique", "lookup", "find_by", "searchable"],
        Some(Word::Index),
        "a field by whose values sessions are found has the option `index`",
    ),
    confusion(
        &["authenticated"],
        Some(Word::Identity),
        "the type of the field with the option `identity` says whether that is somebody: an `Option`, a `String`, or a type of \
         your own that implements `session::Identity`",
    ),
    confusion(
        &["personal", "private", "gdpr", "personal_data"],
        Some(Word::Pii),
        "a value that is about a person has the option `pii`, and is listed in the inventory",
    ),
];
