//! The quickstart as a newcomer runs it, and its small relatives: a process, a port, a browser's worth of HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;

use session_tests::servers;

/// The server; it ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(example: &str) -> Self {
        Self::start_on("memory:", example)
    }

    /// The server with its sessions at that address.
    fn start_on(store: &str, example: &str) -> Self {
        let mut process = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", "session-examples", "--example", example])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .env("PORT", "0")
            .env("SESSION_STORE", store)
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo runs");
        let stdout = process.stdout.take().expect("a pipe");
        let printed = BufReader::new(stdout).lines().map_while(Result::ok).find_map(|line| {
            line.split_once("http://").map(|(_, address)| address.trim_end_matches('/').to_owned())
        });
        Self { process, address: printed.expect("the example prints its URL") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process is cargo's until it becomes the example's; either way it is ours by its pid.
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// A client with a cookie jar.
#[derive(Clone, Default)]
struct Client {
    address: String,
    jar: BTreeMap<String, String>,
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Client {
    fn send(&mut self, method: &str, path: &str, form: &str) -> Reply {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie =
            if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{cookie}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        )
        .expect("the request is sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, rest) = value.split_once('=').expect("a pair");
                let value = rest.split(';').next().expect("a value");
                match rest.contains("Max-Age=0") {
                    true => self.jar.remove(name),
                    false => self.jar.insert(name.to_owned(), value.to_owned()),
                };
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Reply { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn page(&mut self) -> String {
        let reply = self.send("GET", "/", "");
        assert_eq!(reply.status, 200);
        reply.body
    }

    fn post(&mut self, path: &str, form: &str) {
        let reply = self.send("POST", path, form);
        assert_eq!(reply.status, 303);
        assert!(
            reply.head.contains("location: /\r\n") || reply.head.ends_with("location: /"),
            "{}",
            reply.head
        );
    }
}

#[test]
fn the_quickstart_keeps_the_promises_of_the_first_screen() {
    let server = Server::start("quickstart");
    let stranger = Client { address: server.address.clone(), ..Client::default() };

    let mut visitor = stranger.clone();
    let reply = visitor.send("GET", "/", "");
    assert!(!reply.head.contains("set-cookie"), "an anonymous page sets no cookie");

    // Anonymous things survive signing in, and the id changes.
    visitor.post("/cart", "item=tea");
    let anonymous = visitor.clone();
    visitor.post("/sign-in", "username=Ada+%3Cb%3E");
    assert_ne!(visitor.jar, anonymous.jar);
    let page = visitor.page();
    for shown in ["Ada &lt;b&gt;", "tea"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!anonymous.clone().page().contains("Ada"), "the id from before the login is dead");

    // Two clients with one jar count at once.
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let mut client = visitor.clone();
            thread::spawn(move || (0..20).for_each(|_| client.post("/count", "")))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(visitor.page().contains("<output>40</output>"));

    // A message is shown once; a client that starts again with its jar is the same user.
    visitor.post("/cart", "item=rice");
    let mut restarted = visitor.clone();
    assert!(restarted.page().contains("In the cart: rice."));
    assert!(!restarted.page().contains("In the cart: rice."));

    let stolen = visitor.clone();
    visitor.post("/sign-out", "");
    for mut client in [stolen, visitor, stranger] {
        assert!(!client.page().contains("Ada"));
    }
}

#[test]
fn the_examples_on_actix_and_on_bare_hyper_have_the_same_sessions() {
    for (example, name) in [("actix", "Ada &lt;b&gt;"), ("hyper", "user 42")] {
        let server = Server::start(example);
        let mut visitor = Client { address: server.address.clone(), ..Client::default() };
        assert!(!visitor.send("GET", "/", "").head.contains("set-cookie"), "{example}");
        visitor.post("/count", "");
        let anonymous = visitor.clone();
        visitor.post("/sign-in", "name=Ada+%3Cb%3E");
        assert_ne!(visitor.jar, anonymous.jar, "{example}");
        visitor.post("/count", "");
        let page = visitor.page();
        assert!(page.contains(name) && page.contains("<output>2</output>"), "{example}: {page}");
        let stolen = visitor.clone();
        visitor.post("/sign-out", "");
        for mut client in [stolen, visitor, anonymous] {
            assert!(!client.page().contains(name), "{example}");
        }
    }
}

#[test]
fn killing_redis_under_the_quickstart_logs_nobody_out() {
    let redis = servers::Server::start(&servers::KEEPS_WRITES);
    let server = Server::start_on(&redis.address(), "quickstart");
    let mut visitor = Client { address: server.address.clone(), ..Client::default() };
    visitor.post("/sign-in", "username=Ada");
    visitor.post("/count", "");
    assert!(visitor.page().contains("Ada"));

    redis.kill();
    let jar = visitor.jar.clone();
    for _ in 0..3 {
        let reply = visitor.send("GET", "/", "");
        assert_eq!(reply.status, 503, "{}", reply.head);
        assert!(reply.head.contains("retry-after: "), "{}", reply.head);
        assert!(!reply.head.contains("set-cookie"), "{}", reply.head);
        assert!(reply.head.contains("content-type: text/html"), "{}", reply.head);
        for shown in ["<!doctype html>", "That signs nobody out", "Try again"] {
            assert!(reply.body.contains(shown), "{}", reply.body);
        }
        let reply = visitor.send("POST", "/count", "");
        assert_eq!(reply.status, 503, "{}", reply.head);
        assert!(!reply.head.contains("set-cookie"), "{}", reply.head);
        assert!(reply.body.contains("A moment, please"), "{}", reply.body);
    }
    assert_eq!(visitor.jar, jar);

    redis.start_again();
    servers::wait_until("the quickstart has its sessions again", || {
        visitor.send("GET", "/", "").status == 200
    });
    let page = visitor.page();
    assert!(page.contains("Ada") && page.contains("<output>1</output>"), "{page}");
    visitor.post("/count", "");
    assert!(visitor.page().contains("<output>2</output>"));
}
