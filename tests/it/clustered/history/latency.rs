//! How long it takes until a session that was ended on one node is refused on another.

use std::io::Write as _;
use std::time::Duration;

use session::store::Store as _;
use session_tests::clustered::live;
use session_tests::redis_subject::application;
use session_tests::servers;
use tokio::time::Instant;

use crate::clustered::{begin, found, handle_of, node, refused};

/// For whoever runs it by hand; a test is judged by nothing of it.
pub(super) fn say(what: &str) {
    let _closed = writeln!(std::io::stdout(), "{what}");
}

/// Ends that many sessions on one node while another one has copies of them, on one server and in a Redis Cluster.
pub(super) async fn measure(rounds: usize) {
    for (what, address) in
        [("one server", servers::single().address()), ("Redis Cluster", servers::cluster().address())]
    {
        let application = application();
        let lease = Duration::from_secs(10);
        let one = live(node(&address, &application).lease(lease)).await;
        let other = live(node(&address, &application).lease(lease)).await;
        let mut took = Vec::with_capacity(rounds);
        for _ in 0..rounds {
            let handle = handle_of(&begin(&one).await.expect("the server is up"));
            assert!(found(&other, handle).await.expect("the server is up").is_some());
            let ended = Instant::now();
            one.delete(&handle).await.expect("the server is up");
            took.push(refused(&other, handle, ended).await);
        }
        took.sort_unstable();
        let at = |part: usize| took[(took.len() - 1) * part / 1000];
        say(&format!(
            "{what}: ended on one node, refused on another, from before the delete was sent: p50 {:?}, p99 {:?}, max {:?}",
            at(500),
            at(990),
            at(1000)
        ));
    }
}
