use http::{HeaderValue, Uri};

/// A browser's cookies, as far as one site needs them: by name and path, without domains, and with all the world over
/// TLS. What has a positive `Max-Age` stays until it is replaced: the jar has no clock. A cookie of more than 4,096 bytes
/// is dropped, as browsers do.
#[derive(Debug, Clone, Default)]
pub struct CookieJar(Vec<StoredCookie>);

/// One cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Below which path it is sent.
    pub path: String,
    /// It outlives the browser.
    pub persistent: bool,
}

/// The value is a credential, and test output is kept for long.
impl std::fmt::Debug for StoredCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, path, persistent, .. } = self;
        f.debug_struct("StoredCookie")
            .field("name", name)
            .field("path", path)
            .field("persistent", persistent)
            .finish_non_exhaustive()
    }
}

/// RFC 6265bis §5.6: of name and value.
const MOST: usize = 4_096;

impl CookieJar {
    /// All cookies.
    pub fn iter(&self) -> impl Iterator<Item = &StoredCookie> {
        self.0.iter()
    }

    /// The value of the first cookie of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// Puts a cookie there, in the place of the one of its name and path: what an attacker may do, and what a test does
    /// with an old token.
    pub fn put(&mut self, cookie: StoredCookie) {
        self.remove(&cookie.name, &cookie.path);
        self.0.push(cookie);
    }

    /// Removes every cookie.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Does what a `Set-Cookie` header says, in the answer to a request for `uri`. Nonsense is ignored.
    pub fn receive(&mut self, header: &HeaderValue, uri: &Uri) {
        let Ok(text) = header.to_str() else { return };
        let mut parts = text.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        if name.len() + value.len() > MOST {
            return;
        }
        let (mut path, mut max_age) = (default_path(uri.path()), None);
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            if key.eq_ignore_ascii_case("path") && value.starts_with('/') {
                value.clone_into(&mut path);
            } else if key.eq_ignore_ascii_case("max-age") {
                max_age = value.parse::<i64>().ok();
            }
        }
        match max_age {
            Some(..=0) => self.remove(name, &path),
            _ => self.put(StoredCookie {
                name: name.to_owned(),
                value: value.to_owned(),
                path,
                persistent: max_age.is_some(),
            }),
        }
    }

    /// The `Cookie` header of a request for `uri`, longer paths first.
    pub fn header(&self, uri: &Uri) -> Option<HeaderValue> {
        let mut sent: Vec<_> = self.0.iter().filter(|cookie| matches(uri.path(), &cookie.path)).collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = sent.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; ")).and_then(|text| text.try_into().ok())
    }

    fn remove(&mut self, name: &str, path: &str) {
        self.0.retain(|cookie| (cookie.name.as_str(), cookie.path.as_str()) != (name, path));
    }
}

/// RFC 6265 §5.1.4: up to the last slash.
fn default_path(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
    }
}

/// RFC 6265 §5.1.4: the same, or below it.
fn matches(path: &str, of: &str) -> bool {
    match path.strip_prefix(of) {
        Some(rest) => rest.is_empty() || of.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(headers: &[&'static str]) -> CookieJar {
        let mut jar = CookieJar::default();
        for header in headers {
            jar.receive(&HeaderValue::from_static(header), &Uri::from_static("/shop/cart"));
        }
        jar
    }

    fn sent(jar: &CookieJar, path: &'static str) -> Option<String> {
        jar.header(&Uri::from_static(path)).map(|header| header.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_cookie_is_sent_below_its_path_and_nowhere_else() {
        let jar = jar(&["a=1; Path=/", "b=2", "c=3; Path=/sho"]);
        assert_eq!(sent(&jar, "/shop/x?y").as_deref(), Some("b=2; a=1"));
        assert_eq!(sent(&jar, "/shopping").as_deref(), Some("a=1"));
        assert_eq!(sent(&jar, "/sho").as_deref(), Some("c=3; a=1"));
        assert_eq!(sent(&CookieJar::default(), "/"), None);
    }

    #[test]
    fn a_newer_cookie_replaces_the_older_and_an_old_age_removes_it() {
        let jar = jar(&["a=1; Path=/", "a=2; path=/; max-age=60", "b=1; Path=/", "b=; Path=/; Max-Age=0"]);
        assert_eq!((jar.get("a"), jar.get("b")), (Some("2"), None));
        assert!(jar.iter().all(|cookie| cookie.persistent));
    }

    #[test]
    fn a_cookie_that_is_too_large_is_dropped() {
        let mut jar = jar(&["a=1; Path=/"]);
        for (length, kept) in [(4_095, 4_095), (4_096, 4_095)] {
            let header = HeaderValue::try_from(format!("a={}; Path=/", "x".repeat(length))).unwrap();
            jar.receive(&header, &Uri::from_static("/"));
            assert_eq!(jar.get("a").unwrap().len(), kept);
        }
    }

    #[test]
    fn debug_shows_no_value() {
        assert!(!format!("{:?}", jar(&["a=topsecret"])).contains("topsecret"));
    }
}
