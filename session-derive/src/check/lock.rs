//! A lock, as a text. What it says is for the runtime to compare with the schema, in a `const`.

use std::collections::HashSet;

use crate::diagnostics::Diagnostics;
use crate::model::Data;

/// A lock is a list of `path:shape`, and says nothing twice.
pub(super) fn check_entries(data: &Data, diagnostics: &Diagnostics) {
    let Some(lock) = &data.options.lock else { return };
    let text = lock.value.value();
    let mut seen = HashSet::new();
    for entry in text.split_ascii_whitespace() {
        if !is_entry(entry) {
            diagnostics.error_at(
                lock.at,
                format_args!(
                    "`{entry}` is no entry of a lock, which is a name, a colon and eight digits as in \
                     `user_id:33ea6d2b`; paste the lock as the compiler prints it, or begin with `lock = \"\"`"
                ),
            );
        } else if !seen.insert(entry) {
            diagnostics
                .error_at(lock.at, format_args!("`{entry}` stands in the lock twice; remove one of the two"));
        }
    }
}

fn is_entry(entry: &str) -> bool {
    let is_digit = |digit: char| matches!(digit, '0'..='9' | 'a'..='f');
    entry
        .rsplit_once(':')
        .is_some_and(|(path, shape)| !path.is_empty() && shape.len() == 8 && shape.chars().all(is_digit))
}
