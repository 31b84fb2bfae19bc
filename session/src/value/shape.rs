//! What a type looks like on the wire, as data that the compiler computes.

use std::fmt;

/// The shape of a value: a tree that the compiler computes after name resolution, so aliases are seen through.
///
/// Two fingerprints are taken of it. [`wire`](Self::wire) stands beside every field's bytes, and says whether they can
/// be read as this type: what a tagged struct or an enum holds inside is not part of it, because such values carry
/// names and shapes of their own. [`pin`](Self::pin) covers the whole tree and is what a schema lock compares.
/// Type names are in neither: renaming a type changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// One value without parts, by its wire name: `u32`, `str`, `time` …
    Scalar(&'static str),
    /// A value or nothing.
    Option(&'static Shape),
    /// Any number of values, in order.
    Seq(&'static Shape),
    /// Any number of distinct values, sorted by their bytes.
    Set(&'static Shape),
    /// Any number of keys, sorted by their bytes, each with a value.
    Map(&'static Shape, &'static Shape),
    /// Exactly this many values.
    Array(&'static Shape, usize),
    /// These values, one after the other.
    Tuple(&'static [&'static Shape]),
    /// Named fields, each with its name and shape on the wire: fields may come and go.
    Tagged(&'static [Part]),
    /// Named fields, one after the other: any change is another shape.
    Packed(&'static [Part]),
    /// One of these variants, by name.
    Enum(&'static [Part]),
    /// A value that must not be seen, so that it is never read as a plain one.
    Secret(&'static Shape),
    /// The type itself, further down in it.
    Recur,
    /// Bytes whose inside is not known here.
    Opaque(&'static str),
}

/// A named part of a [`Shape`]: a field or a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The name on the wire.
    pub name: &'static str,
    /// The shape of the field or of the variant's payload.
    pub shape: &'static Shape,
    /// The names and shapes under which it was stored before and is still found. In no fingerprint: they change nothing
    /// about what is written.
    pub formers: &'static [Part],
}

impl Part {
    /// A part.
    pub const fn new(name: &'static str, shape: &'static Shape) -> Self {
        Self { name, shape, formers: &[] }
    }

    /// With the names and shapes that it had before.
    #[must_use]
    pub const fn formers(mut self, formers: &'static [Part]) -> Self {
        self.formers = formers;
        self
    }
}

impl Shape {
    /// The fingerprint that stands beside the bytes: equal means readable.
    pub const fn wire(&self) -> u32 {
        fold(self.hash(SEED, false))
    }

    /// The fingerprint of the whole tree, for a schema lock.
    pub const fn pin(&self) -> u32 {
        fold(self.hash(SEED, true))
    }

    /// Whether there is a [`Secret`](crate::Secret) in it, as far as its inside is known here.
    pub(crate) const fn holds_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Option(inner) | Self::Seq(inner) | Self::Set(inner) | Self::Array(inner, _) => {
                inner.holds_secret()
            }
            Self::Map(key, value) => key.holds_secret() || value.holds_secret(),
            Self::Tuple(parts) => {
                let mut index = 0;
                while index < parts.len() {
                    if parts[index].holds_secret() {
                        return true;
                    }
                    index += 1;
                }
                false
            }
            Self::Tagged(parts) | Self::Packed(parts) | Self::Enum(parts) => {
                let mut index = 0;
                while index < parts.len() {
                    if parts[index].shape.holds_secret() {
                        return true;
                    }
                    index += 1;
                }
                false
            }
            Self::Scalar(_) | Self::Recur | Self::Opaque(_) => false,
        }
    }

    const fn hash(&self, seed: u64, whole: bool) -> u64 {
        match self {
            Self::Scalar(name) => text(byte(seed, 1), name),
            Self::Option(inner) => inner.hash(byte(seed, 2), whole),
            Self::Seq(inner) => inner.hash(byte(seed, 3), whole),
            Self::Set(inner) => inner.hash(byte(seed, 4), whole),
            Self::Map(key, value) => value.hash(key.hash(byte(seed, 5), whole), whole),
            Self::Array(inner, length) => inner.hash(number(byte(seed, 6), *length as u64), whole),
            Self::Tuple(parts) => {
                let mut hash = number(byte(seed, 7), parts.len() as u64);
                let mut index = 0;
                while index < parts.len() {
                    hash = parts[index].hash(hash, whole);
                    index += 1;
                }
                hash
            }
            Self::Tagged(parts) => hash_parts(byte(seed, 8), if whole { parts } else { &[] }, whole),
            Self::Packed(parts) => hash_parts(byte(seed, 9), parts, whole),
            Self::Enum(parts) => hash_parts(byte(seed, 10), if whole { parts } else { &[] }, whole),
            Self::Recur => byte(seed, 11),
            Self::Opaque(name) => text(byte(seed, 12), name),
            Self::Secret(inner) => inner.hash(byte(seed, 13), whole),
        }
    }
}

/// The 32 bits that stand for a field's or variant's name on the wire.
pub const fn name32(name: &str) -> u32 {
    fold(text(SEED, name))
}

// FNV-1a, 64 bits, folded to 32. Chosen for being computable in a `const fn`; it guards against mistakes, not attacks:
// names and shapes are the programmer's own.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

const fn byte(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

const fn number(mut hash: u64, value: u64) -> u64 {
    let bytes = value.to_le_bytes();
    let mut index = 0;
    while index < bytes.len() {
        hash = byte(hash, bytes[index]);
        index += 1;
    }
    hash
}

const fn text(hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = number(hash, bytes.len() as u64);
    let mut index = 0;
    while index < bytes.len() {
        hash = byte(hash, bytes[index]);
        index += 1;
    }
    hash
}

const fn hash_parts(hash: u64, parts: &[Part], whole: bool) -> u64 {
    let mut hash = number(hash, parts.len() as u64);
    let mut index = 0;
    while index < parts.len() {
        hash = parts[index].shape.hash(text(hash, parts[index].name), whole);
        index += 1;
    }
    hash
}

#[expect(clippy::cast_possible_truncation, reason = "both halves are in the low one")]
const fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(name) | Self::Opaque(name) => f.write_str(name),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::Seq(inner) => write!(f, "[{inner}]"),
            Self::Set(inner) => write!(f, "{{{inner}}}"),
            Self::Map(key, value) => write!(f, "{{{key} => {value}}}"),
            Self::Array(inner, length) => write!(f, "[{inner}; {length}]"),
            Self::Tuple(parts) => {
                f.write_str("(")?;
                for (index, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Self::Tagged(parts) => show_parts(f, "{", parts, "}"),
            Self::Packed(parts) => show_parts(f, "packed {", parts, "}"),
            Self::Enum(parts) => show_parts(f, "enum {", parts, "}"),
            Self::Secret(inner) => write!(f, "Secret<{inner}>"),
            Self::Recur => f.write_str("Self"),
        }
    }
}

fn show_parts(f: &mut fmt::Formatter<'_>, open: &str, parts: &[Part], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, part) in parts.iter().enumerate() {
        write!(f, "{}{}: {}", if index == 0 { "" } else { ", " }, part.name, part.shape)?;
    }
    f.write_str(close)
}
