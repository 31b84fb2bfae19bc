//! Text that is put together by the compiler.

use crate::value::{Part, Shape};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Up to `N` bytes of text. What does not fit is counted and not kept, so that a first run over a `Text<0>` tells how
/// large the second one must be: no message is ever cut.
#[derive(Debug)]
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    /// How long the text is, kept or not.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// The text.
    pub(crate) const fn as_str(&self) -> &str {
        let kept = if self.length < N { self.length } else { N };
        match std::str::from_utf8(self.bytes.split_at(kept).0) {
            Ok(text) => text,
            Err(_) => panic!("text is made of whole strings, and is kept whole"),
        }
    }

    pub(crate) const fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Bytes that were cut out of a `str` between its characters.
    pub(crate) const fn push_bytes(&mut self, bytes: &[u8]) {
        let mut index = 0;
        while index < bytes.len() {
            if self.length < N {
                self.bytes[self.length] = bytes[index];
            }
            self.length += 1;
            index += 1;
        }
    }

    /// A number, in decimal.
    pub(crate) const fn push_number(&mut self, number: usize) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        self.push_bytes(&[DIGITS[number % 10]]);
    }

    /// A fingerprint, in eight hexadecimal digits.
    pub(crate) const fn push_hex(&mut self, number: u32) {
        let mut shift = 32;
        while shift > 0 {
            shift -= 4;
            self.push_bytes(&[DIGITS[(number >> shift) as usize & 0xf]]);
        }
    }

    /// A shape, as its `Display` writes it; but a struct or enum that nothing is known of is `{…}`.
    pub(crate) const fn push_shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Scalar(name) | Shape::Opaque(name) => self.push(name),
            Shape::Option(inner) => self.push_around("Option<", inner, ">"),
            Shape::Seq(inner) => self.push_around("[", inner, "]"),
            Shape::Set(inner) => self.push_around("{", inner, "}"),
            Shape::Secret(inner) => self.push_around("Secret<", inner, ">"),
            Shape::Map(key, value) => {
                self.push_around("{", key, " => ");
                self.push_around("", value, "}");
            }
            Shape::Array(inner, length) => {
                self.push_around("[", inner, "; ");
                self.push_number(*length);
                self.push("]");
            }
            Shape::Tuple(parts) => {
                self.push("(");
                let mut index = 0;
                while index < parts.len() {
                    self.push(if index == 0 { "" } else { ", " });
                    self.push_shape(parts[index]);
                    index += 1;
                }
                self.push(")");
            }
            Shape::Tagged(parts) => self.push_parts("{", parts),
            Shape::Packed(parts) => self.push_parts("packed {", parts),
            Shape::Enum(parts) => self.push_parts("enum {", parts),
            Shape::Recur => self.push("Self"),
        }
    }

    const fn push_around(&mut self, open: &str, inner: &Shape, close: &str) {
        self.push(open);
        self.push_shape(inner);
        self.push(close);
    }

    const fn push_parts(&mut self, open: &str, parts: &[Part]) {
        self.push(open);
        if parts.is_empty() {
            self.push("…");
        }
        let mut index = 0;
        while index < parts.len() {
            self.push(if index == 0 { "" } else { ", " });
            self.push(parts[index].name);
            self.push_around(": ", parts[index].shape, "");
            index += 1;
        }
        self.push("}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::value::SessionValue;
    use crate::{FlashBag, Secret};

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut text = Text::<3>::new();
        text.push("abc");
        assert_eq!(text.as_str(), "abc");
        text.push_number(1205);
        assert_eq!((text.as_str(), text.length()), ("abc", 7));
        let mut text = Text::<20>::new();
        text.push_hex(0x0a1b_2c3d);
        text.push_number(0);
        assert_eq!(text.as_str(), "0a1b2c3d0");
    }

    #[test]
    fn the_compiler_writes_shapes_as_programs_do() {
        const PACKED: &Shape =
            &Shape::Packed(&[Part::new("a", &Shape::Recur), Part::new("b", &Shape::Opaque("json"))]);
        const TAGGED: &Shape = &Shape::Tagged(&[Part::new("one", PACKED)]);
        for shape in [<(String, u8)>::SHAPE, FlashBag::SHAPE, Option::<Secret<Vec<u8>>>::SHAPE, TAGGED] {
            let mut text = Text::<500>::new();
            text.push_shape(shape);
            assert_eq!(text.as_str(), shape.to_string());
        }
        let mut text = Text::<500>::new();
        text.push_shape(<(BTreeMap<String, [Option<u8>; 12]>, BTreeSet<bool>)>::SHAPE);
        assert_eq!(text.as_str(), "({str => [Option<u8>; 12]}, {bool})");
    }
}
