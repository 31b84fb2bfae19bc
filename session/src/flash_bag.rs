//! [`FlashBag`]: messages to be shown once, ready for a flash field.

use std::fmt;

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::value::{SessionValue, Shape, name32, reserve};

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FlashLevel {
    /// Something happened.
    Notice,
    /// Something happened that needs a look.
    Alert,
    /// Something failed.
    Error,
    /// Something worked.
    Success,
    /// Something may go wrong.
    Warning,
    /// Something to know.
    Info,
}

impl FlashLevel {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Notice, Self::Alert, Self::Error, Self::Success, Self::Warning, Self::Info];

    /// Its name, in lower case: a CSS class, a key of a template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Alert => "alert",
            Self::Error => "error",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for FlashLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Messages for the next page, each with a level, in the order in which they were added.
///
/// A value for a flash field: `#[session(flash)] pub flash: Option<FlashBag>`. The bag is part of the record, which
/// every request loads: it is for a few sentences, and what bounds a record bounds the bag.
///
/// ```
/// use session::{FlashBag, FlashLevel};
///
/// let mut bag = FlashBag::new();
/// bag.success("Saved.");
/// bag.warning("Your trial ends tomorrow.");
/// assert!(bag.contains(FlashLevel::Success));
/// assert_eq!(bag.messages(FlashLevel::Warning).collect::<Vec<_>>(), ["Your trial ends tomorrow."]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlashBag {
    messages: Vec<(FlashLevel, String)>,
}

impl FlashBag {
    /// A bag with nothing in it.
    pub const fn new() -> Self {
        Self { messages: Vec::new() }
    }

    /// Adds a message.
    pub fn push(&mut self, level: FlashLevel, message: impl Into<String>) {
        self.messages.push((level, message.into()));
    }

    /// Adds a message of level [`FlashLevel::Notice`].
    pub fn notice(&mut self, message: impl Into<String>) {
        self.push(FlashLevel::Notice, message);
    }

    /// Adds a message of level [`FlashLevel::Alert`].
    pub fn alert(&mut self, message: impl Into<String>) {
        self.push(FlashLevel::Alert, message);
    }

    /// Adds a message of level [`FlashLevel::Error`].
    pub fn error(&mut self, message: impl Into<String>) {
        self.push(FlashLevel::Error, message);
    }

    /// Adds a message of level [`FlashLevel::Success`].
    pub fn success(&mut self, message: impl Into<String>) {
        self.push(FlashLevel::Success, message);
    }

    /// Adds a message of level [`FlashLevel::Warning`].
    pub fn warning(&mut self, message: impl Into<String>) {
        self.push(FlashLevel::Warning, message);
    }

    /// Adds a message of level [`FlashLevel::Info`].
    pub fn info(&mut self, message: impl Into<String>) {
        self.push(FlashLevel::Info, message);
    }

    /// The messages of one level.
    pub fn messages(&self, level: FlashLevel) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(of, _)| *of == level).map(|(_, message)| message)
    }

    /// All messages with their levels.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.messages.iter())
    }

    /// The levels of which there are messages, in the order of [`FlashLevel::ALL`].
    pub fn levels(&self) -> impl Iterator<Item = FlashLevel> {
        FlashLevel::ALL.into_iter().filter(|level| self.contains(*level))
    }

    /// Whether there is a message of that level.
    pub fn contains(&self, level: FlashLevel) -> bool {
        self.messages.iter().any(|(of, _)| *of == level)
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Removes all messages.
    pub fn clear(&mut self) {
        self.messages.clear();
    }

    /// Removes the messages of one level.
    pub fn clear_level(&mut self, level: FlashLevel) {
        self.messages.retain(|(of, _)| *of != level);
    }
}

/// The messages of a [`FlashBag`], from [`FlashBag::iter`].
#[derive(Debug, Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, (FlashLevel, String)>);

impl<'a> Iterator for Iter<'a> {
    type Item = (FlashLevel, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(level, message)| (*level, message.as_str()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a FlashBag {
    type Item = (FlashLevel, &'a str);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl IntoIterator for FlashBag {
    type Item = (FlashLevel, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.messages.into_iter()
    }
}

impl<M: Into<String>> Extend<(FlashLevel, M)> for FlashBag {
    fn extend<I: IntoIterator<Item = (FlashLevel, M)>>(&mut self, messages: I) {
        self.messages.extend(messages.into_iter().map(|(level, message)| (level, message.into())));
    }
}

impl<M: Into<String>> FromIterator<(FlashLevel, M)> for FlashBag {
    fn from_iter<I: IntoIterator<Item = (FlashLevel, M)>>(messages: I) -> Self {
        let mut bag = Self::new();
        bag.extend(messages);
        bag
    }
}

/// Levels stand on the wire by name, so that some may be added. A level that only a newer program knows is read as
/// [`FlashLevel::Info`]: the message is still shown, and under the level that claims the least. That makes two levels one,
/// which is harmless here and would not be in the keys of a map; so a level is no `SessionValue` by itself.
impl SessionValue for FlashBag {
    const SHAPE: &'static Shape = &Shape::Seq(&Shape::Tuple(&[&Shape::Scalar("flash level"), String::SHAPE]));
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encoder.count(self.messages.len());
        encoder.nested(|encoder| {
            for (level, message) in &self.messages {
                encoder.fixed32(name32(level.name()));
                message.encode(encoder);
            }
        });
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let count = decoder.count(4 + String::MIN)?;
        decoder.nested(|decoder| {
            let mut messages = Vec::with_capacity(reserve::<(FlashLevel, String)>(count, decoder));
            for _ in 0..count {
                messages.push((read_level(decoder)?, String::decode(decoder)?));
            }
            Ok(Self { messages })
        })
    }
}

fn read_level(decoder: &mut Decoder<'_>) -> Result<FlashLevel, DecodeError> {
    let read = decoder.fixed32()?;
    let known = FlashLevel::ALL.into_iter().find(|level| name32(level.name()) == read);
    Ok(known.unwrap_or(FlashLevel::Info))
}

#[cfg(feature = "json")]
mod json {
    use serde::{Serialize, Serializer};

    use super::{FlashBag, FlashLevel};

    /// A list rather than an object of levels, so that the order over all levels stays.
    #[derive(Serialize)]
    struct Message<'a> {
        level: FlashLevel,
        message: &'a str,
    }

    impl Serialize for FlashLevel {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.name())
        }
    }

    impl Serialize for FlashBag {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.iter().map(|(level, message)| Message { level, message }))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{from_bytes, to_bytes};

    fn bags() -> impl Strategy<Value = FlashBag> {
        let message = (prop::sample::select(&FlashLevel::ALL), any::<String>());
        prop::collection::vec(message, 0..8).prop_map(FlashBag::from_iter)
    }

    proptest! {
        #[test]
        fn bags_come_back(bag in bags()) {
            prop_assert_eq!(from_bytes(&to_bytes(&bag).unwrap()), Ok(bag));
        }

        #[test]
        fn any_bytes_are_a_bag_or_an_error(bytes: Vec<u8>) {
            let _ = from_bytes::<FlashBag>(&bytes);
        }

        #[test]
        fn every_message_is_under_its_level(bag in bags(), level in prop::sample::select(&FlashLevel::ALL)) {
            let all: usize = FlashLevel::ALL.into_iter().map(|level| bag.messages(level).count()).sum();
            prop_assert_eq!(all, bag.len());
            prop_assert_eq!(bag.contains(level), bag.levels().any(|of| of == level));
            let mut rest = bag.clone();
            rest.clear_level(level);
            prop_assert!(!rest.contains(level));
            prop_assert_eq!(rest.len(), bag.len() - bag.messages(level).count());
        }
    }

    #[test]
    fn messages_keep_their_order() {
        let mut bag = FlashBag::new();
        bag.error("one");
        bag.notice("two");
        bag.error("three");
        assert_eq!(bag.messages(FlashLevel::Error).collect::<Vec<_>>(), ["one", "three"]);
        assert_eq!(bag.iter().map(|(_, message)| message).collect::<Vec<_>>(), ["one", "two", "three"]);
        assert_eq!(bag.levels().collect::<Vec<_>>(), [FlashLevel::Notice, FlashLevel::Error]);
        bag.clear();
        assert!(bag.is_empty());
    }

    #[test]
    fn each_method_adds_at_its_level() {
        let mut bag = FlashBag::new();
        bag.notice("notice");
        bag.alert("alert");
        bag.error("error");
        bag.success("success");
        bag.warning("warning");
        bag.info("info");
        assert!(bag.iter().all(|(level, message)| level.to_string() == message));
        assert!(bag.levels().eq(FlashLevel::ALL));
    }

    #[test]
    fn a_message_of_a_level_that_is_not_known_yet_is_still_shown() {
        let mut encoder = Encoder::new();
        encoder.count(1);
        encoder.fixed32(name32("celebration"));
        encoder.bytes(b"Ten years!");
        let bag = from_bytes::<FlashBag>(&encoder.finish().unwrap()).unwrap();
        assert_eq!(bag.iter().collect::<Vec<_>>(), [(FlashLevel::Info, "Ten years!")]);
    }

    #[cfg(feature = "json")]
    #[test]
    fn json_is_a_list_in_order() {
        let bag = FlashBag::from_iter([(FlashLevel::Error, "a"), (FlashLevel::Info, "b")]);
        let json = serde_json::to_string(&bag).unwrap();
        assert_eq!(json, r#"[{"level":"error","message":"a"},{"level":"info","message":"b"}]"#);
    }
}
