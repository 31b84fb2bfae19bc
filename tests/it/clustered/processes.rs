//! Nodes as processes of their own: this very program, started again as one.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use session::store::Store as _;
use session_tests::clustered::live;
use session_tests::redis_subject::application;
use session_tests::servers;

use super::*;

const LEASE: Duration = Duration::from_millis(800);
const AS_NODE: &str = "CLUSTERED_TEST_NODE";

/// A node in another process.
struct Node {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Node {
    fn start(address: &str, application: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args(["clustered::processes::as_a_node", "--exact", "--nocapture", "--test-threads=1"])
            .env(AS_NODE, format!("{address} {application}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program, again");
        let asks = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut node = Self { process, asks, answers };
        assert_eq!(node.answer(), "live");
        node
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        // Whatever else the test's harness prints is passed over.
        while !line.starts_with("node: ") {
            line.clear();
            assert!(self.answers.read_line(&mut line).expect("a pipe") > 0, "the node has ended");
            line = line
                .rsplit("node: ")
                .next()
                .filter(|_| line.contains("node: "))
                .map_or(String::new(), |said| format!("node: {said}"));
        }
        line.trim_start_matches("node: ").trim().to_owned()
    }

    fn ask(&mut self, what: &str) -> String {
        writeln!(self.asks, "{what}").expect("a pipe");
        self.answer()
    }

    fn signal(&self, signal: &str) {
        let kill = ["-c", r#"kill -"$1" "$2""#, "kill", signal, &self.process.id().to_string()];
        assert!(Command::new("sh").args(kill).status().expect("a shell").success());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// Not a test unless it was started as a node by one.
#[tokio::test(flavor = "multi_thread")]
async fn as_a_node() {
    let Ok(arguments) = std::env::var(AS_NODE) else { return };
    let (address, application) = arguments.split_once(' ').expect("an address and an application");
    let store = live(node(address, application).lease(LEASE)).await;
    say("live");
    // Ends when the pipe does: with the test.
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let (what, handle) = line.split_once(' ').expect("what to do, and with which session");
        let handle = Handle::parse(handle).expect("a handle");
        let answer = match what {
            "load" => found(&store, handle).await.map(|record| record.map(|record| record.header.revision)),
            _ => store.delete(&handle).await.map(|_| None),
        };
        say(&answer.map_or_else(|error| error.to_string(), |revision| format!("{revision:?}")));
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "node: {what}").and_then(|()| out.flush()).expect("a pipe");
}

#[tokio::test]
async fn a_process_hears_what_another_one_writes_and_ends() {
    let (address, application) = (servers::single().address(), application());
    let store = live(node(&address, &application).lease(LEASE)).await;
    let mut other = Node::start(&address, &application);
    let record = begin(&store).await.unwrap();
    let load = format!("load {}", handle_of(&record).encode());
    assert_eq!(other.ask(&load), "Some(1)");
    let ended = Instant::now();
    other.ask(&format!("delete {}", handle_of(&record).encode()));
    refused(&store, handle_of(&record), ended).await;
    assert_eq!(other.ask(&load), "None");
}

#[tokio::test]
async fn a_process_that_was_stopped_shows_nothing_that_it_has_missed() {
    let (address, application) = (servers::single().address(), application());
    let store = live(node(&address, &application).lease(LEASE)).await;
    let mut other = Node::start(&address, &application);
    let record = begin(&store).await.unwrap();
    let load = format!("load {}", handle_of(&record).encode());
    assert_eq!(other.ask(&load), "Some(1)");
    other.signal("STOP");
    let ended = Instant::now();
    store.delete(&handle_of(&record)).await.unwrap();
    // Its messages wait in its socket; whether it reads them first or not, the lease is over.
    while ended.elapsed() < LEASE {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    other.signal("CONT");
    assert_eq!(other.ask(&load), "None");
}
