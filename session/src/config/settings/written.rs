//! How a value of a setting is written, and read again.

use std::time::Duration;

use crate::config::preset::Preset;
use crate::config::{Aal, OnCorrupt, OnUnavailable, Reuse, span};
use crate::cookie::SameSite;

/// A value with a text of its own.
pub(super) trait Written: Sized {
    /// How it is written, for the guide.
    fn form() -> String;

    /// What is wrong with `text` is said as the end of a sentence: "…, which is neither true nor false".
    fn read(text: &str) -> Result<Self, String>;

    fn write(&self) -> String;
}

impl Written for Duration {
    fn form() -> String {
        "span".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        span::read(text)
    }

    fn write(&self) -> String {
        span::text(*self)
    }
}

/// A span, or never.
impl Written for Option<Duration> {
    fn form() -> String {
        "span or `never`".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text == NEVER { Ok(None) } else { span::read(text).map(Some) }
    }

    fn write(&self) -> String {
        self.map_or_else(|| NEVER.to_owned(), span::text)
    }
}

const NEVER: &str = "never";

impl Written for String {
    fn form() -> String {
        "text".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }

    fn write(&self) -> String {
        self.clone()
    }
}

/// One of a few values, each with a name.
trait Choice: Copy + PartialEq + 'static {
    const ALL: &'static [(&'static str, Self)];
}

impl<C: Choice> Written for C {
    fn form() -> String {
        let names: Vec<_> = C::ALL.iter().map(|(name, _)| format!("`{name}`")).collect();
        names.join(", ")
    }

    fn read(text: &str) -> Result<Self, String> {
        let found = C::ALL.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let names: Vec<_> = C::ALL.iter().map(|(name, _)| format!("{name:?}")).collect();
            format!("is none of {}", names.join(", "))
        })
    }

    fn write(&self) -> String {
        let name = C::ALL.iter().find(|(_, value)| value == self).map(|(name, _)| *name);
        name.expect("every value has a name").to_owned()
    }
}

impl Choice for bool {
    const ALL: &'static [(&'static str, Self)] = &[("true", true), ("false", false)];
}

impl Choice for Preset {
    const ALL: &'static [(&'static str, Self)] = &[
        ("production", Self::Production),
        ("development", Self::Development),
        ("high_security", Self::HighSecurity),
        ("testing", Self::Testing),
        ("clustered", Self::Clustered),
    ];
}

impl Choice for Aal {
    const ALL: &'static [(&'static str, Self)] =
        &[("aal1", Self::One), ("aal2", Self::Two), ("aal3", Self::Three)];
}

impl Choice for SameSite {
    const ALL: &'static [(&'static str, Self)] =
        &[("strict", Self::Strict), ("lax", Self::Lax), ("none", Self::None)];
}

impl Choice for Reuse {
    const ALL: &'static [(&'static str, Self)] = &[("report", Self::Report), ("revoke", Self::Revoke)];
}

impl Choice for OnUnavailable {
    const ALL: &'static [(&'static str, Self)] = &[("refuse", Self::Refuse), ("proceed", Self::Proceed)];
}

impl Choice for OnCorrupt {
    const ALL: &'static [(&'static str, Self)] = &[("refuse", Self::Refuse), ("set_aside", Self::SetAside)];
}
