//! What the store tells an operator. No cookie and no content is ever part of it.

use session::Handle;
use session::store::Gone;
use tracing::{info, warn};

/// What came as a session was not sealed by these keys for this cookie: damaged, forged, of another application or name, or
/// of a key that was retired. They are not told apart. Anybody can cause it, so it is no warning.
pub(super) fn unopened() {
    info!(target: "session", "a session cookie does not open; its client has no session");
}

/// A session that was ended or rotated came back. Usually a client that was not there when it was revoked.
pub(super) fn refused(lineage: Handle, why: Gone) {
    info!(target: "session", handle = ?lineage, %why, "a revoked session cookie was refused");
}

/// A session lives longer than marks on it would be kept: lifetimes were longer when it was made.
pub(super) fn outlives_marks(lineage: Handle) {
    warn!(target: "session", handle = ?lineage, "a session cookie lives longer than marks are kept; it is refused");
}
