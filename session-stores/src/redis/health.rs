use std::sync::Arc;
use std::time::Duration;

use redis::Value;
use session::store::{Health, ServerHealth};
use session::{Error, ErrorKind};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::RedisStore;
use super::calls::Turn;
use super::failure::{Failure, Unsent, WrongServer};
use super::link::{Ask, Link};

/// From how full a server is worth a warning: nine tenths.
const FULL: (u64, u64) = (9, 10);

/// The oldest version that the store is tested with.
const OLDEST: (u32, u32) = (6, 2);

impl RedisStore {
    /// Asks every server that has sessions. A cluster of which some answer works in part: the others are warnings.
    pub(super) async fn ask_for_health(&self) -> Result<Health, Error> {
        let calls = &self.0.calls;
        let turn = calls.turn().await?;
        let needs_replica = matches!(calls.link, Link::Named(_) | Link::Cluster(_));
        let replicas = (needs_replica, self.0.replicas.map(|replicas| replicas.count));
        let masters = calls.link.masters(turn.deadline).await.map_err(Failure::into_error)?;
        let Some(masters) = masters else {
            let sent = Instant::now();
            let answer = turn.call("", &redis::cmd("INFO")).await.map_err(Failure::into_error)?;
            let mut health = Health::default();
            note(&mut health, "server", &info(&answer)?, sent.elapsed(), (false, None));
            return Ok(health);
        };
        let mut asked = JoinSet::new();
        for node in masters {
            let (node, deadline) = (Arc::clone(&node), turn.deadline);
            asked.spawn(async move {
                let sent = Instant::now();
                let answer = node.call(Ask::Plain(&redis::cmd("INFO")), deadline).await;
                (node.name(), sent.elapsed(), answer)
            });
        }
        let mut health = Health::default();
        let mut last = None;
        while let Some(answered) = asked.join_next().await {
            match answered {
                Ok((name, latency, Ok(answer))) => {
                    note(&mut health, &name, &info(&answer)?, latency, replicas);
                }
                Ok((name, _, Err(failure))) => {
                    health.warnings.push(format!("{name}: does not answer, so its sessions cannot be had"));
                    last = Some(failure);
                }
                Err(_cancelled) => {}
            }
        }
        health.servers.sort_by(|one, other| one.name.cmp(&other.name));
        health.warnings.sort();
        match health.servers.is_empty() {
            true => {
                let nobody = || Unsent::NotConnected(WrongServer::NoSlots.into()).into();
                Err(last.unwrap_or_else(nobody).into_error())
            }
            false => Ok(health),
        }
    }

    /// The error of a commit for which the server has no room, with how much it has.
    pub(super) async fn full(&self, turn: &Turn<'_>, key: &str) -> Option<Error> {
        let answer = turn.call(key, redis::cmd("INFO").arg("memory")).await.ok()?;
        let room = Info(info(&answer).ok()?.0).number("maxmemory")?;
        let limit = usize::try_from(room).unwrap_or(usize::MAX);
        Some(
            Error::new(ErrorKind::Full { limit })
                .in_context("the Redis server is at its maxmemory, in bytes"),
        )
    }
}

/// What `INFO` says.
struct Info(String);

fn info(answer: &Value) -> Result<Info, Error> {
    match answer {
        Value::BulkString(text) => Ok(Info(String::from_utf8_lossy(text).into_owned())),
        Value::VerbatimString { text, .. } => Ok(Info(text.clone())),
        _ => Err(Error::corrupt(WrongServer::Answer)),
    }
}

impl Info {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }

    /// Valkey keeps `redis_version` for the clients of old, and says what it is beside it.
    fn version(&self) -> String {
        match (self.get("valkey_version"), self.get("redis_version")) {
            (Some(version), _) => format!("Valkey {version}"),
            (None, version) => format!("Redis {}", version.unwrap_or("of an unknown version")),
        }
    }

    fn is_too_old(&self) -> bool {
        let mut numbers = self.get("redis_version").unwrap_or_default().split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < OLDEST,
            _ => false,
        }
    }
}

/// Adds a server, and what is wrong with it. It may have to have a replica, and writes may wait for some.
fn note(
    health: &mut Health,
    name: &str,
    info: &Info,
    latency: Duration,
    (needs_replica, awaited): (bool, Option<u32>),
) {
    let mut server = ServerHealth::default();
    name.clone_into(&mut server.name);
    server.version = info.version();
    info.get("role").unwrap_or("unknown").clone_into(&mut server.role);
    server.latency = latency;

    let mut warn =
        |wrong: bool, what: String| health.warnings.extend(wrong.then(|| format!("{name}: {what}")));
    // What a server does not say is not taken for the best.
    let policy = info.get("maxmemory_policy").unwrap_or("unknown");
    warn(
        policy != "noeviction",
        format!(
            "maxmemory-policy is {policy}; with any but noeviction a server that is full forgets sessions, and ended \
             ones could come back: set it to that"
        ),
    );
    let (used, most) = (info.number("used_memory").unwrap_or(0), info.number("maxmemory").unwrap_or(0));
    warn(
        most > 0 && u128::from(used) * u128::from(FULL.1) >= u128::from(most) * u128::from(FULL.0),
        format!("{used} of {most} bytes of memory are used; a full server refuses sessions"),
    );
    warn(server.role != "master", format!("is a {}; sessions are read from masters", server.role));
    warn(
        needs_replica && info.number("connected_slaves") == Some(0),
        "has no replica, so its sessions end with it".to_owned(),
    );
    let (present, awaited) = (info.number("connected_slaves").unwrap_or(0), awaited.unwrap_or(0));
    warn(
        present < u64::from(awaited),
        format!("has {present} replicas, and every logout waits for {awaited}, so none succeeds"),
    );
    warn(info.is_too_old(), format!("{} is older than {}.{}", server.version, OLDEST.0, OLDEST.1));
    health.servers.push(server);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(text: &str, needs_replica: bool) -> Health {
        let mut health = Health::default();
        let answer = Value::BulkString(text.replace('\n', "\r\n").into_bytes());
        note(&mut health, "db", &info(&answer).unwrap(), Duration::ZERO, (needs_replica, None));
        health
    }

    #[test]
    fn a_server_that_keeps_what_it_has_is_well() {
        let text = "# Server\nredis_version:7.0.15\nrole:master\nconnected_slaves:1\nused_memory:10\nmaxmemory:0\n\
                    maxmemory_policy:noeviction\n";
        let health = noted(text, true);
        assert_eq!(health.warnings, [""; 0]);
        let server = &health.servers[0];
        assert_eq!((server.name.as_str(), server.version.as_str()), ("db", "Redis 7.0.15"));
        assert_eq!(server.role, "master");
    }

    #[test]
    fn whatever_can_lose_sessions_is_a_warning() {
        let text = "redis_version:6.0.16\nrole:slave\nconnected_slaves:0\nused_memory:95\nmaxmemory:100\n\
                    maxmemory_policy:allkeys-lru\n";
        let warnings = noted(text, true).warnings;
        assert_eq!(warnings.len(), 5, "{warnings:?}");
        for what in ["allkeys-lru", "95 of 100", "slave", "no replica", "older"] {
            assert!(warnings.iter().any(|warning| warning.contains(what)), "{what}");
        }
        assert_eq!(noted(text, false).warnings.len(), 4);
    }

    #[test]
    fn a_valkey_says_so() {
        let text = "redis_version:7.2.4\nvalkey_version:9.1.2\nrole:master\nmaxmemory_policy:noeviction\n";
        let health = noted(text, false);
        assert_eq!(health.servers[0].version, "Valkey 9.1.2");
        assert_eq!(health.warnings, [""; 0]);
    }

    #[test]
    fn what_a_server_does_not_say_is_not_taken_for_the_best() {
        let warnings = noted("redis_version:7.0.15\nrole:master\n", false).warnings;
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("maxmemory-policy is unknown"), "{warnings:?}");
    }
}
