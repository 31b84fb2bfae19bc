use session::store::DynStore;
use session::{Error, ErrorKind};

/// The store at an address, chosen at run time.
///
/// | address | store |
/// |---|---|
/// | `memory:` | sessions in this process |
/// | `cookie:` | sessions in the client's cookie, sealed with the keys of the layer's configuration; a layer without keys is refused |
/// | `redis://…`, `rediss://…`, `unix://…` | one Redis server; see `session_stores::redis` for all of them |
/// | `redis+sentinel://…` | the Redis server that Sentinel names |
/// | `redis+cluster://…` | a Redis Cluster |
/// | `clustered+…` before any of the three | the same with a near cache in every node; see `session_stores::cluster` |
/// | `cookie+…` before any of the three | as `cookie:`, with marks there, so that a logout counts for copies of the cookie |
///
/// Which addresses are known depends on the crate's features. No store call.
///
/// # Errors
/// `Config`: an address that no store here has, or one that cannot be read. The address itself is not in the message,
/// since it may hold a password.
pub fn connect(address: &str) -> Result<DynStore, Error> {
    #[cfg(feature = "cluster")]
    if let Some(address) = address.strip_prefix("clustered+") {
        return crate::ClusteredStore::builder(address).build().map(DynStore::able);
    }
    #[cfg(all(feature = "cookie", feature = "redis"))]
    if let Some(address) = address.strip_prefix("cookie+") {
        let marks = crate::RedisStore::new(address)?;
        return Ok(DynStore::new(crate::CookieStore::builder().revocation(marks).build()));
    }
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    match scheme {
        #[cfg(feature = "memory")]
        Some("memory") => Ok(DynStore::able(crate::MemoryStore::new())),
        #[cfg(feature = "cookie")]
        Some("cookie") => Ok(DynStore::new(crate::CookieStore::builder().build())),
        #[cfg(feature = "redis")]
        Some(scheme) if crate::redis::SCHEMES.contains(&scheme) => {
            crate::RedisStore::new(address).map(DynStore::able)
        }
        _ => {
            let known: &[&str] = &[
                #[cfg(feature = "memory")]
                "memory:",
                #[cfg(feature = "cookie")]
                "cookie:",
                #[cfg(feature = "redis")]
                "redis:",
                #[cfg(feature = "cluster")]
                "clustered+redis:",
                #[cfg(all(feature = "cookie", feature = "redis"))]
                "cookie+redis:",
            ];
            let problem = format!("the session store's address must begin with one of {known:?}");
            Err(Error::new(ErrorKind::Config(vec![problem])))
        }
    }
}
