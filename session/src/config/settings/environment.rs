use std::ffi::OsStr;

use super::{SessionSettings, Value, names};

/// Variables that begin as ours do and are somebody else's: the session manager of the X Window System.
const FOREIGN: [&str; 1] = ["SESSION_MANAGER"];

impl SessionSettings {
    /// What variables say whose names begin with `prefix`, of all that are given: usually `std::env::vars_os()`.
    ///
    /// A setting's variable is the prefix and the setting's name in capitals, with `_` for the dot: `cookie.name` is
    /// `SESSION_COOKIE_NAME`. Several keys in `SESSION_OPENING_KEYS` are separated by spaces or commas. Whatever else
    /// begins with the prefix is reported as a mistake, with the exception of `SESSION_MANAGER`, which every X11 desktop
    /// sets.
    ///
    /// ```
    /// use session::config::{SessionConfig, SessionSettings};
    ///
    /// let settings = SessionSettings::from_env("SESSION_", std::env::vars_os());
    /// let config = SessionConfig::builder().settings(&settings).build()?;
    /// # Ok::<(), session::Error>(())
    /// ```
    pub fn from_env<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        prefix: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let keys = names::known();
        let mut settings = Self::default();
        for (name, value) in variables {
            // What is no text is no name of ours.
            let Some(name) = name.as_ref().to_str() else { continue };
            let Some(rest) = name.strip_prefix(prefix) else { continue };
            if FOREIGN.contains(&name) {
                continue;
            }
            let key = keys.iter().find(|key| variable(key) == rest);
            match (key, value.as_ref().to_str()) {
                (Some(key), Some(text)) => settings.say(key, name, Value::One(text.to_owned().into())),
                (Some(_), None) => settings.problems.push(format!("{name} is not UTF-8: write it as text")),
                (None, _) => settings.problems.push(names::unknown(name, &rest.to_ascii_lowercase())),
            }
        }
        settings
    }
}

/// The name of a setting's variable, without the prefix.
pub(super) fn variable(key: &str) -> String {
    key.replace('.', "_").to_ascii_uppercase()
}
