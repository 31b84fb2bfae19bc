use std::fmt;
use std::time::Duration;

use crate::config::SessionConfig;
use crate::data::{Flags, SessionData};

/// What session data there is of which class, and for how long: the page of a record of processing activities (GDPR,
/// article 30) that is about sessions.
///
/// Its `Display` is stable, a table in Markdown. Keep it in a snapshot test, and a review shows when somebody begins to
/// store something else about people.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use session::{SessionConfig, SessionData};
///
/// #[derive(SessionData, Clone)]
/// struct UserSession {
///     #[session(identity)]
///     user_id: Option<i64>,
///     #[session(pii)]
///     email: Option<String>,
///     page_views: u32,
/// }
///
/// assert_eq!(
///     session::schema::inventory::<UserSession>(&SessionConfig::default()).to_string(),
///     "\
/// | field of `UserSession` | class | kept |
/// |---|---|---|
/// | `user_id` | principal | 14 days without use, 30 days in all |
/// | `email` | personal | 14 days without use, 30 days in all |
/// | `page_views` | other | 14 days without use, 30 days in all |
/// "
/// );
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory {
    /// The name of the struct.
    pub data: &'static str,
    /// What is stored, in the order of the struct; what once was stored comes last.
    pub held: Vec<Held>,
    /// The longest that a session is kept without being used, whichever class of sessions it belongs to.
    pub idle: Duration,
    /// The longest that it is kept however much it is used, from its beginning or the last time that somebody
    /// authenticated in it. What is about a session besides its fields goes with it.
    pub absolute: Duration,
}

/// Something that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The name in the store.
    pub field: &'static str,
    /// What it is.
    pub class: DataClass,
    /// Whether it is about a person, as the struct says with `pii`; a principal always is.
    pub personal: bool,
    /// Whether it stays in the session when its principal leaves (`keep`).
    pub survives_its_principal: bool,
    /// Whether no field has it any more: sessions from before may still hold it, until the last of them has ended.
    pub retired: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataClass {
    /// Whose session it is.
    Principal,
    /// A secret: sealed in every store, never shown.
    Secret,
    /// About a person.
    Personal,
    /// Nothing of these, or nothing that the struct says of it.
    Other,
}

/// The inventory of `T`, as sessions of that configuration are kept.
pub fn inventory<T: SessionData>(config: &SessionConfig) -> Inventory {
    let lifetimes = config.lifetimes();
    let classes = [lifetimes.anonymous, lifetimes.authenticated, lifetimes.remembered];
    let longest =
        |of: fn(&crate::config::Lifetime) -> Duration| classes.iter().map(of).max().unwrap_or_default();
    let fields = T::FIELDS.iter().map(|field| {
        let has = |flag| field.flags.has(flag);
        let class = match () {
            () if has(Flags::IDENTITY) => DataClass::Principal,
            () if has(Flags::SECRET) => DataClass::Secret,
            () if has(Flags::PII) => DataClass::Personal,
            () => DataClass::Other,
        };
        Held {
            field: field.name,
            class,
            personal: has(Flags::PII) || has(Flags::IDENTITY),
            survives_its_principal: has(Flags::KEEP),
            retired: false,
        }
    });
    let retired = T::RETIRED.iter().map(|retired| Held {
        field: retired.name,
        // What it was its attribute does not say any more.
        class: DataClass::Other,
        personal: false,
        survives_its_principal: false,
        retired: true,
    });
    Inventory {
        data: T::NAME,
        held: fields.chain(retired).collect(),
        idle: longest(|lifetime| lifetime.idle.min(lifetime.absolute)),
        absolute: longest(|lifetime| lifetime.absolute),
    }
}

impl Inventory {
    /// What is about a person, secrets that are so among it.
    pub fn personal(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| held.personal)
    }
}

impl Held {
    pub(crate) const fn class_in_words(&self) -> &'static str {
        match self.class {
            DataClass::Principal => "principal",
            DataClass::Secret if self.personal => "secret, personal",
            DataClass::Secret => "secret",
            DataClass::Personal => "personal",
            DataClass::Other if self.retired => "retired",
            DataClass::Other => "other",
        }
    }
}

impl fmt::Display for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| field of `{}` | class | kept |\n|---|---|---|", self.data)?;
        let (idle, absolute) = (in_words(self.idle), in_words(self.absolute));
        for held in &self.held {
            let class = held.class_in_words();
            write!(f, "| `{}` | {class} | {idle} without use, {absolute} in all", held.field)?;
            if held.survives_its_principal {
                f.write_str(", also after signing out")?;
            }
            f.write_str(" |\n")?;
        }
        Ok(())
    }
}

/// A span in the largest unit that fits.
pub(crate) fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(24 * 60 * 60, "day"), (60 * 60, "hour"), (60, "minute")];
    let fits = units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (unit, name) = fits.unwrap_or((1, "second"));
    let number = seconds / unit;
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}
