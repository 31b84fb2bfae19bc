//! One hot path, so many times, for callgrind: `paths PATH COUNT`. `cargo xtask instructions` runs it twice and takes
//! the difference, so that starting up does not count. Without arguments it names the paths.

use session_benches::peers::{self, Kept};
use session_benches::server::Server;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(count)) = (arguments.next(), arguments.next()) else {
        peers::PATHS.iter().for_each(|(name, ..)| println!("{name}"));
        return;
    };
    let count: usize = count.parse().expect("a number");
    let (_, kept, scenario) = peers::PATHS
        .into_iter()
        .chain(peers::PATHS_TO_SERVER)
        .find(|(name, ..)| *name == path)
        .expect("a path that there is");
    let server = Some(()).filter(|()| kept == Kept::Redis).and_then(|()| Server::start());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let app = peers::ours_in(kept, server.as_ref());
        let cookie = app.session().await;
        app.repeat(scenario, Some(&cookie), count).await;
    });
}
