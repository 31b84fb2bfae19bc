//! The store's address: which servers, how to reach them, and how they are deployed.
//!
//! ```text
//! redis://[user[:password]@]host[:port][/database]               one server
//! rediss://…                                                     the same over TLS
//! unix:///path[?db=n&user=…&pass=…]                              one server, through a socket
//! redis+sentinel://[user[:password]@]host:port,…/master[/database][?sentinel_user=…&sentinel_password=…]
//! rediss+sentinel://…
//! redis+cluster://[user[:password]@]host:port,…                  some servers of a Redis Cluster
//! rediss+cluster://…
//! ```
//!
//! `valkey` may stand for `redis`. `?protocol=resp2` is for servers that do not speak RESP3. What has a meaning in a URL
//! is percent-encoded.

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};

use super::link::tcp_settings;

/// What begins the address of a Redis server.
pub(crate) const SCHEMES: [&str; 13] = [
    "redis",
    "rediss",
    "unix",
    "redis+unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
    "valkey",
    "valkeys",
    "valkey+unix",
    "valkey+sentinel",
    "valkey+cluster",
];

/// The servers, by deployment.
#[derive(Clone)]
pub(super) enum Address {
    Server(Box<ConnectionInfo>),
    Sentinel { master: String, sentinels: Vec<ConnectionInfo>, servers: Box<ConnectionInfo> },
    Cluster { seeds: Vec<ConnectionInfo> },
}

impl Address {
    /// Reads the text of the module's documentation.
    ///
    /// # Errors
    /// What is wrong with it, for people, without the address itself: it may hold a password.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("the store's address has no scheme")?;
        match scheme.split_once('+') {
            Some((plain, "sentinel")) => Parts::of(plain, rest).sentinel(),
            Some((plain, "cluster")) => Parts::of(plain, rest).cluster(),
            _ => Ok(Self::Server(Box::new(connection(text)?))),
        }
    }

    /// One server, as the app's own client is connected to it.
    pub(super) fn of_client(client: &redis::Client) -> Self {
        Self::Server(Box::new(client.get_connection_info().clone()))
    }
}

/// An address whose authority names several servers.
struct Parts<'a> {
    scheme: &'a str,
    /// With the `@`.
    user: &'a str,
    hosts: Vec<&'a str>,
    path: Vec<&'a str>,
    query: Vec<(&'a str, &'a str)>,
}

impl<'a> Parts<'a> {
    fn of(scheme: &'a str, rest: &'a str) -> Self {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let hosts_at = authority.rfind('@').map_or(0, |at| at + 1);
        let (user, hosts) = authority.split_at(hosts_at);
        Self {
            scheme,
            user,
            hosts: hosts.split(',').collect(),
            path: path.split('/').filter(|part| !part.is_empty()).collect(),
            query: query.split('&').filter_map(|pair| pair.split_once('=')).collect(),
        }
    }

    fn asks(&self, name: &str) -> Option<&'a str> {
        self.query.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// How to connect to one of the hosts, as that user.
    fn connection(&self, user: &str, host: &str, database: &str) -> Result<ConnectionInfo, String> {
        let protocol = self.asks("protocol").map(|protocol| format!("?protocol={protocol}"));
        let protocol = protocol.unwrap_or_default();
        connection(&format!("{}://{user}{host}/{database}{protocol}", self.scheme))
    }

    fn sentinel(&self) -> Result<Address, String> {
        let (master, database) = match self.path[..] {
            [master] => (master, ""),
            [master, database] => (master, database),
            _ => return Err("the address of Sentinels is …/master or …/master/database".to_owned()),
        };
        let user = match (self.asks("sentinel_user"), self.asks("sentinel_password")) {
            (user, Some(password)) => format!("{}:{password}@", user.unwrap_or_default()),
            (Some(_), None) => return Err("a sentinel_user needs a sentinel_password".to_owned()),
            (None, None) => String::new(),
        };
        let sentinels = self.hosts.iter().map(|host| self.connection(&user, host, ""));
        let servers = self.connection(self.user, self.hosts[0], database)?;
        Ok(Address::Sentinel {
            master: master.to_owned(),
            sentinels: sentinels.collect::<Result<_, _>>()?,
            servers: Box::new(servers),
        })
    }

    fn cluster(&self) -> Result<Address, String> {
        if !matches!(self.path[..], [] | ["0"]) {
            return Err("a Redis Cluster has no databases but 0".to_owned());
        }
        let seeds = self.hosts.iter().map(|host| self.connection(self.user, host, ""));
        Ok(Address::Cluster { seeds: seeds.collect::<Result<_, _>>()? })
    }
}

/// How to connect to one server.
fn connection(url: &str) -> Result<ConnectionInfo, String> {
    // The driver's message says what is wrong and not with what.
    let info = url.into_connection_info().map_err(|error| {
        format!(
            "the store's address cannot be used: {}",
            error.detail().map_or_else(|| error.to_string(), str::to_owned)
        )
    })?;
    if !info.addr().is_supported() {
        return Err("TLS needs the feature `redis-tls`, and a unix socket needs Unix".to_owned());
    }
    if let ConnectionAddr::TcpTls { insecure: true, .. } = info.addr() {
        return Err(
            "`#insecure` turns the check of certificates off: name a root certificate instead".to_owned()
        );
    }
    let settings = info.redis_settings().clone();
    let chosen = url.split_once('?').is_some_and(|(_, query)| query.contains("protocol="));
    let protocol = if chosen { settings.protocol() } else { ProtocolVersion::RESP3 };
    Ok(info.set_redis_settings(settings.set_protocol(protocol)).set_tcp_settings(tcp_settings()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Address {
        Address::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    fn shown(info: &ConnectionInfo) -> (String, Option<&str>, Option<&str>, i64) {
        let settings = info.redis_settings();
        (info.addr().to_string(), settings.username(), settings.password(), settings.db())
    }

    #[test]
    fn one_server_is_named_by_the_usual_url() {
        let Address::Server(info) = parse("redis://app:p%40ss@db.example:7000/3") else { panic!() };
        assert_eq!(shown(&info), ("db.example:7000".to_owned(), Some("app"), Some("p@ss"), 3));
        assert_eq!(info.redis_settings().protocol(), ProtocolVersion::RESP3);
        let Address::Server(info) = parse("valkey://localhost?protocol=resp2") else { panic!() };
        assert_eq!(shown(&info), ("localhost:6379".to_owned(), None, None, 0));
        assert_eq!(info.redis_settings().protocol(), ProtocolVersion::RESP2);
        let Address::Server(info) = parse("unix:///run/redis.sock?db=2") else { panic!() };
        assert_eq!(shown(&info), ("/run/redis.sock".to_owned(), None, None, 2));
    }

    #[test]
    fn several_servers_share_what_else_the_address_says() {
        let Address::Cluster { seeds } = parse("redis+cluster://:s,e@a:1,[::1]:2,c/0") else { panic!() };
        let seen: Vec<_> = seeds.iter().map(shown).collect();
        let seed = |addr: &str| (addr.to_owned(), None, Some("s,e"), 0);
        assert_eq!(seen, [seed("a:1"), seed("::1:2"), seed("c:6379")]);

        let text = "redis+sentinel://app:one@a:1,b:2/main/4?sentinel_user=watch&sentinel_password=two";
        let Address::Sentinel { master, sentinels, servers } = parse(text) else { panic!() };
        assert_eq!(master, "main");
        assert_eq!(shown(&servers).1, Some("app"));
        assert_eq!(shown(&servers).3, 4);
        assert_eq!(shown(&sentinels[1]), ("b:2".to_owned(), Some("watch"), Some("two"), 0));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_showing_the_password() {
        for text in [
            "redis",
            "redis://",
            "redis://user:geheim@host:port",
            "redis://user:geheim@host/first",
            "redis+cluster://user:geheim@a:1,b:2/5",
            "redis+sentinel://user:geheim@a:1",
            "redis+sentinel://a:1/main?sentinel_user=geheim",
            "http://user:geheim@host",
            "redis+ring://user:geheim@host",
        ] {
            let problem = Address::parse(text).err().unwrap_or_else(|| panic!("{text} was accepted"));
            assert!(!problem.contains("geheim"), "{problem}");
        }
    }
}
