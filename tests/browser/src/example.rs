//! An example of `examples/` as a newcomer runs it: a process that says where it listens.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use cargo_metadata::Message;

use session_tests::servers::free_port;
use session_tests::servers::process::{Launch, NotStarted, Process};

/// A running example. It ends when it is dropped, or with the test's process.
#[derive(Debug)]
pub struct Example {
    name: &'static str,
    environment: Vec<(&'static str, String)>,
    port: u16,
    process: Option<Process>,
}

impl Example {
    /// Starts the example of that name on a free port.
    pub fn start(name: &'static str, environment: &[(&'static str, &str)]) -> Self {
        let environment = environment.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut example = Self { name, environment, port: 0, process: None };
        for _ in 0..20 {
            example.port = free_port();
            match example.launch() {
                Ok(()) => return example,
                Err(NotStarted::PortTaken) => {}
                Err(NotStarted::Failed(log)) => panic!("the example {name} does not start:\n{log}"),
            }
        }
        panic!("no free port for the example {name}")
    }

    /// Where it is: `http://localhost:3000`.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again after [`kill`](Self::kill), at the same address.
    pub fn start_again(&mut self) {
        self.launch().unwrap_or_else(|why| panic!("the example {} does not start again: {why:?}", self.name));
    }

    /// Puts another example in its place, as a deploy does: same address, same environment.
    pub fn deploy(&mut self, name: &'static str) {
        self.kill();
        self.name = name;
        self.start_again();
    }

    fn launch(&mut self) -> Result<(), NotStarted> {
        let mut environment = self.environment.clone();
        environment.push(("PORT", self.port.to_string()));
        let launch = Launch {
            program: &executable(self.name),
            arguments: &[],
            environment: &environment,
            ready: "http://",
            cure: "It was built a moment ago.",
        };
        self.process = Some(Process::launch(&launch)?.0);
        Ok(())
    }
}

/// The example's executable, built if it is not up to date.
fn executable(name: &str) -> String {
    static BUILT: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"))
            // As `cargo test` of everything builds them, so that nothing is built twice.
            .args(["build", "--quiet", "--workspace", "--all-features", "--examples"])
            .arg("--message-format=json-render-diagnostics")
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo runs");
        let output = std::io::BufReader::new(cargo.stdout.take().expect("a pipe"));
        let built = Message::parse_stream(output)
            .filter_map(|message| match message.expect("cargo says what it does") {
                Message::CompilerArtifact(artifact) => {
                    Some((artifact.target.name, artifact.executable?.into_string()))
                }
                _ => None,
            })
            .collect();
        assert!(cargo.wait().is_ok_and(|status| status.success()), "the examples do not build");
        built
    });
    let found = built.iter().find(|(example, _)| example == name);
    found.unwrap_or_else(|| panic!("there is no example {name}")).1.clone()
}
