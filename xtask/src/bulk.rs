//! The long run of the search in `tests/it/redis/queries.rs`.

use super::{Stop, cargo, servers};

/// As many live sessions as are searched, unless told otherwise.
const SESSIONS: u64 = 100_000;

/// Searches so many sessions in a Redis server, and ends half of them while others log in.
pub(super) fn bulk(arguments: &[&str]) -> Result<(), Stop> {
    let sessions = match arguments {
        [] => SESSIONS,
        ["--sessions", number] => number.parse().map_err(|_| Stop::Usage)?,
        _ => return Err(Stop::Usage),
    };
    servers::install()?;
    let long = "redis::queries::sessions_are_ended_exactly_while_others_log_in";
    let test = ["test", "--release", "--package", "session-tests", "--test", "it", "--"];
    let options = [long, "--exact", "--nocapture"];
    cargo(&[&test[..], &options[..]].concat(), &[("BULK_SESSIONS", &*sessions.to_string())])
}
