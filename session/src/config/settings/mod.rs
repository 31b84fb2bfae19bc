//! A configuration as text: in a file, in the environment. What may be said is one table; where it was said makes no
//! difference. This folder reads no file and no environment by itself, and prints no key.

mod environment;
mod keys;
mod names;
#[cfg(feature = "serde")]
mod serde;
mod table;
mod written;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::{SessionConfig, SessionConfigBuilder};

/// Settings of a [`SessionConfig`] that were said in a file or in the environment, not checked yet.
///
/// With the feature `serde` it is deserialized from TOML, JSON or any other format that describes itself, alone or as a
/// part of an app's own configuration; [`from_env`](Self::from_env) needs no feature. Reading never fails: what cannot be
/// understood, and every name that is not known, is reported by [`SessionConfigBuilder::build`] together with everything
/// else that is wrong. `session::guide::configuration` lists all settings.
///
/// `Debug` shows no key, and what is kept of keys is overwritten when it is dropped.
#[derive(Clone, Default)]
pub struct SessionSettings {
    /// By the setting's name.
    said: BTreeMap<&'static str, Said>,
    /// What was said and is no setting.
    problems: Vec<String>,
}

/// What was said about one setting.
#[derive(Clone)]
struct Said {
    /// As it was written, for messages: `cookie.name`, `SESSION_COOKIE_NAME`.
    name: String,
    value: Value,
}

/// Some of them are keys.
#[derive(Clone)]
enum Value {
    One(Zeroizing<String>),
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "the environment knows no lists"))]
    Many(Vec<Zeroizing<String>>),
}

impl SessionSettings {
    /// All settings of a configuration, as text: for a log or an audit, or as a file to begin with. Its keys and its clock
    /// are no part of it.
    pub fn of(config: &SessionConfig) -> Self {
        let mut settings = Self::default();
        for setting in table::settings() {
            if let Some(text) = setting.show(config) {
                settings.say(setting.key, setting.key, Value::One(text.into()));
            }
        }
        settings
    }

    /// These settings, except where `other` says something: for the environment on top of a file.
    #[must_use]
    pub fn overridden_by(mut self, other: Self) -> Self {
        self.said.extend(other.said);
        self.problems.extend(other.problems);
        self
    }

    /// The table of all settings with their variables, defaults and meanings, as Markdown: what the guide shows, for a
    /// program's own help.
    pub fn reference() -> String {
        let default = SessionConfig::default();
        let head =
            "| setting | variable | default | written as | what it is |\n|---|---|---|---|---|\n".to_owned();
        let line = |text: String, setting: table::Setting| {
            let shown = setting.show(&default).map_or_else(String::new, |value| format!("`{value}`"));
            let variable = environment::variable(setting.key);
            text + &format!(
                "| `{}` | `{variable}` | {shown} | {} | {} |\n",
                setting.key, setting.form, setting.means
            )
        };
        table::settings().into_iter().fold(head, line) + keys::REFERENCE
    }

    /// Tells the builder what was said, and gives back what was said wrongly.
    pub(super) fn apply(&self, builder: &mut SessionConfigBuilder) -> Vec<String> {
        let mut problems = self.problems.clone();
        for setting in table::settings() {
            let Some(Said { name, value }) = self.said.get(setting.key) else { continue };
            if let Err(why) = setting.apply(builder, value) {
                problems.push(format!("{name} {why}"));
            }
        }
        if let Some(ring) = self.ring(&mut problems) {
            *builder = std::mem::take(builder).keys(ring);
        }
        problems
    }

    fn say(&mut self, key: &'static str, name: &str, value: Value) {
        let said = Said { name: name.to_owned(), value };
        if self.said.insert(key, said).is_some() {
            self.problems.push(format!("{name} is said twice: keep one"));
        }
    }
}

impl fmt::Debug for SessionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.said.iter().map(|(key, said)| match &said.value {
            Value::One(text) if !keys::NAMES.contains(key) => (key, text.as_str()),
            _ => (key, ".."),
        });
        f.debug_map().entries(shown).finish()
    }
}
