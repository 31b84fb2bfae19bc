use std::time::Duration;

/// How a store is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Health {
    /// What somebody should look at although the store works.
    pub warnings: Vec<String>,
    /// The servers that the store asked, if it has any.
    pub servers: Vec<ServerHealth>,
}

/// How one server behind a store is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ServerHealth {
    /// Where it is, without a password.
    pub name: String,
    /// What it is: `Redis 7.2.4`.
    pub version: String,
    /// Its part in the deployment: `master`.
    pub role: String,
    /// How long it took to answer.
    pub latency: Duration,
}
