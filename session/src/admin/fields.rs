//! The value of a field, as text: read from its bytes by its shape, since a field's type need not be printable.

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::data::{Field, Flags, SessionData};
use crate::value::{Part, Shape};

/// How much of a value is shown.
const MOST: usize = 2000;

/// What is seen of a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Value(String),
    /// A secret, whoever looks.
    Secret,
    /// About a person, and hidden.
    Personal,
}

/// What is seen of a field of `data`.
pub(super) fn seen<T: SessionData>(field: &Field<T>, data: &T, show_personal: bool) -> Seen {
    if field.flags.has(Flags::SECRET) {
        return Seen::Secret;
    }
    if field.flags.has(Flags::PII) && !show_personal {
        return Seen::Personal;
    }
    let mut encoder = Encoder::new();
    field.encode(data, &mut encoder);
    let Ok(bytes) = encoder.finish() else { return Seen::Value("a value that cannot be stored".to_owned()) };
    let mut text = String::new();
    let mut decoder = Decoder::new(&bytes);
    match write(field.shape, &mut decoder, &mut text) {
        Ok(()) => {}
        Err(Cut::Long) => text.push('…'),
        // A type of the app's own, whose bytes mean something to it alone.
        Err(Cut::Unknown) => text = format!("{} bytes of {}", bytes.len(), field.shape),
    }
    Seen::Value(text)
}

enum Cut {
    Long,
    Unknown,
}

impl From<DecodeError> for Cut {
    fn from(_: DecodeError) -> Self {
        Self::Unknown
    }
}

fn write(shape: &Shape, bytes: &mut Decoder<'_>, text: &mut String) -> Result<(), Cut> {
    if text.len() > MOST {
        return Err(Cut::Long);
    }
    match shape {
        Shape::Scalar(name) => scalar(name, bytes, text),
        Shape::Option(inner) => match bytes.fixed()? {
            [0] => {
                text.push('–');
                Ok(())
            }
            [1] => write(inner, bytes, text),
            _ => Err(Cut::Unknown),
        },
        Shape::Seq(inner) | Shape::Set(inner) => {
            let count = bytes.count(1)?;
            list(text, count, |text| write(inner, bytes, text))
        }
        Shape::Array(inner, count) => list(text, *count, |text| write(inner, bytes, text)),
        Shape::Map(key, value) => {
            let count = bytes.count(1)?;
            list(text, count, |text| {
                write(key, bytes, text)?;
                text.push_str(": ");
                write(value, bytes, text)
            })
        }
        Shape::Tuple(parts) => {
            let mut parts = parts.iter();
            list(text, parts.len(), |text| parts.next().map_or(Ok(()), |part| write(part, bytes, text)))
        }
        Shape::Packed(parts) => {
            let mut parts = parts.iter();
            list(text, parts.len(), |text| parts.next().map_or(Ok(()), |part| named(part, bytes, text)))
        }
        Shape::Tagged(parts) => {
            let count = bytes.count(9)?;
            list(text, count, |text| entry(parts, bytes, text))
        }
        Shape::Enum(parts) => entry(parts, bytes, text),
        Shape::Secret(_) | Shape::Recur | Shape::Opaque(_) => Err(Cut::Unknown),
    }
}

/// `[a, b]`
fn list(
    text: &mut String,
    count: usize,
    mut one: impl FnMut(&mut String) -> Result<(), Cut>,
) -> Result<(), Cut> {
    text.push('[');
    for index in 0..count {
        if index > 0 {
            text.push_str(", ");
        }
        one(text)?;
    }
    text.push(']');
    Ok(())
}

fn named(part: &Part, bytes: &mut Decoder<'_>, text: &mut String) -> Result<(), Cut> {
    text.push_str(part.name);
    text.push_str(": ");
    write(part.shape, bytes, text)
}

/// `name32 · shape32 · length · bytes`: the entry of a tagged struct, or a variant with its payload.
fn entry(parts: &[Part], bytes: &mut Decoder<'_>, text: &mut String) -> Result<(), Cut> {
    let (name32, shape32) = (bytes.fixed32()?, bytes.fixed32()?);
    let inside = bytes.bytes()?;
    let known = |part: &&Part| crate::value::name32(part.name) == name32 && part.shape.wire() == shape32;
    match parts.iter().find(known) {
        Some(part) => named(part, &mut Decoder::new(inside), text),
        None => {
            text.push_str("(unknown)");
            Ok(())
        }
    }
}

fn scalar(name: &str, bytes: &mut Decoder<'_>, text: &mut String) -> Result<(), Cut> {
    macro_rules! leaves {
        ($($type:ident)*) => {
            match name {
                $(stringify!($type) => bytes.leaf::<$type>()?.to_string(),)*
                "str" => {
                    let shown = std::str::from_utf8(bytes.bytes()?).map_err(|_| Cut::Unknown)?;
                    shown.chars().take(MOST).collect()
                }
                _ => return Err(Cut::Unknown),
            }
        };
    }
    text.push_str(&leaves!(bool char u8 u16 u32 u64 u128 i8 i16 i32 i64 i128));
    Ok(())
}
