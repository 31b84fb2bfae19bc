//! What NIST SP 800-63B-4 asks of sessions, as far as a configuration decides it.

use std::fmt;
use std::time::Duration;

use super::{Lifetimes, SessionConfig, span};
use crate::cookie::{CookieConfig, SameSite};

/// An authenticator assurance level of NIST SP 800-63B-4.
///
/// | level | from sign-in to sign-in | without use | section |
/// |---|---|---|---|
/// | AAL1 | should be at most 30 days | | §2.1.3 |
/// | AAL2 | should be at most 24 hours | should be at most 1 hour | §2.2.3 |
/// | AAL3 | shall be at most 12 hours | should be at most 15 minutes | §2.3.3 |
///
/// At every level the cookie shall be `Secure`, and should be `SameSite=Lax` or `Strict`, have the prefix `__Host-` and
/// the path `/` (§5.1.1), and should not outlive the browser (§5.1). What no configuration can change is kept anyway:
/// 128 random bits of secret (64 are asked for), `HttpOnly`, deadlines that are enforced by the store and not by the
/// cookie, nothing of the user in it, and the end of the session at sign-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aal {
    /// One factor.
    One,
    /// Two factors.
    Two,
    /// Two factors, one of them a key that cannot be exported.
    Three,
}

/// The assurance level that a configuration declares, and what an auditor wants to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assurance {
    level: Aal,
    deviations: Vec<String>,
    justification: Option<String>,
}

impl Assurance {
    /// The level.
    pub const fn level(&self) -> Aal {
        self.level
    }

    /// A sentence for everything that is not as the standard recommends. What it demands is always kept.
    pub fn deviations(&self) -> &[String] {
        &self.deviations
    }

    /// Why, in the words of the deployment. There is one if anything deviates.
    pub fn justification(&self) -> Option<&str> {
        self.justification.as_deref()
    }
}

/// Adds a sentence for what must be changed or justified, and gives back what is declared.
pub(super) fn check(
    level: Option<Aal>,
    justification: Option<String>,
    config: &SessionConfig,
    problems: &mut Vec<String>,
) -> Option<Assurance> {
    let justified = justification.as_ref().is_some_and(|words| !words.trim().is_empty());
    if justification.is_some() && !justified {
        problems.push(
            "the deviation has no words: write the justification that an auditor is to read, or remove it"
                .to_owned(),
        );
    }
    let Some(level) = level else {
        if justified {
            problems.push(
                "a deviation is justified, but no assurance level is declared: declare it by `assurance`, or remove \
                 the deviation"
                    .to_owned(),
            );
        }
        return None;
    };
    let mut deviations = Vec::new();
    for Finding { demanded, text } in level.findings(config) {
        match (demanded, justified) {
            (true, _) => problems.push(format!(
                "{text}: no justification helps against a \"shall\"; keep to it, or do not declare {level}"
            )),
            (false, true) => deviations.push(text),
            (false, false) => problems.push(format!("{text}: keep to it, or say why not by `deviation`")),
        }
    }
    Some(Assurance { level, deviations, justification })
}

/// Something that is not as the standard wants it.
struct Finding {
    /// The standard says "shall" or "shall not", instead of "should".
    demanded: bool,
    text: String,
}

/// The timeouts of a level.
struct Limits {
    section: &'static str,
    overall: Duration,
    overall_is_demanded: bool,
    idle: Option<Duration>,
}

impl Aal {
    const fn limits(self) -> Limits {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let (section, overall, overall_is_demanded, idle) = match self {
            Self::One => ("§2.1.3", 30 * 24 * HOUR, false, None),
            Self::Two => ("§2.2.3", 24 * HOUR, false, Some(Duration::from_secs(HOUR))),
            Self::Three => ("§2.3.3", 12 * HOUR, true, Some(Duration::from_secs(15 * MINUTE))),
        };
        Limits { section, overall: Duration::from_secs(overall), overall_is_demanded, idle }
    }

    /// Cuts what nobody said to what the level allows. Sessions in which nobody is signed in have no level.
    pub(super) fn shorten(self, lifetimes: &mut Lifetimes) {
        let Limits { overall, idle, .. } = self.limits();
        for lifetime in [&mut lifetimes.authenticated, &mut lifetimes.remembered] {
            lifetime.absolute = lifetime.absolute.min(overall);
            lifetime.idle = lifetime.idle.min(idle.unwrap_or(overall));
            lifetime.persistent = false;
        }
    }

    fn findings(self, config: &SessionConfig) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut find = |demanded: bool, section: &str, wants: &str, but: String| {
            let text = format!("{self} (NIST SP 800-63B-4 {section}) wants {wants}, but {but}");
            findings.push(Finding { demanded, text });
        };
        let Limits { section, overall, overall_is_demanded, idle } = self.limits();
        for (class, lifetime) in
            config.lifetimes.each().into_iter().filter(|(class, _)| *class != "anonymous")
        {
            if lifetime.absolute > overall {
                let wants = format!("{} at the most from sign-in to sign-in", span::text(overall));
                let found = span::text(lifetime.absolute);
                find(overall_is_demanded, section, &wants, format!("the {class} absolute span is {found}"));
            }
            if let Some(idle) = idle.filter(|idle| lifetime.idle > *idle) {
                let wants = format!("{} at the most without use", span::text(idle));
                let found = span::text(lifetime.idle);
                find(false, section, &wants, format!("the {class} idle span is {found}"));
            }
            if lifetime.persistent {
                let wants = "no session to outlive the browser";
                find(false, "§5.1", wants, format!("the cookie of {class} sessions is persistent"));
            }
        }
        let CookieConfig { name, path, secure, same_site, .. } = &config.cookie;
        if !secure {
            find(true, "§5.1.1", "the cookie on secure connections only", "it lacks Secure".to_owned());
        }
        if *same_site == SameSite::None {
            find(false, "§5.1.1", "SameSite=Lax or Strict", "the cookie has SameSite=None".to_owned());
        }
        if !name.starts_with("__Host-") || path != "/" {
            let but = format!("the cookie is called {name:?} and has the path {path:?}");
            find(false, "§5.1.1", "the prefix `__Host-` and the path \"/\"", but);
        }
        findings
    }
}

impl fmt::Display for Aal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "AAL1",
            Self::Two => "AAL2",
            Self::Three => "AAL3",
        })
    }
}
