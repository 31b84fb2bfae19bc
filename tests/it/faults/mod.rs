//! Clients at random, against a model, while networks and servers fail.
//!
//! Some browsers, each with a session, count, write, sign in and out, and read; their app keeps its sessions in Redis
//! behind [`resilient_sharded`](session_stores::wrap::resilient_sharded) with its defaults. Meanwhile one thing after the
//! other goes wrong, and ends. What each browser may see follows from what it was answered:
//!
//! | promise | how it is broken |
//! |---|---|
//! | nothing that was acknowledged is lost, and nothing counts twice | a count outside of what was acknowledged and what may have been |
//! | no session comes back | a token that was ended, or rotated away, opens something |
//! | an outage is no logout | a response that is no logout removes the cookie, or a session is gone |
//! | every answer comes within a second while nobody answers | one that takes longer, apart from the time for which this machine stood still |
//! | recovery needs no restart | a session that cannot be used half a minute after everything is well |
//! | memory is bounded | this process has grown |
//!
//! A failover that nobody planned may lose what was written last ([`session_stores::redis`] says so): that is counted,
//! and is no anomaly; but a logout that was acknowledged waits for a replica here, and must not be lost to it either.
//!
//! | file | what it is |
//! |---|---|
//! | `app.rs`, `ground.rs` | the app; the servers and what happens to them |
//! | `browser.rs`, `known.rs` | what a browser does; what it knows |
//! | `judged.rs` | schedules that show why it concludes no more than it does |
//! | `report.rs` | what is counted, and what must not happen |
//!
//! The long run: `cargo xtask faults [--minutes N] [--seed S] [--on server|cluster|sentinel]`. A seed decides what is
//! tried in what order; what it meets depends on the machine.

mod app;
mod browser;
mod ground;
mod judged;
mod known;
mod report;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use crate::simulation::dice::Dice;
use app::App;
use browser::Browser;
use ground::{Ground, Strike};
use report::Report;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long a recovery may take. No machine is as slow as that.
const RECOVERY: Duration = Duration::from_secs(30);

/// Runs browsers on a ground, through strikes until `enough` says that it is.
async fn run(
    ground: Ground,
    seed: u64,
    browsers: u64,
    mut strike: impl FnMut(&mut Dice) -> Option<Strike>,
) -> Arc<Report> {
    let report = Report::start();
    let ground = Arc::new(ground);
    let app = App::start(&ground.address(), ground.has_replicas());
    let probes: Vec<_> = (0..12).map(|_| app.client()).collect();
    app.recovered(&probes, RECOVERY).await.expect("the servers were just started");
    let mut clients = JoinSet::new();
    for number in 0..browsers {
        let browser = Browser::new(app.client(), number, seed, Arc::clone(&report));
        clients.spawn(browser.run());
    }
    let mut dice = Dice::new(seed);
    let mut reign = reign(&ground).await;
    while let Some(strike) = strike(&mut dice) {
        report.strikes(strike);
        let suffered = tokio::task::spawn_blocking({
            let (ground, report) = (Arc::clone(&ground), Arc::clone(&report));
            let hold = Duration::from_millis(200 + dice.next() % 1200);
            move || ground.suffer(strike, hold, &|is_silent| report.silent(is_silent))
        })
        .await;
        if let Err(why) = suffered {
            report.anomaly(format!("the servers do not do what they are told, {strike:?}: {why}"));
            break;
        }
        if strike.replaces() {
            reign = self::reign(&ground).await;
        }
        match app.recovered(&probes, RECOVERY).await {
            Ok(took) => report.recovered(took),
            Err(last) => {
                let account = account(&ground).await;
                let circuits = app.circuits();
                report.anomaly(format!("no recovery after {strike:?}: {last}; {account}; {circuits}"));
            }
        }
        report.calm();
        // Long enough for somebody to look.
        tokio::time::sleep(Duration::from_millis(200 + dice.next() % 400)).await;
        if self::reign(&ground).await != reign {
            report.anomaly(format!(
                "after {strike:?} a master was replaced that nobody had touched: this run proves nothing"
            ));
            break;
        }
    }
    report.end();
    while let Some(ended) = clients.join_next().await {
        ended.expect("a browser does not panic");
    }
    report
}

async fn account(ground: &Arc<Ground>) -> String {
    let ground = Arc::clone(ground);
    tokio::task::spawn_blocking(move || ground.account()).await.expect("the servers answer")
}

async fn reign(ground: &Arc<Ground>) -> String {
    let ground = Arc::clone(ground);
    tokio::task::spawn_blocking(move || ground.reign()).await.expect("the servers answer")
}

fn expect_none(name: &str, seed: u64, report: &Report, is_alone: bool) {
    for line in report.lines(name, seed) {
        // A closed pipe is nobody's business here.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    let anomalies = report.anomalies(is_alone);
    assert!(anomalies.is_empty(), "{name}, seed {seed}:\n{}", anomalies.join("\n"));
    report.expect_work();
}

/// Everything that can happen to the ground once, in an order that the seed says.
fn each_once(ground: &Ground, seed: u64) -> impl FnMut(&mut Dice) -> Option<Strike> + use<> {
    let mut left = ground.strikes().to_vec();
    let mut order = Dice::new(seed ^ 0x5eed);
    move |_| (!left.is_empty()).then(|| left.swap_remove(order.below(left.len())))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_of_a_network_or_a_server_breaks_a_promise() {
    let ground = Ground::wired();
    let strikes = each_once(&ground, 1);
    let report = run(ground, 1, 8, strikes).await;
    expect_none("server", 1, &report, false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_of_a_cluster_breaks_a_promise() {
    let ground = Ground::cluster();
    let strikes = each_once(&ground, 2);
    let report = run(ground, 2, 8, strikes).await;
    expect_none("cluster", 2, &report, false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_failover_by_sentinel_breaks_a_promise() {
    let ground = Ground::watched();
    let strikes = each_once(&ground, 3);
    let report = run(ground, 3, 8, strikes).await;
    expect_none("sentinel", 3, &report, false);
}

/// Does nothing unless `cargo xtask faults` asks for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn for_as_many_minutes_as_asked_for() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let Some(minutes) = number("FAULTS_MINUTES") else { return };
    let seed = number("FAULTS_SEED").unwrap_or(0);
    let only = std::env::var("FAULTS_ON").ok();
    // Servers are started one after the other, and each kind has a third of the time, unless there is to be one.
    let span = Duration::from_secs(minutes * 60) / if only.is_some() { 1 } else { 3 };
    for (name, make) in [
        ("one server", Ground::wired as fn() -> Ground),
        ("cluster", Ground::cluster),
        ("sentinel", Ground::watched),
    ] {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let ground = tokio::task::spawn_blocking(make).await.expect("servers");
        let (strikes, begun) = (ground.strikes().to_vec(), Instant::now());
        let at_random = move |dice: &mut Dice| (begun.elapsed() < span).then(|| dice.pick(&strikes));
        let report = run(ground, seed, 16, at_random).await;
        expect_none(name, seed, &report, true);
    }
}
