use redis::Value;

use super::server::Server;
use super::wait_until;

/// A Redis Cluster: three masters, each with a replica.
#[derive(Debug)]
pub struct Cluster {
    servers: Vec<Server>,
}

const MASTERS: usize = 3;

impl Cluster {
    /// Starts one. Takes some seconds: its servers have to get to know each other.
    pub fn start() -> Self {
        let settings = [
            ["cluster-enabled", "yes"],
            ["cluster-node-timeout", "2000"],
            ["cluster-replica-validity-factor", "0"],
            ["repl-diskless-sync-delay", "0"],
        ];
        let servers: Vec<Server> = (0..2 * MASTERS).map(|_| Server::start(&settings)).collect();
        let cluster = Self { servers };
        cluster.introduce();
        cluster.assign_slots();
        cluster.assign_replicas();
        cluster.wait_until_well();
        cluster
    }

    /// Waits until every server sees the whole cluster, and every master has its replica.
    pub fn wait_until_well(&self) {
        wait_until("the cluster is whole", || self.servers.iter().all(is_well));
    }

    /// Its address as a store's: some of its servers.
    pub fn address(&self) -> String {
        let hosts: Vec<String> =
            self.servers.iter().take(MASTERS).map(|server| format!("127.0.0.1:{}", server.port())).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// All its servers; at first the masters come before the replicas.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// Grows with every vote on who is master, whoever called for it.
    pub fn epoch(&self) -> String {
        let cluster: String = self.servers[0].ask(&["CLUSTER", "INFO"]);
        let epoch = cluster.lines().find_map(|line| line.strip_prefix("cluster_current_epoch:"));
        epoch.expect("an epoch").trim().to_owned()
    }

    /// Those that are masters by now.
    pub fn masters(&self) -> impl Iterator<Item = &Server> {
        self.servers.iter().filter(|server| role(server) == "master")
    }

    /// Whether that server is a master by its own account.
    pub fn is_master(&self, server: &Server) -> bool {
        role(server) == "master"
    }

    /// The replica of a master, which says who that is.
    pub fn replica_of(&self, master: &Server) -> &Server {
        let answer: Vec<Value> = master.ask(&["ROLE"]);
        let Some(Value::Array(replicas)) = answer.get(2) else { panic!("{answer:?}") };
        let Some(Value::Array(replica)) = replicas.first() else { panic!("no replica: {answer:?}") };
        let Value::BulkString(port) = &replica[1] else { panic!("{answer:?}") };
        let port: u16 = String::from_utf8_lossy(port).parse().expect("a port");
        self.servers.iter().find(|server| server.port() == port).expect("a server of the cluster")
    }

    fn introduce(&self) {
        for (epoch, server) in (1..).zip(&self.servers) {
            // Masters with one epoch would quarrel first.
            server.ask::<()>(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch.to_string()]);
        }
        for server in &self.servers[1..] {
            server.ask::<()>(&["CLUSTER", "MEET", "127.0.0.1", &self.servers[0].port().to_string()]);
        }
        wait_until("the servers of the cluster know each other", || {
            self.servers.iter().all(|server| {
                let nodes: String = server.ask(&["CLUSTER", "NODES"]);
                let connected = nodes.lines().filter(|line| line.contains("connected")).count();
                connected == self.servers.len() && !nodes.contains("handshake")
            })
        });
    }

    fn assign_slots(&self) {
        let slots: Vec<String> = (0..16_384).map(|slot| slot.to_string()).collect();
        for (server, slots) in self.servers.iter().zip(slots.chunks(16_384_usize.div_ceil(MASTERS))) {
            let words = ["CLUSTER", "ADDSLOTS"].into_iter().chain(slots.iter().map(String::as_str));
            server.ask::<()>(&words.collect::<Vec<_>>());
        }
    }

    fn assign_replicas(&self) {
        for (master, replica) in self.servers[..MASTERS].iter().zip(&self.servers[MASTERS..]) {
            let id: String = master.ask(&["CLUSTER", "MYID"]);
            replica.ask::<()>(&["CLUSTER", "REPLICATE", &id]);
        }
    }
}

fn role(server: &Server) -> String {
    let answer: Vec<Value> = server.ask(&["ROLE"]);
    match answer.first() {
        Some(Value::BulkString(role)) => String::from_utf8_lossy(role).into_owned(),
        _ => String::new(),
    }
}

/// It sees the whole cluster, and a master has its replica.
fn is_well(server: &Server) -> bool {
    let cluster: String = server.ask(&["CLUSTER", "INFO"]);
    let replication: String = server.ask(&["INFO", "replication"]);
    let has_peer =
        ["connected_slaves:1", "master_link_status:up"].iter().any(|sign| replication.contains(sign));
    let slots: Vec<Vec<Value>> = server.ask(&["CLUSTER", "SLOTS"]);
    // Start, end, master, replica.
    let sees_replicas = slots.len() == MASTERS && slots.iter().all(|range| range.len() == 4);
    cluster.contains("cluster_state:ok") && has_peer && sees_replicas
}
