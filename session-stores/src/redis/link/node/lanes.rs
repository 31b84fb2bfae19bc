//! Connections for writes that wait for replicas.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Node;

/// How many there are to a server. It does nothing else for a connection that waits, so it is never the one that all
/// operations share, and whoever wants it next waits for it here: what is not sent is surely not applied, while what lies
/// in a socket would be when nobody knows of it any more.
const LANES: usize = 8;

/// All of them, made when the first write waits.
#[derive(Default)]
pub(super) struct Lanes {
    lanes: OnceLock<Box<[Lane; LANES]>>,
    next: AtomicUsize,
}

/// One of them, and whose turn it is.
pub(super) struct Lane {
    pub(super) node: Node,
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Lanes {
    /// One after the other.
    pub(super) fn next(&self, make: impl Fn() -> Node) -> &Lane {
        let lane = |_| Lane { node: make(), turn: tokio::sync::Mutex::default() };
        let lanes = self.lanes.get_or_init(|| Box::new(std::array::from_fn(lane)));
        &lanes[self.next.fetch_add(1, Ordering::Relaxed) % LANES]
    }

    /// Those that there are by now.
    pub(super) fn made(&self) -> impl Iterator<Item = &Node> {
        self.lanes.get().into_iter().flat_map(|lanes| lanes.iter()).map(|lane| &lane.node)
    }
}
