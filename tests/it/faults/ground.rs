use std::thread::sleep;
use std::time::Duration;

use session_tests::servers::{Cable, Cluster, Fault, KEEPS_WRITES, Server, Watched, wait_until};

/// How long Sentinels wait for a server. Longer than this machine is likely to stand still: a failover that nobody planned
/// may lose what was written last, and the browsers would not know why.
const PATIENCE: Duration = Duration::from_secs(5);

/// Servers, and what can happen to them.
pub(super) enum Ground {
    /// One that writes everything to its disk before it answers, behind a cable.
    Wired {
        server: Server,
        cable: Cable,
    },
    Cluster(Cluster),
    Watched(Watched),
}

/// What goes wrong for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strike {
    Network(Fault),
    /// A master stands still, and goes on before anybody replaces it.
    Pause,
    /// The server is killed, and started again with what is on its disk.
    Restart,
    /// The servers forget all scripts.
    Forget,
    /// The servers close all connections.
    Hang,
    /// A replica takes over in good order.
    Handover,
    /// A master stands still until a replica has taken over, and then finds out.
    PauseUntilReplaced,
    /// A master is killed, and comes back as a replica.
    Kill,
    /// Sentinel makes a replica the master while the old one still works.
    FailOver,
}

const ON_ONE_SERVER: [Strike; 11] = [
    Strike::Network(Fault::Cut),
    Strike::Network(Fault::Reset),
    Strike::Network(Fault::BlackHole),
    Strike::Network(Fault::NoAnswers),
    Strike::Network(Fault::HalfOpen),
    Strike::Network(Fault::Slow(Duration::from_millis(60))),
    Strike::Network(Fault::Narrow(40_000)),
    Strike::Pause,
    Strike::Restart,
    Strike::Forget,
    Strike::Hang,
];

const IN_A_CLUSTER: [Strike; 6] =
    [Strike::Pause, Strike::Forget, Strike::Hang, Strike::Handover, Strike::PauseUntilReplaced, Strike::Kill];

const BEHIND_SENTINEL: [Strike; 5] =
    [Strike::Forget, Strike::Hang, Strike::FailOver, Strike::PauseUntilReplaced, Strike::Kill];

impl Strike {
    /// Whether what the old master acknowledged last may be lost.
    pub(super) const fn loses(self) -> bool {
        matches!(self, Self::PauseUntilReplaced | Self::Kill | Self::FailOver)
    }

    /// Whether another server is the master afterwards.
    pub(super) const fn replaces(self) -> bool {
        self.loses() || matches!(self, Self::Handover)
    }

    /// Whether somebody who is asked just does not answer.
    pub(super) const fn is_silent(self) -> bool {
        matches!(
            self,
            Self::Network(Fault::BlackHole | Fault::NoAnswers | Fault::HalfOpen)
                | Self::Pause
                | Self::PauseUntilReplaced
        )
    }
}

impl Ground {
    pub(super) fn wired() -> Self {
        let server = Server::start(&KEEPS_WRITES);
        let cable = Cable::to(server.port());
        Self::Wired { server, cable }
    }

    pub(super) fn cluster() -> Self {
        Self::Cluster(Cluster::start())
    }

    pub(super) fn watched() -> Self {
        Self::Watched(Watched::start_with_patience(PATIENCE))
    }

    /// Another text when another server has become a master, whoever had it so.
    pub(super) fn reign(&self) -> String {
        match self {
            Self::Wired { .. } => String::new(),
            Self::Cluster(cluster) => cluster.epoch(),
            Self::Watched(watched) => watched.epoch(),
        }
    }

    pub(super) fn address(&self) -> String {
        match self {
            Self::Wired { cable, .. } => cable.address(),
            Self::Cluster(cluster) => cluster.address(),
            Self::Watched(watched) => watched.address(),
        }
    }

    pub(super) const fn has_replicas(&self) -> bool {
        !matches!(self, Self::Wired { .. })
    }

    pub(super) const fn strikes(&self) -> &'static [Strike] {
        match self {
            Self::Wired { .. } => &ON_ONE_SERVER,
            Self::Cluster(_) => &IN_A_CLUSTER,
            Self::Watched(_) => &BEHIND_SENTINEL,
        }
    }

    /// What the servers say of each other.
    pub(super) fn account(&self) -> String {
        match self {
            Self::Wired { .. } => String::new(),
            Self::Cluster(cluster) => cluster.servers()[0].ask(&["CLUSTER", "NODES"]),
            Self::Watched(watched) => watched.account(),
        }
    }

    /// Goes through it, and to the end of it; says when nobody answers any more, and when somebody does again. Blocks.
    pub(super) fn suffer(&self, strike: Strike, hold: Duration, silent: &dyn Fn(bool)) {
        let servers: Vec<&Server> = match self {
            Self::Wired { server, .. } => vec![server],
            Self::Cluster(cluster) => cluster.servers().iter().collect(),
            Self::Watched(watched) => watched.servers().iter().collect(),
        };
        match (strike, self) {
            (Strike::Forget, _) => servers.iter().for_each(|server| server.ask(&["SCRIPT", "FLUSH"])),
            (Strike::Hang, _) => servers.iter().for_each(|server| {
                let _closed: i64 = server.ask(&["CLIENT", "KILL", "TYPE", "normal"]);
            }),
            (Strike::Network(fault), Self::Wired { cable, .. }) => {
                cable.suffers(fault);
                silent(strike.is_silent());
                sleep(hold);
                cable.suffers(Fault::None);
                silent(false);
            }
            (Strike::Restart, Self::Wired { server, .. }) => {
                server.kill();
                sleep(hold);
                server.start_again();
            }
            (Strike::Pause, Self::Wired { server, .. }) => {
                server.pause();
                silent(true);
                sleep(hold);
                server.resume();
                silent(false);
            }
            (strike, Self::Cluster(cluster)) => in_cluster(cluster, strike, hold, silent),
            (strike, Self::Watched(watched)) => behind_sentinel(watched, strike, silent),
            (strike, Self::Wired { .. }) => unreachable!("{strike:?} on one server"),
        }
    }
}

fn in_cluster(cluster: &Cluster, strike: Strike, hold: Duration, silent: &dyn Fn(bool)) {
    let master = cluster.masters().next().expect("a master");
    match strike {
        Strike::Pause => {
            master.pause();
            silent(true);
            // Less than the time after which it is replaced.
            sleep(hold);
            master.resume();
            silent(false);
        }
        Strike::Handover => {
            let replica = cluster.replica_of(master);
            replica.ask::<()>(&["CLUSTER", "FAILOVER"]);
            wait_until("the replica has taken over", || cluster.is_master(replica));
        }
        Strike::PauseUntilReplaced | Strike::Kill => {
            let replica = cluster.replica_of(master);
            match strike {
                Strike::Kill => master.kill(),
                _ => {
                    master.pause();
                    silent(true);
                }
            }
            wait_until("the replica has taken over", || cluster.is_master(replica));
            silent(false);
            match strike {
                Strike::Kill => master.start_again(),
                _ => master.resume(),
            }
        }
        other => unreachable!("{other:?} in a cluster"),
    }
    cluster.wait_until_well();
}

fn behind_sentinel(watched: &Watched, strike: Strike, silent: &dyn Fn(bool)) {
    let master = watched.master();
    match strike {
        Strike::FailOver => watched.fail_over(),
        Strike::PauseUntilReplaced => {
            master.pause();
            silent(true);
            watched.wait_for_other_than(master.port());
            silent(false);
            master.resume();
        }
        Strike::Kill => {
            master.kill();
            watched.wait_for_other_than(master.port());
            master.start_again();
        }
        other => unreachable!("{other:?} behind Sentinel"),
    }
    watched.wait_until_well();
}
