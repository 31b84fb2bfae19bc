//! What the derives would write for a nested struct, an enum and a type that contains itself.

use super::super::*;
use crate::codec::{DecodeError, Decoder, Encoder};
use crate::data::{Field, Lens};

/// A tagged struct.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) count: u32,
}

struct Name;
struct Count;

impl Lens<Item> for Name {
    type Value = String;
    const NAME: &'static str = "name";
    const INDEX: usize = 0;

    fn get(data: &Item) -> &String {
        &data.name
    }

    fn get_mut(data: &mut Item) -> &mut String {
        &mut data.name
    }
}

impl Lens<Item> for Count {
    type Value = u32;
    const NAME: &'static str = "count";
    const INDEX: usize = 1;

    fn get(data: &Item) -> &u32 {
        &data.count
    }

    fn get_mut(data: &mut Item) -> &mut u32 {
        &mut data.count
    }
}

impl Tagged for Item {
    const ROWS: Rows<Self> = &[Field::of::<Name>(), Field::of::<Count>()];

    fn empty() -> Self {
        Self::default()
    }
}

impl SessionValue for Item {
    const SHAPE: &'static Shape =
        &Shape::Tagged(&[Part::new("name", String::SHAPE), Part::new("count", <u32 as SessionValue>::SHAPE)]);
    const MIN: usize = 1;
    const MAX: Option<usize> = bound::tagged_max(&[String::MAX, <u32 as SessionValue>::MAX]);

    fn encode(&self, encoder: &mut Encoder) {
        tagged::encode(self, encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        tagged::decode(decoder)
    }
}

/// An enum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Answer {
    No,
    Yes(u64, bool),
}

const PARTS: &[Part] = &[Part::new("No", &Shape::Tuple(&[])), Part::new("Yes", <(u64, bool)>::SHAPE)];
const VARIANTS: &[Variant] = &[Variant::of(&PARTS[0]), Variant::of(&PARTS[1])];
const _: () = assert_variants(VARIANTS);

impl SessionValue for Answer {
    const SHAPE: &'static Shape = &Shape::Enum(PARTS);
    const MIN: usize = 9;
    const MAX: Option<usize> = bound::enum_max(&[Some(0), <(u64, bool)>::MAX]);

    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::No => VARIANTS[0].encode(encoder, |_| {}),
            Self::Yes(number, sure) => VARIANTS[1].encode(encoder, |encoder| {
                number.encode(encoder);
                sure.encode(encoder);
            }),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Variant::decode(VARIANTS, decoder, |index, decoder| {
            Ok(match index {
                0 => Self::No,
                _ => Self::Yes(u64::decode(decoder)?, bool::decode(decoder)?),
            })
        })
    }
}

/// A transparent struct around itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct List(pub(super) Option<Box<List>>);

impl List {
    pub(super) fn of(length: usize) -> Self {
        (0..length).fold(Self(None), |rest, _| Self(Some(Box::new(rest))))
    }
}

impl SessionValue for List {
    const SHAPE: &'static Shape = <Option<Box<Recur>> as SessionValue>::SHAPE;
    const MIN: usize = 1;
    const MAX: Option<usize> = <Option<Box<Recur>> as SessionValue>::MAX;

    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        SessionValue::decode(decoder).map(Self)
    }
}
