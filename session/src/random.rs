//! Randomness, in one place, from the operating system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, ErrorKind};

/// `N` random bytes.
///
/// # Errors
/// The operating system has none to give; nothing else may then stand in for them.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::new(ErrorKind::NoRandomness))?;
    Ok(bytes)
}
