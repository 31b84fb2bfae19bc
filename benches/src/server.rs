//! A Redis server of our own.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A server on a free port of this machine that keeps nothing on disk. Dropping it ends it.
pub struct Server {
    process: Child,
    port: u16,
    connection: redis::Connection,
}

impl Server {
    /// `None` if no server is installed.
    pub fn start() -> Option<Self> {
        let program = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let listener = TcpListener::bind("127.0.0.1:0").ok()?;
        let port = listener.local_addr().ok()?.port();
        drop(listener);
        let mut process = Command::new(program)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let client = redis::Client::open(format!("redis://127.0.0.1:{port}")).ok()?;
        for _ in 0..200 {
            if let Ok(connection) = client.get_connection() {
                return Some(Self { process, port, connection });
            }
            sleep(Duration::from_millis(25));
        }
        let _ended = process.kill();
        None
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many times the server found something to read since [`executed`](Self::executed) was asked, this question
    /// aside: once for each round trip, however many commands come with it.
    pub fn round_trips(&mut self) -> u64 {
        let stats: String = ask(&mut self.connection, &["INFO", "stats"]);
        let reads =
            stats.lines().find_map(|line| line.strip_prefix("total_reads_processed:")?.trim().parse().ok());
        reads.map_or(0, |reads: u64| reads.saturating_sub(1))
    }

    /// The commands that were executed since the last time, those of this connection aside.
    pub fn executed(&mut self) -> BTreeMap<String, u64> {
        let stats: String = ask(&mut self.connection, &["INFO", "commandstats"]);
        ask::<()>(&mut self.connection, &["CONFIG", "RESETSTAT"]);
        let calls = stats.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
        });
        let own = ["info", "config|resetstat", "config"];
        calls.filter(|(name, _): &(String, u64)| !own.contains(&name.as_str())).collect()
    }
}

fn ask<V: redis::FromRedisValue>(connection: &mut redis::Connection, words: &[&str]) -> V {
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    command.query(connection).expect("the Redis server answers")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}
