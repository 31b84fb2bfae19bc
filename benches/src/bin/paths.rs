//! One hot path, so many times, for callgrind: `paths PATH COUNT`. `cargo xtask instructions` runs it twice and takes
//! the difference, so that starting up does not count.

use session_benches::peers;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(count)) = (arguments.next(), arguments.next()) else {
        panic!("paths PATH COUNT; the paths are {:?}", peers::PATHS.map(|(name, ..)| name))
    };
    let count: usize = count.parse().expect("a number");
    let (_, kept, scenario) =
        peers::PATHS.into_iter().find(|(name, ..)| *name == path).expect("a path that there is");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let app = peers::ours_in(kept);
        let cookie = app.session().await;
        app.repeat(scenario, Some(&cookie), count).await;
    });
}
