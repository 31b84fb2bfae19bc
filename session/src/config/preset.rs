//! Where a configuration begins. The builder's methods document each preset; a test compares them with what is here.

use std::time::Duration;

use super::{Lifetime, Lifetimes, Reuse, RotationPolicy, SessionConfig};
use crate::cookie::{CookieConfig, SameSite};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// One of the builder's presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Preset {
    Development,
    #[default]
    Production,
    HighSecurity,
    Testing,
    Clustered,
}

impl Preset {
    /// What it says of every option. Makes sense as a whole: nothing has to be checked.
    pub(super) fn config(self) -> SessionConfig {
        let production = SessionConfig::default();
        match self {
            Self::Production => production,
            Self::Development => SessionConfig { cookie: CookieConfig::development(), ..production },
            Self::Testing => SessionConfig {
                cookie: CookieConfig::development(),
                commit_deadline: Duration::from_secs(30),
                ..production
            },
            Self::HighSecurity => {
                let short = Lifetime { idle: 15 * MINUTE, absolute: 8 * HOUR, persistent: false };
                SessionConfig {
                    cookie: CookieConfig { same_site: SameSite::Strict, ..production.cookie },
                    lifetimes: Lifetimes { anonymous: short, authenticated: short, remembered: short },
                    rotation: RotationPolicy {
                        every: Some(15 * MINUTE),
                        reuse: Reuse::Revoke,
                        ..production.rotation
                    },
                    ..production
                }
            }
            Self::Clustered => SessionConfig {
                touch_threshold: 2 * MINUTE,
                commit_deadline: Duration::from_secs(3),
                ..production
            },
        }
    }
}
