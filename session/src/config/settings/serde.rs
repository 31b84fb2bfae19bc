//! Settings in any format that describes itself. Tables are flattened, so that `[cookie] name` and `cookie.name` are one.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use zeroize::Zeroizing;

use super::{SessionSettings, Value, keys, names};

/// Everything that was said is taken as text and judged later, all at once.
impl<'de> Deserialize<'de> for SessionSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Node::deserialize(deserializer)? {
            Node::Table(entries) => {
                let mut settings = Self::default();
                settings.flatten("", entries, &names::known());
                Ok(settings)
            }
            Node::Absent => Ok(Self::default()),
            Node::One(_) | Node::Many(_) => {
                Err(D::Error::custom("session settings are a table of names and values"))
            }
        }
    }
}

impl SessionSettings {
    fn flatten(&mut self, above: &str, entries: Vec<(String, Node)>, known: &[&'static str]) {
        for (name, node) in entries {
            let name = format!("{above}{name}");
            let key = known.iter().find(|known| **known == name);
            let value = match node {
                Node::Absent => continue,
                Node::Table(_) if key.is_some() => {
                    self.problems.push(format!("{name} is a table, where one value is meant"));
                    continue;
                }
                Node::Table(entries) => {
                    self.flatten(&format!("{name}."), entries, known);
                    continue;
                }
                Node::One(text) => Value::One(text),
                Node::Many(texts) => Value::Many(texts),
            };
            match key {
                Some(key) => self.say(key, &name, value),
                None => self.problems.push(names::unknown(&name, &name)),
            }
        }
    }
}

/// Settings that were said, but no key: nothing that holds one is to be written by accident.
impl Serialize for SessionSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut plain = Vec::new();
        let mut tables: BTreeMap<&str, BTreeMap<&str, Text<'_>>> = BTreeMap::new();
        for (key, said) in &self.said {
            let Value::One(text) = &said.value else { continue };
            match key.split_once('.') {
                _ if keys::NAMES.contains(key) => {}
                Some((table, name)) => _ = tables.entry(table).or_default().insert(name, Text(text)),
                None => plain.push((*key, Text(text))),
            }
        }
        // TOML wants plain values before tables.
        let mut map = serializer.serialize_map(Some(plain.len() + tables.len()))?;
        for (key, text) in &plain {
            map.serialize_entry(key, text)?;
        }
        for (name, table) in &tables {
            map.serialize_entry(name, table)?;
        }
        map.end()
    }
}

/// Truth as a format writes it, everything else as text. Both read as the same.
struct Text<'a>(&'a str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            "true" => serializer.serialize_bool(true),
            "false" => serializer.serialize_bool(false),
            text => serializer.serialize_str(text),
        }
    }
}

/// Whatever a format can say.
enum Node {
    Absent,
    One(Zeroizing<String>),
    Many(Vec<Zeroizing<String>>),
    Table(Vec<(String, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false, a list of texts or a table")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::One(value.to_string().into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::One(value.to_string().into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::One(value.to_string().into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::One(value.to_string().into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::One(value.to_owned().into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::One(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Absent)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            texts.push(text.into());
        }
        Ok(Node::Many(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Table(entries))
    }
}
