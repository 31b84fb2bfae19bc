use std::fmt;

use super::fits;
use crate::data::{Field, Flags, Retired, SessionData};
use crate::value::Shape;

/// What session data looks like in a store.
///
/// Its `Display` is stable: one line for each field, in the order of the struct. Keep it in a snapshot test, and a review
/// shows what a change of the struct changes for what is stored.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use session::SessionData;
///
/// #[derive(SessionData, Clone)]
/// struct UserSession {
///     #[session(identity)]
///     user_id: Option<i64>,
///     #[session(max_len = 40)]
///     name: String,
/// }
///
/// assert_eq!(
///     session::schema::of::<UserSession>().to_string(),
///     "\
/// UserSession, version 1, up to 71 bytes
///   user_id: Option<i64> (abf5f6b2) identity, up to 20 bytes
///   name: str (9d0882d2) up to 51 bytes
/// "
/// );
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schema {
    /// The name of the struct.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// The oldest version that may read what is written.
    pub min_reader: u32,
    /// The stored fields, in the order of the struct.
    pub fields: Vec<FieldSchema>,
    /// The fields that once were.
    pub retired: &'static [Retired],
    /// The most bytes that all fields take, where there is a bound.
    pub max: Option<usize>,
}

/// A field of a [`Schema`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldSchema {
    /// The name in the store.
    pub name: &'static str,
    /// The shape of the type.
    pub shape: &'static Shape,
    /// What the field is.
    pub flags: Flags,
    /// Whether concurrent changes are merged; otherwise the later one wins.
    pub merges: bool,
    /// The most bytes that it takes, with what stands before its value and with the former forms that are written, where
    /// there is a bound.
    pub max: Option<usize>,
    /// The forms in which it was stored before and is still found, newest first.
    pub formers: Vec<FormerSchema>,
}

/// A form in which a field was stored before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormerSchema {
    /// The name in the store.
    pub name: &'static str,
    /// The shape of the type.
    pub shape: &'static Shape,
    /// Whether it is also written, for programs that know no other.
    pub written: bool,
}

/// The schema of `T`.
pub fn of<T: SessionData>() -> Schema {
    Schema {
        name: T::NAME,
        version: T::VERSION,
        min_reader: T::MIN_READER,
        fields: T::FIELDS.iter().map(FieldSchema::of).collect(),
        retired: T::RETIRED,
        max: fits::total(T::FIELDS),
    }
}

impl FieldSchema {
    fn of<S>(field: &Field<S>) -> Self {
        let formers = field.formers.iter().map(|former| FormerSchema {
            name: former.name,
            shape: former.shape,
            written: former.has_back(),
        });
        Self {
            name: field.name,
            shape: field.shape,
            flags: field.flags,
            merges: field.policy().is_some(),
            max: fits::most(field),
            formers: formers.collect(),
        }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, version {}", self.name, self.version)?;
        if self.min_reader > 0 {
            write!(f, ", for readers from version {} on", self.min_reader)?;
        }
        match self.max {
            Some(max) => writeln!(f, ", up to {max} bytes")?,
            None => writeln!(f, ", without a bound")?,
        }
        for field in &self.fields {
            writeln!(f, "  {field}")?;
            for former in &field.formers {
                writeln!(f, "    {former}")?;
            }
        }
        for retired in self.retired {
            write!(f, "  retired: {}", retired.name)?;
            if let Some(shape32) = retired.shape32 {
                write!(f, " ({shape32:08x})")?;
            }
            if let Some(since) = retired.since {
                write!(f, " since version {since}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for FieldSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WORDS: [(Flags, &str); 7] = [
            (Flags::IDENTITY, "identity"),
            (Flags::PRIVILEGE, "privilege"),
            (Flags::KEEP, "keep"),
            (Flags::FLASH, "flash"),
            (Flags::SECRET, "secret"),
            (Flags::SEALED, "sealed"),
            (Flags::PII, "pii"),
        ];
        write!(f, "{}: {} ({:08x}", self.name, self.shape, self.shape.wire())?;
        // What is inside of values that carry their own names is in the second number alone.
        if self.shape.pin() != self.shape.wire() {
            write!(f, ", inside {:08x}", self.shape.pin())?;
        }
        f.write_str(")")?;
        let words = WORDS.iter().filter(|(flag, _)| self.flags.has(*flag)).map(|(_, word)| *word);
        let mut before = " ";
        for word in words.chain(self.merges.then_some("merge")) {
            write!(f, "{before}{word}")?;
            before = ", ";
        }
        match self.max {
            Some(max) => write!(f, "{before}up to {max} bytes"),
            None => write!(f, "{before}without a bound"),
        }
    }
}

impl fmt::Display for FormerSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "formerly {}: {} ({:08x})", self.name, self.shape, self.shape.wire())?;
        f.write_str(if self.written { ", also written" } else { "" })
    }
}
