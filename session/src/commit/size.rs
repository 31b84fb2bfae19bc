//! What is too large for a cookie, and which fields make it so.

use crate::config::SessionConfig;
use crate::cookie;
use crate::data::SessionData;
use crate::error::Error;
use crate::evolve::form;
use crate::record::fields;
use crate::store::Commit;

/// How many are named: enough to see what is the matter.
const NAMED: usize = 3;

/// The answer of a store, unless no cookie could hold the record that it sealed. A store that knows how much room there is
/// has said so before; none may leave it to the browser, which would drop the cookie without a word.
pub(super) fn checked(answer: Commit, config: &SessionConfig) -> Result<Commit, Error> {
    match &answer {
        Commit::Committed { sealed: Some(sealed), .. } => fits(sealed, config).map(|()| answer),
        _ => Ok(answer),
    }
}

/// Whether a sealed record fits its cookies.
pub(crate) fn fits(sealed: &[u8], config: &SessionConfig) -> Result<(), Error> {
    let limit = cookie::capacity(config.cookie());
    if sealed.len() > limit { Err(Error::too_large(sealed.len(), limit)) } else { Ok(()) }
}

/// The fields of `T` that take the most of a record, largest first, each with all of its forms. What this program does
/// not know has no name to tell.
pub(super) fn largest<T: SessionData>(raw: &[u8]) -> Vec<(&'static str, usize)> {
    let mut sizes: Vec<(&'static str, usize)> = Vec::new();
    for field in fields::iter(raw).flatten() {
        let Some(row) = form::by_name(T::FIELDS, field.name32) else { continue };
        match sizes.iter_mut().find(|(name, _)| *name == row.name) {
            Some((_, size)) => *size += field.size(),
            None => sizes.push((row.name, field.size())),
        }
    }
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    sizes.truncate(NAMED);
    sizes
}
