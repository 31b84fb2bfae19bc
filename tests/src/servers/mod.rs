//! Real Redis servers for tests: one, one with TLS and users, a cluster, and one that Sentinel watches.
//!
//! Each kind is started once in a test's process, when the first test asks for it, on free ports; tests keep out of each
//! other's way by the application that their keys name. Whoever breaks servers starts some of their own. Every server
//! ends with the process that started it, however that ends: see `process.rs`.

mod cable;
mod certificates;
mod cluster;
mod muffle;
pub mod process;
mod secured;
mod sentinel;
mod server;

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

pub use cable::{Cable, Fault};
pub use certificates::Certificates;
pub use cluster::Cluster;
pub use muffle::{Hearing, Muffle};
pub use secured::{PASSWORD, RULES, Secured, USER};
pub use sentinel::Watched;
pub use server::{KEEPS_WRITES, Server, ask, free_port};

/// One server.
pub fn single() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(|| Server::start(&[]))
}

/// One server that wants TLS, a certificate and a user of its clients.
pub fn secured() -> &'static Secured {
    static SHARED: OnceLock<Secured> = OnceLock::new();
    SHARED.get_or_init(Secured::start)
}

/// Three masters and three replicas.
pub fn cluster() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(Cluster::start)
}

/// A master and a replica, watched by three Sentinels.
pub fn watched() -> &'static Watched {
    static SHARED: OnceLock<Watched> = OnceLock::new();
    SHARED.get_or_init(Watched::start)
}

/// Waits until servers have come to what they are coming to.
///
/// # Panics
/// It has not happened in a minute.
pub fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if happened() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("waited a minute until {what}")
}
