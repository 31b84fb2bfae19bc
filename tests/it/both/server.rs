//! Real actix servers with several workers that share one runtime.

use std::io::Read as _;
use std::sync::{Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use session::Session;
use session::actix::SessionMiddleware;
use session::testing::{Fault, Gate, Operation, block_on};
use session_tests::{Shop, World};

use super::Site;
use super::actix::routes;
use super::remote::Remote;

/// How long a test waits for a handler to be dropped.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Server {
    pub(super) site: Remote,
    handle: ServerHandle,
    thread: JoinHandle<std::io::Result<()>>,
    /// Who hung up at `/hang-up`: told when the handler is dropped.
    left: Mutex<mpsc::Receiver<()>>,
}

impl Server {
    /// `goes_on`: whether a handler runs to its end although its client has hung up, which is actix-web's default.
    pub(super) fn start(site: Site, goes_on: bool) -> Self {
        let (started, server) = mpsc::channel();
        let (leaves, left) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let sessions = SessionMiddleware::<Shop>::new(site.runtime.clone());
                let server = HttpServer::new(move || {
                    let (gate, leaves) = (site.gate.clone(), leaves.clone());
                    let waiting = move |session| waiting(session, gate.clone(), Leaving(leaves.clone()));
                    App::new()
                        .configure(|config| routes(&site, config))
                        .route("/panic", web::to(panicking))
                        .route("/hang-up", web::to(waiting))
                        .wrap(sessions.clone())
                });
                let server = server.workers(2).h1_allow_half_closed(goes_on).disable_signals();
                let server = server.bind(("127.0.0.1", 0)).expect("a free port");
                let address = server.addrs()[0];
                let running = server.run();
                started.send((address, running.handle())).expect("the test waits");
                running.await
            })
        });
        let (address, handle) = server.recv().expect("the server starts");
        Self { site: Remote(address), handle, thread, left: Mutex::new(left) }
    }

    /// As long as it serves.
    pub(super) fn wait(self) {
        self.thread.join().expect("the server ends").expect("and ends well");
    }

    fn stop(self) {
        drop(self.handle.stop(true));
        self.wait();
    }
}

async fn panicking(session: Session<Shop>) -> String {
    session.set_views(1_000);
    panic!("the handler's own fault")
}

/// Says that it is dropped.
struct Leaving(mpsc::Sender<()>);

impl Drop for Leaving {
    fn drop(&mut self) {
        // Nobody listens any more when a test has failed.
        let _ = self.0.send(());
    }
}

async fn waiting(session: Session<Shop>, gate: Gate, _leaving: Leaving) -> &'static str {
    session.update_views(|views| *views += 1);
    gate.pass().await;
    "done"
}

#[test]
fn workers_share_the_sessions_and_a_panic_changes_nothing() {
    let server = Server::start(Site::of(&World::new()), true);
    let cookie = server.site.given("/sign-in", "");
    thread::scope(|scope| {
        let clients: Vec<_> =
            (0..8).map(|_| scope.spawn(|| server.site.send("POST", "/count", &cookie))).collect();
        for client in clients {
            assert!(client.join().expect("a client").starts_with("HTTP/1.1 200"));
        }
    });
    let panicked = server.site.send("POST", "/panic", &cookie);
    assert!(!panicked.contains("200 OK"), "{panicked}");
    assert_eq!(server.site.page("/view", &cookie), "Some(42) 8");
    server.stop();
}

#[test]
fn a_client_that_hangs_up_ends_its_handler_and_changes_nothing() {
    let site = Site::of(&World::new());
    let server = Server::start(site.clone(), false);
    let cookie = server.site.given("/sign-in", "");
    let connection = server.site.begin("POST", "/hang-up", &cookie);
    block_on(site.gate.arrived(1));
    drop(connection);
    server.left.lock().expect("one thread").recv_timeout(PATIENCE).expect("the handler is dropped");
    assert_eq!(server.site.page("/view", &cookie), "Some(42) 0");
    server.stop();
}

#[test]
fn a_handler_that_goes_on_without_its_client_is_committed_like_any_other() {
    let world = World::new();
    let site = Site::of(&world);
    let server = Server::start(site.clone(), true);
    let cookie = server.site.given("/sign-in", "");
    let connection = server.site.begin("POST", "/hang-up", &cookie);
    block_on(site.gate.arrived(1));
    let committed = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseAfter(committed.clone()));
    drop(connection);
    site.gate.open();
    block_on(committed.arrived(1));
    assert_eq!(server.site.page("/view", &cookie), "Some(42) 1");
    committed.open();
    server.stop();
}

#[test]
fn nothing_of_a_response_leaves_before_its_commit() {
    let world = World::new();
    let server = Server::start(Site::of(&world), true);
    let cookie = server.site.given("/sign-in", "");
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    let mut connection = server.site.begin("POST", "/count", &cookie);
    block_on(gate.arrived(1));
    connection.set_nonblocking(true).expect("a socket");
    let nothing = connection.read(&mut [0; 1]).expect_err("no byte of a response");
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    connection.set_nonblocking(false).expect("a socket");
    gate.open();
    let mut response = String::new();
    connection.read_to_string(&mut response).expect("the whole response");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert_eq!(server.site.page("/view", &cookie), "Some(42) 1");
    server.stop();
}
