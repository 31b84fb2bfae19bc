use std::collections::HashMap;
use std::time::Duration;

use super::process::{NotStarted, Process, folder};
use super::server::{Server, free_port};
use super::wait_until;

/// A master and its replica, and three Sentinels that make the replica the master when the master is gone.
#[derive(Debug)]
pub struct Watched {
    servers: [Server; 2],
    sentinels: Vec<Sentinel>,
}

#[derive(Debug)]
struct Sentinel {
    port: u16,
    _process: Process,
}

/// What the Sentinels call the master.
const NAME: &str = "sessions";

impl Watched {
    /// Starts all of it. Takes some seconds: the Sentinels have to find each other.
    pub fn start() -> Self {
        Self::start_with_patience(Duration::from_secs(1))
    }

    /// The same, with Sentinels that take a server for gone when it has not answered for so long. On a machine that stands
    /// still now and then, those in a hurry replace masters that nobody has touched.
    pub fn start_with_patience(patience: Duration) -> Self {
        let settings = [["repl-diskless-sync-delay", "0"]];
        let servers = [Server::start(&settings), Server::start(&settings)];
        servers[1].ask::<()>(&["REPLICAOF", "127.0.0.1", &servers[0].port().to_string()]);
        wait_until("the replica follows its master", || {
            servers[1].ask::<String>(&["INFO", "replication"]).contains("master_link_status:up")
        });
        let sentinels = (0..3).map(|_| Sentinel::start(servers[0].port(), patience)).collect();
        let watched = Self { servers, sentinels };
        watched.wait_until_well();
        watched
    }

    /// Waits until the Sentinels know each other and both servers, and the replica follows the master.
    pub fn wait_until_well(&self) {
        wait_until("the Sentinels know each other and the replica", || {
            self.sentinels.iter().all(|sentinel| {
                let master: HashMap<String, String> = sentinel.ask(&["SENTINEL", "MASTER", NAME]);
                master["num-other-sentinels"] == "2"
                    && master["num-slaves"] == "1"
                    && master["flags"] == "master"
            })
        });
        wait_until("the master has its replica", || {
            let replication = |server: &Server| {
                server.ask_if_it_answers::<String>(&["INFO", "replication"]).unwrap_or_default()
            };
            let [one, other] = &self.servers;
            [(one, other), (other, one)].iter().any(|(master, replica)| {
                replication(master).contains("connected_slaves:1")
                    && replication(replica).contains("master_link_status:up")
            })
        });
    }

    /// The address of the master as a store's.
    pub fn address(&self) -> String {
        let hosts: Vec<String> =
            self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port)).collect();
        format!("redis+sentinel://{}/{NAME}", hosts.join(","))
    }

    /// Both servers; at first the master is the first one.
    pub const fn servers(&self) -> &[Server; 2] {
        &self.servers
    }

    /// The server that the Sentinels say is the master.
    pub fn master(&self) -> &Server {
        let port = self.sentinels[0].master_port();
        self.servers.iter().find(|server| server.port() == port).expect("one of the two")
    }

    /// Changes with every failover, whoever began it.
    pub fn epoch(&self) -> String {
        let master: HashMap<String, String> = self.sentinels[0].ask(&["SENTINEL", "MASTER", NAME]);
        master["config-epoch"].clone()
    }

    /// Who says what of whom, for whoever wonders why nothing works.
    pub fn account(&self) -> String {
        let sentinels = self.sentinels.iter().map(|sentinel| {
            let master: HashMap<String, String> = sentinel.ask(&["SENTINEL", "MASTER", NAME]);
            format!("Sentinel: {} ({}, epoch {})", master["port"], master["flags"], master["config-epoch"])
        });
        let servers = self.servers.iter().map(|server| {
            let role: Option<Vec<redis::Value>> = server.ask_if_it_answers(&["ROLE"]);
            format!("server {}: {role:?}", server.port())
        });
        sentinels.chain(servers).collect::<Vec<_>>().join("; ")
    }

    /// Has the Sentinels make the replica the master, while the master is well, and waits until all of them say so.
    pub fn fail_over(&self) {
        let before = self.master().port();
        // They may not see the replica as well at once after a fail-over, and may give one up on their way: then they are
        // asked again. By the one that is asked, nothing is begun twice.
        wait_until("a Sentinel has failed over", || {
            let has_changed = self.sentinels[0].master_port() != before;
            if !has_changed {
                let mut command = redis::cmd("SENTINEL");
                let mut connection = self.sentinels[0].connect();
                let _perhaps = command.arg("FAILOVER").arg(NAME).query::<()>(&mut connection);
            }
            has_changed
        });
        self.wait_for_other_than(before);
    }

    /// Waits until all Sentinels name another master than the one on that port.
    pub fn wait_for_other_than(&self, port: u16) {
        wait_until("the Sentinels name another master", || {
            self.sentinels.iter().all(|sentinel| sentinel.master_port() != port)
        });
    }
}

impl Sentinel {
    fn start(master: u16, patience: Duration) -> Self {
        let folder = folder();
        let file = folder.join("sentinel.conf");
        for _ in 0..20 {
            let port = free_port();
            let settings = format!(
                "port {port}\nbind 127.0.0.1\ndir {}\nsentinel monitor {NAME} 127.0.0.1 {master} 2\n\
                 sentinel down-after-milliseconds {NAME} {}\nsentinel failover-timeout {NAME} 3000\n",
                folder.display(),
                patience.as_millis()
            );
            std::fs::write(&file, settings).expect("a file");
            let arguments = [file.to_str().expect("a plain name").to_owned(), "--sentinel".to_owned()];
            match Process::start(&arguments, "+monitor master") {
                Ok(process) => return Self { port, _process: process },
                Err(NotStarted::PortTaken) => {}
                Err(NotStarted::Failed(log)) => panic!("the Sentinel does not start:\n{log}"),
            }
        }
        panic!("no free port for a Sentinel")
    }

    fn connect(&self) -> redis::Connection {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port)).expect("an address");
        client.get_connection_with_timeout(Duration::from_secs(10)).expect("the Sentinel is up")
    }

    fn ask<V: redis::FromRedisValue>(&self, words: &[&str]) -> V {
        super::ask(&mut self.connect(), words)
    }

    fn master_port(&self) -> u16 {
        let (_, port): (String, u16) = self.ask(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]);
        port
    }
}
