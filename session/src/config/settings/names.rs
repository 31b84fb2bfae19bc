//! Names that no setting has: a misspelt setting must not be a silent default.

use super::{keys, table};

/// The names of all settings.
pub(super) fn known() -> Vec<&'static str> {
    table::settings().iter().map(|setting| setting.key).chain(keys::NAMES).collect()
}

/// A sentence about `name`, with what may have been meant. `key` is the same as the name of a setting would be, whichever
/// of `.` and `_` separates its words.
pub(super) fn unknown(name: &str, key: &str) -> String {
    let resembling: Vec<_> = known()
        .into_iter()
        .filter(|known| resembles(&plain(known), &plain(key)))
        .map(|known| format!("`{known}`"))
        .collect();
    match resembling.len() {
        0 => {
            format!("{name} is no setting: remove it, or look for its name in the guide of the configuration")
        }
        1..=3 => format!("{name} is no setting: is {} meant?", resembling.join(" or ")),
        _ => format!("{name} is no setting by itself: there are {}", resembling.join(", ")),
    }
}

fn plain(key: &str) -> String {
    key.replace('.', "_")
}

/// A part of the known name, or not more than two letters away from it.
fn resembles(known: &str, key: &str) -> bool {
    let part =
        |rest: Option<&str>, joint| rest.is_some_and(|rest| rest.starts_with(joint) || rest.ends_with(joint));
    part(known.strip_prefix(key), '_')
        || part(known.strip_suffix(key), '_')
        || (known.len() > 3 && distance(known, key) <= 2)
        || distance(known, key) <= 1
}

/// How many letters have to be put in, taken out or replaced (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
