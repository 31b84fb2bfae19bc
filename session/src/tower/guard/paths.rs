//! Which paths a guard lets pass.

/// Exact paths, and whole segments with all that is below them.
#[derive(Debug, Clone, Default)]
pub(super) struct Paths {
    exact: Vec<String>,
    prefixes: Vec<String>,
}

impl Paths {
    #[track_caller]
    pub(super) fn exempt(&mut self, path: String) {
        assert_path(&path);
        self.exact.push(path);
    }

    #[track_caller]
    pub(super) fn exempt_prefix(&mut self, prefix: String) {
        assert_path(&prefix);
        assert!(
            prefix != "/",
            "exempting the prefix \"/\" would exempt everything: remove the guard instead"
        );
        self.prefixes.push(prefix);
    }

    /// Whether requests for `path` pass without anything else being looked at.
    pub(super) fn contain(&self, path: &str) -> bool {
        is_plain(path)
            && (self.exact.iter().any(|exact| exact == path)
                || self.prefixes.iter().any(|prefix| is_under(path, prefix)))
    }
}

/// A mistake here would be found by nobody before it opens or closes a door.
#[track_caller]
fn assert_path(path: &str) {
    assert!(
        path.starts_with('/') && is_plain(path) && !path.contains(['?', '#']),
        "{path:?} is not a path that the guard can compare: begin it with one `/`, and write it without query, `..`, \
         `//` and encoded slashes or dots"
    );
}

/// `/public` and what is below it, but not `/publicity`.
fn is_under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| prefix.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

/// Whether everybody reads the path alike. Servers, proxies and routers differ in what they make of dot segments, empty
/// segments, backslashes and encoded separators, and a path that is `/public/x` to one and `/admin` to another must not
/// be exempt. `%25` is an encoded `%`, and so the first half of a doubly encoded separator.
fn is_plain(path: &str) -> bool {
    const ENCODED: [&str; 5] = ["2e", "2f", "5c", "25", "00"];
    let encoded = path.split('%').skip(1).any(|rest| {
        rest.get(..2).is_none_or(|hex| {
            !hex.bytes().all(|digit| digit.is_ascii_hexdigit())
                || ENCODED.iter().any(|other| hex.eq_ignore_ascii_case(other))
        })
    });
    let segments_alike = path.split('/').skip(1).all(|segment| !segment.starts_with("..") && segment != ".");
    !encoded
        && segments_alike
        && !path.contains("//")
        && path.bytes().all(|byte| byte != b'\\' && !byte.is_ascii_control())
}
