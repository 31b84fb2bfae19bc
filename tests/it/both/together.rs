//! An axum site and an actix site, each a process of its own on a port of its own, with one Redis behind both: this very
//! program, started twice more.

use std::io::Write as _;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use session::{Runtime, SessionConfig};
use session_stores::RedisStore;
use session_tests::redis_subject::{application, runtime};
use session_tests::servers::process::{Launch, Process};
use session_tests::{World, servers};

use super::remote::Remote;
use super::server::Server;
use super::{Site, axum};

const AS_SITE: &str = "TESTS_SERVE_A_SITE";
const READY: &str = "the site is at ";

/// A site in a process that ends when this is dropped.
struct Elsewhere {
    _process: Process,
    site: Remote,
}

impl Elsewhere {
    fn start(framework: &str, application: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let arguments = ["both::together::as_a_site", "--exact", "--nocapture", "--test-threads=1"];
        let launch = Launch {
            program: program.to_str().expect("a plain path"),
            arguments: &arguments.map(str::to_owned),
            environment: &[(AS_SITE, format!("{framework} {} {application}", servers::single().address()))],
            ready: READY,
            cure: "It is the program of these tests.",
        };
        let (process, line) = Process::launch(&launch).expect("a site");
        let (_, address) = line.split_once(READY).expect("where it is");
        Self { _process: process, site: Remote(address.parse().expect("an address")) }
    }
}

/// Not a test unless it was started as a site by one. It serves until it is killed.
#[test]
fn as_a_site() {
    let Ok(arguments) = std::env::var(AS_SITE) else { return };
    let [framework, address, application] = arguments.split(' ').collect::<Vec<_>>()[..] else {
        panic!("a framework, an address and an application: {arguments}")
    };
    let site = Site { runtime: on_redis(address, application), ..Site::of(&World::new()) };
    match framework {
        "actix" => {
            let server = Server::start(site, true);
            say(&server.site);
            server.wait();
        }
        _ => runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
            say(&Remote(listener.local_addr().expect("an address")));
            ::axum::serve(listener, axum::router(&site)).await.expect("it serves");
        }),
    }
}

fn say(site: &Remote) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{READY}{}", site.0).and_then(|()| out.flush()).expect("a pipe");
}

fn on_redis(address: &str, application: &str) -> Arc<Runtime> {
    let patience = Duration::from_secs(20);
    let store = RedisStore::builder(address)
        .application(application)
        .connect_timeout(patience)
        .response_timeout(patience)
        .operation_timeout(patience)
        .build();
    let config = SessionConfig::builder().commit_deadline(patience).build();
    Runtime::new(store.expect("a valid store"), config.expect("a valid configuration"))
}

#[test]
fn a_session_of_one_process_is_a_session_of_the_other_until_either_ends_it() {
    const CLIENTS: usize = 8;
    let application = application();
    let sites = ["axum", "actix"].map(|framework| Elsewhere::start(framework, &application));
    for [here, there] in [[0, 1], [1, 0]].map(|order| order.map(|at| sites[at].site)) {
        let anonymous = here.given("/count", "");
        assert_eq!(there.page("/view", &anonymous), "None 1");
        let cookie = here.given("/sign-in", &anonymous);
        assert_eq!(there.page("/view", &cookie), "Some(42) 1");
        assert_eq!(there.page("/view", &anonymous), "None 0", "the id from before the login");

        // Both change it at once, and neither loses what the other does.
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (site, cookie) = ([here, there][client % 2], &cookie);
                scope.spawn(move || {
                    assert!(site.send("POST", "/count", cookie).starts_with("HTTP/1.1 200"));
                });
            }
        });
        for site in [here, there] {
            assert_eq!(site.page("/view", &cookie), format!("Some(42) {}", 1 + CLIENTS));
        }

        // A message is shown once, whichever site left it.
        here.send("POST", "/notify", &cookie);
        assert_eq!(there.page("/notice", &cookie), "Some(\"saved\")");
        assert_eq!(here.page("/notice", &cookie), "None");

        there.send("POST", "/sign-out", &cookie);
        for site in [here, there] {
            assert_eq!(site.page("/account", &cookie), "{\"error\":\"unauthenticated\"}");
            // Nor does a late write bring it back.
            site.send("POST", "/count", &cookie);
            assert_eq!(site.page("/view", &cookie), "None 0");
        }
    }
}
