use std::fmt;

use super::describe::{FieldSchema, Schema};
use crate::data::Flags;
use crate::value::{Part, Shape};

/// What it means for stored sessions that programs of two schemas share a store: whether each reads what the other writes,
/// and whether something can get lost on the way.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use session::SessionData;
/// use session::schema::{compare, of};
///
/// mod released {
///     #[derive(session::SessionData, Clone)]
///     pub struct UserSession {
///         pub name: String,
///         pub views: u32,
///     }
/// }
///
/// #[derive(SessionData, Clone)]
/// struct UserSession {
///     #[session(alias = "name")]
///     nick: String,
///     views: u64,
/// }
///
/// let report = compare(&of::<released::UserSession>(), &of::<UserSession>());
/// assert!(!report.is_readable());
/// assert_eq!(
///     report.to_string(),
///     "\
/// nick: renamed from `name`
/// views: retyped from u32 to u64: the new program does not read old values; the old program does not read new values; \
///      values can get lost
/// "
/// );
/// # }
/// ```
pub fn compare(old: &Schema, new: &Schema) -> Report {
    let mut report = Report { findings: Vec::new() };
    if new.min_reader > old.version {
        report.add("", Change::Closed { min_reader: new.min_reader }, true, false, false);
    }
    for before in &old.fields {
        report.field(before, new);
    }
    for after in &new.fields {
        let was_there = |name: &str| old.fields.iter().any(|before| before.name == name);
        if !was_there(after.name) && !after.formers.iter().any(|former| was_there(former.name)) {
            // An old program carries what it does not know; what it must know, it refuses.
            let carried = !after.flags.has(Flags::MUST_UNDERSTAND);
            report.add(after.name, Change::Added, true, carried, false);
        }
    }
    report
}

/// What [`compare`] found: nothing, where the two schemas are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// One for each difference, in the order of the old fields, with what is new at the end.
    pub findings: Vec<Finding>,
}

/// One difference between two schemas.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The field, and from there the way to the part of it: `cart.sku`. Empty for the record as a whole.
    pub path: String,
    /// What is different.
    pub change: Change,
    /// The new program reads what the old one wrote.
    pub readable: bool,
    /// The old program reads what the new one writes.
    pub writable: bool,
    /// A value that one of the two wrote can get lost.
    pub lossy: bool,
}

/// How a part of a schema differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another name.
    Renamed {
        /// The one before.
        from: &'static str,
    },
    /// It has another type.
    Retyped {
        /// The one before.
        from: &'static Shape,
        /// The present one.
        to: &'static Shape,
    },
    /// Older programs must not read records of the new one.
    Closed {
        /// The oldest version that may.
        min_reader: u32,
    },
}

impl Report {
    /// Whether the new program reads everything that the old one wrote.
    pub fn is_readable(&self) -> bool {
        self.findings.iter().all(|finding| finding.readable)
    }

    /// Whether the old program reads everything that the new one writes.
    pub fn is_writable(&self) -> bool {
        self.findings.iter().all(|finding| finding.writable)
    }

    /// Whether nothing gets lost, whichever of the two writes last.
    pub fn is_lossless(&self) -> bool {
        !self.findings.iter().any(|finding| finding.lossy)
    }

    fn add(&mut self, path: &str, change: Change, readable: bool, writable: bool, lossy: bool) {
        self.findings.push(Finding { path: path.to_owned(), change, readable, writable, lossy });
    }

    fn field(&mut self, before: &FieldSchema, new: &Schema) {
        let same_name = new.fields.iter().find(|after| after.name == before.name);
        if let Some(after) = same_name.filter(|after| after.shape.wire() == before.shape.wire()) {
            return self.inside(before.name, before.shape, after.shape);
        }
        let former = new.fields.iter().find_map(|after| {
            let is_before =
                |name: &str, shape: &Shape| name == before.name && shape.wire() == before.shape.wire();
            after
                .formers
                .iter()
                .find(|former| is_before(former.name, former.shape))
                .map(|former| (after, former))
        });
        match (former, same_name) {
            (Some((after, former)), _) if after.shape.wire() == before.shape.wire() => {
                self.add(after.name, Change::Renamed { from: before.name }, true, former.written, false);
                self.inside(after.name, before.shape, after.shape);
            }
            // Whether every value has a counterpart is the conversion's secret.
            (Some((after, former)), _) => {
                let change = Change::Retyped { from: before.shape, to: after.shape };
                self.add(after.name, change, true, former.written, !former.written);
            }
            (None, Some(after)) => {
                let change = Change::Retyped { from: before.shape, to: after.shape };
                self.add(before.name, change, false, false, true);
            }
            // Its bytes are carried, for the old program.
            (None, None) => self.add(before.name, Change::Removed, true, true, false),
        }
    }

    /// What is different inside of two shapes of one wire fingerprint.
    fn inside(&mut self, path: &str, old: &'static Shape, new: &'static Shape) {
        match (old, new) {
            (Shape::Option(old), Shape::Option(new))
            | (Shape::Seq(old), Shape::Seq(new))
            | (Shape::Set(old), Shape::Set(new))
            | (Shape::Secret(old), Shape::Secret(new))
            | (Shape::Array(old, _), Shape::Array(new, _)) => self.inside(path, old, new),
            (Shape::Map(old_key, old), Shape::Map(new_key, new)) => {
                self.inside(&format!("{path}.key"), old_key, new_key);
                self.inside(path, old, new);
            }
            (Shape::Tuple(old), Shape::Tuple(new)) => {
                for (index, (old, new)) in old.iter().zip(*new).enumerate() {
                    self.inside(&format!("{path}.{index}"), old, new);
                }
            }
            (Shape::Packed(old), Shape::Packed(new)) => {
                for (old, new) in old.iter().zip(*new) {
                    self.inside(&format!("{path}.{}", new.name), old.shape, new.shape);
                }
            }
            (Shape::Tagged(old), Shape::Tagged(new)) => self.parts(path, old, new, true),
            (Shape::Enum(old), Shape::Enum(new)) => self.parts(path, old, new, false),
            _ => {}
        }
    }

    /// The fields of two structs, or the variants of two enums. A program that writes a struct back writes what it knows
    /// of it; a variant that it does not know it cannot read at all.
    fn parts(&mut self, path: &str, old: &'static [Part], new: &'static [Part], fields: bool) {
        for before in old {
            let is_before =
                |part: &&Part| part.name == before.name && part.shape.wire() == before.shape.wire();
            let same_name = new.iter().find(|after| after.name == before.name);
            if let Some(after) = new.iter().find(is_before) {
                self.inside(&format!("{path}.{}", after.name), before.shape, after.shape);
            } else if let Some(after) =
                new.iter().find(|after| after.formers.iter().any(|former| is_before(&former)))
            {
                // Under the former name it is written as well; of another type, only where there is a way back.
                let is_renamed = after.shape.wire() == before.shape.wire();
                let change = match is_renamed {
                    true => Change::Renamed { from: before.name },
                    false => Change::Retyped { from: before.shape, to: after.shape },
                };
                self.add(&format!("{path}.{}", after.name), change, true, is_renamed, !is_renamed);
            } else if let Some(after) = same_name {
                let change = Change::Retyped { from: before.shape, to: after.shape };
                self.add(&format!("{path}.{}", before.name), change, false, false, true);
            } else {
                self.add(&format!("{path}.{}", before.name), Change::Removed, fields, true, true);
            }
        }
        for after in new {
            let was_there = |name: &str| old.iter().any(|before| before.name == name);
            if !was_there(after.name) && !after.formers.iter().any(|former| was_there(former.name)) {
                self.add(&format!("{path}.{}", after.name), Change::Added, true, fields, fields);
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the record" } else { &self.path };
        write!(f, "{path}: {}", self.change)?;
        let consequences = [
            (!self.readable, "the new program does not read old values"),
            (!self.writable, "the old program does not read new values"),
            (self.lossy, "values can get lost"),
        ];
        let mut before = ": ";
        for (_, consequence) in consequences.iter().filter(|(holds, _)| *holds) {
            write!(f, "{before}{consequence}")?;
            before = "; ";
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added => f.write_str("added"),
            Self::Removed => f.write_str("removed"),
            Self::Renamed { from } => write!(f, "renamed from `{from}`"),
            Self::Retyped { from, to } => write!(f, "retyped from {from} to {to}"),
            Self::Closed { min_reader } => write!(f, "closed to readers before version {min_reader}"),
        }
    }
}
