//! How a value of a setting is written, and read again.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::config::preset::Preset;
use crate::config::{
    Aal, ForwardingHeader, IpPrefix, OnCorrupt, OnMismatch, OnUnavailable, Reuse, SignedIds, WhenFull, span,
};
use crate::cookie::SameSite;

/// A value with a text of its own.
pub(super) trait Written: Sized {
    /// How it is written, for the guide.
    fn form() -> String;

    /// What is wrong with `text` is said as the end of a sentence: "…, which is none of …".
    fn read(text: &str) -> Result<Self, String>;

    /// For what may be said as a list.
    fn read_list(_texts: &[Zeroizing<String>]) -> Option<Self> {
        None
    }

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

/// A number, or as many as there are.
impl Written for Option<u32> {
    fn form() -> String {
        "number or `any`".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text == ANY {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| format!("is neither a number nor `{ANY}`"))
    }

    fn write(&self) -> String {
        self.map_or_else(|| ANY.to_owned(), |number| number.to_string())
    }
}

const ANY: &str = "any";

impl Written for usize {
    fn form() -> String {
        "number".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "is no whole number".to_owned())
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

/// Two numbers of bits, or none.
impl Written for Option<IpPrefix> {
    fn form() -> String {
        "`off`, or bits as `24/56`".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text == OFF {
            return Ok(None);
        }
        let bits = |text: &str| text.trim().parse().ok();
        let prefix =
            text.split_once('/').and_then(|(v4, v6)| Some(IpPrefix { v4: bits(v4)?, v6: bits(v6)? }));
        prefix.map(Some).ok_or_else(|| {
            "is neither \"off\" nor the bits of an IPv4 and of an IPv6 address, as \"24/56\"".to_owned()
        })
    }

    fn write(&self) -> String {
        self.map_or_else(|| OFF.to_owned(), |IpPrefix { v4, v6 }| format!("{v4}/{v6}"))
    }
}

const OFF: &str = "off";

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

/// A list, or one text between commas and spaces, of which the parts have none.
impl Written for Vec<String> {
    fn form() -> String {
        "list".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        Ok(text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    fn read_list(texts: &[Zeroizing<String>]) -> Option<Self> {
        Some(texts.iter().map(|text| text.to_string()).collect())
    }

    fn write(&self) -> String {
        self.join(", ")
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

impl Choice for WhenFull {
    const ALL: &'static [(&'static str, Self)] =
        &[("refuse", Self::Refuse), ("evict_oldest", Self::EvictOldest)];
}

impl Choice for SignedIds {
    const ALL: &'static [(&'static str, Self)] =
        &[("off", Self::Off), ("migrating", Self::Migrating), ("required", Self::Required)];
}

impl Choice for OnMismatch {
    const ALL: &'static [(&'static str, Self)] = &[
        ("refuse", Self::Refuse),
        ("revoke", Self::Revoke),
        ("reauthenticate", Self::Reauthenticate),
        ("report", Self::Report),
    ];
}

impl Choice for ForwardingHeader {
    const ALL: &'static [(&'static str, Self)] =
        &[("x_forwarded", Self::XForwarded), ("forwarded", Self::Forwarded)];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of<C: Choice + std::fmt::Debug>() {
        for (name, value) in C::ALL {
            assert_eq!((C::read(name), value.write()), (Ok(*value), (*name).to_owned()));
        }
        assert!(C::read("").is_err());
    }

    #[test]
    fn every_choice_reads_as_it_is_written() {
        names_of::<bool>();
        names_of::<Preset>();
        names_of::<Aal>();
        names_of::<SameSite>();
        names_of::<Reuse>();
        names_of::<OnUnavailable>();
        names_of::<OnCorrupt>();
        names_of::<WhenFull>();
        names_of::<SignedIds>();
        names_of::<OnMismatch>();
        names_of::<ForwardingHeader>();
    }

    #[test]
    fn two_prefixes_are_one_text() {
        for (text, expected) in [
            ("off", Ok(None)),
            ("24/56", Ok(Some(IpPrefix { v4: 24, v6: 56 }))),
            ("32 / 128", Ok(Some(IpPrefix { v4: 32, v6: 128 }))),
            ("24", Err(())),
            ("/24", Err(())),
            ("24/56/8", Err(())),
            ("300/56", Err(())),
            ("true", Err(())),
        ] {
            assert_eq!(Option::<IpPrefix>::read(text).map_err(|_| ()), expected, "{text}");
        }
        assert_eq!(Some(IpPrefix::STRICT).write(), "32/64");
    }

    #[test]
    fn a_list_may_be_one_text() {
        let list = vec!["10.0.0.7".to_owned(), "10.1.0.0/16".to_owned()];
        for text in ["10.0.0.7, 10.1.0.0/16", "10.0.0.7 10.1.0.0/16", &list.write()] {
            assert_eq!(Vec::read(text), Ok(list.clone()));
        }
        assert_eq!(Vec::read_list(&list.iter().cloned().map(Zeroizing::new).collect::<Vec<_>>()), Some(list));
        assert_eq!(bool::read_list(&[]), None);
    }
}
