//! A real actix server with several workers that share one runtime.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;

use actix_web::{App, HttpServer, web};
use session::Session;
use session::actix::SessionMiddleware;
use session_tests::{Shop, World};

use super::Site;
use super::actix::routes;

/// The response to a request, or what there was of it when the connection ended.
fn send(server: SocketAddr, method: &str, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(server).expect("the server listens");
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: shop\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n")
        .expect("the server reads");
    let mut response = String::new();
    // A connection that is reset ends the response, too.
    let _ = stream.read_to_string(&mut response);
    response
}

async fn panicking(session: Session<Shop>) -> String {
    session.set_views(1_000);
    panic!("the handler's own fault")
}

#[test]
fn workers_share_the_sessions_and_a_panic_changes_nothing() {
    let world = World::new();
    let site = Site::of(&world);
    let (started, server) = mpsc::channel();
    let running = thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let sessions = SessionMiddleware::<Shop>::new(site.runtime.clone());
            let server = HttpServer::new(move || {
                App::new()
                    .configure(|config| routes(&site, config))
                    .route("/panic", web::to(panicking))
                    .wrap(sessions.clone())
            });
            let server = server.workers(2).disable_signals().bind(("127.0.0.1", 0)).expect("a free port");
            let address = server.addrs()[0];
            let running = server.run();
            started.send((address, running.handle())).expect("the test waits");
            running.await
        })
    });
    let (address, handle) = server.recv().expect("the server starts");

    let signed_in = send(address, "POST", "/sign-in", "");
    let (_, cookie) = signed_in.split_once("__Host-session=").expect("a cookie");
    let cookie = format!("__Host-session={}", cookie.split(';').next().expect("a value"));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let cookie = cookie.clone();
            thread::spawn(move || send(address, "POST", "/count", &cookie))
        })
        .collect();
    for client in clients {
        assert!(client.join().expect("a client").starts_with("HTTP/1.1 200"));
    }
    let panicked = send(address, "POST", "/panic", &cookie);
    assert!(!panicked.contains("200 OK"), "{panicked}");
    let seen = send(address, "GET", "/view", &cookie);
    assert!(seen.ends_with("Some(42) 8"), "{seen}");

    drop(handle.stop(true));
    running.join().expect("the server ends").expect("and ends well");
}
