use super::certificates::Certificates;
use super::process::folder;
use super::server::{Server, free_port};

/// A server that wants TLS, a certificate and a user of its clients, and lets the user do what the store's documentation
/// lists, on sessions alone.
#[derive(Debug)]
pub struct Secured {
    server: Server,
    tls_port: u16,
    certificates: Certificates,
}

/// The store's user.
pub const USER: &str = "shop";
/// With a character that a URL has to escape.
pub const PASSWORD: &str = "one@two";

/// What the documentation of `session_stores::redis` lists; a test compares them.
pub const RULES: [&str; 24] = [
    "~session:*",
    "+get",
    "+eval",
    "+evalsha",
    "+time",
    "+role",
    "+set",
    "+del",
    "+getrange",
    "+setrange",
    "+pexpire",
    "+info",
    "+scan",
    "+select",
    "+zadd",
    "+zrem",
    "+zrange",
    "+zrangebyscore",
    "+zcard",
    "+hset",
    "+hget",
    "+hdel",
    "+hgetall",
    "on",
];

impl Secured {
    /// Starts one.
    pub fn start() -> Self {
        let folder = folder();
        let certificates = Certificates::make();
        let file = |name: &str, content: &str| {
            let path = folder.join(name);
            std::fs::write(&path, content).expect("a file");
            path.to_str().expect("a plain name").to_owned()
        };
        let (root, certificate, key) = (
            file("root.pem", &certificates.root),
            file("server.pem", &certificates.server),
            file("server.key", &certificates.server_key),
        );
        let tls_port = free_port();
        // The plain port is the tests' own, for the default user.
        let server = Server::start_in(
            folder,
            &[
                ["tls-port", &tls_port.to_string()],
                ["tls-ca-cert-file", &root],
                ["tls-cert-file", &certificate],
                ["tls-key-file", &key],
                ["tls-auth-clients", "yes"],
            ],
        );
        let password = format!(">{PASSWORD}");
        server.ask::<()>(&[&["ACL", "SETUSER", USER, "reset", password.as_str()], &RULES[..]].concat());
        Self { server, tls_port, certificates }
    }

    /// The same server behind its plain port.
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Its address as a store's.
    pub fn address(&self) -> String {
        self.address_of(USER, PASSWORD)
    }

    /// The address for that user.
    pub fn address_of(&self, user: &str, password: &str) -> String {
        let password = password.replace('@', "%40");
        format!("rediss://{user}:{password}@127.0.0.1:{}", self.tls_port)
    }

    /// What its clients need.
    pub const fn certificates(&self) -> &Certificates {
        &self.certificates
    }
}
