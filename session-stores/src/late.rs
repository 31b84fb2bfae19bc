//! Creates that arrive late.

use std::time::Duration;

use session::config::SessionConfig;
use session::{Error, ErrorKind};

/// Refuses a configuration by which a create could arrive when the tombstone of its session has lapsed already.
///
/// # Errors
/// `Config`, with both cures.
pub(crate) fn must_meet_tombstones(config: &SessionConfig, tombstone_life: Duration) -> Result<(), Error> {
    let window = config.create_window();
    if tombstone_life >= window.saturating_mul(2) {
        return Ok(());
    }
    let problem = format!(
        "`create_window` is {window:?} and ended sessions are remembered for {tombstone_life:?}: a create on its way would \
         bring one back. Give the store a `tombstone_life` of twice the window at least, or make the window shorter"
    );
    Err(Error::new(ErrorKind::Config(vec![problem])))
}
