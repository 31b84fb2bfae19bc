//! Which paths pass without a sign-in, and where people are sent to sign in.

use super::paths::Paths;
use super::return_path::{encode, local_return_path};

#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    paths: Paths,
    sign_in: Option<String>,
    parameter: Option<String>,
}

impl Rules {
    #[track_caller]
    pub(super) fn exempt(&mut self, path: String) {
        self.paths.exempt(path);
    }

    #[track_caller]
    pub(super) fn exempt_prefix(&mut self, prefix: String) {
        self.paths.exempt_prefix(prefix);
    }

    /// Exempt too: a sign-in page that needs a sign-in would send people in circles.
    #[track_caller]
    pub(super) fn sign_in_path(&mut self, path: String) {
        self.exempt(path.clone());
        self.sign_in = Some(path);
    }

    pub(super) fn return_parameter(&mut self, name: &str) {
        let mut encoded = String::new();
        encode(name, &mut encoded);
        self.parameter = Some(encoded);
    }

    /// Whether requests for `path` pass without a session being looked at.
    pub(super) fn are_exempt(&self, path: &str) -> bool {
        self.paths.contain(path)
    }

    /// Where a browser that asked for `target` (path and query) signs in, with the way back where there is a safe one.
    pub(super) fn sign_in_location(&self, target: &str) -> Option<String> {
        let mut location = self.sign_in.clone()?;
        if let Some(target) = local_return_path(target) {
            location.push('?');
            location.push_str(self.parameter.as_deref().unwrap_or("next"));
            location.push('=');
            encode(target, &mut location);
        }
        Some(location)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let mut rules = Rules::default();
        rules.sign_in_path("/sign-in".to_owned());
        rules.exempt("/health".to_owned());
        rules.exempt_prefix("/public/".to_owned());
        rules.exempt_prefix("/assets".to_owned());
        rules
    }

    #[test]
    fn exact_paths_and_whole_segments_are_exempt_and_nothing_beside_them() {
        let rules = rules();
        for path in [
            "/sign-in",
            "/health",
            "/public/",
            "/public/a/b.css",
            "/assets",
            "/assets/",
            "/assets/a%20b",
            "/public/a..b",
        ] {
            assert!(rules.are_exempt(path), "{path}");
        }
        for path in [
            "/",
            "",
            "*",
            "/sign-in/",
            "/sign-in/x",
            "/Sign-In",
            "/sign-ins",
            "/health/x",
            "/public",
            "/publicity",
            "/assetsx",
            "/x/public/a",
            "/admin",
        ] {
            assert!(!rules.are_exempt(path), "{path}");
        }
    }

    #[test]
    fn a_path_that_others_may_read_differently_is_never_exempt() {
        let rules = rules();
        for rest in [
            "../admin",
            "..",
            "a/../../admin",
            "..;/admin",
            "./../admin",
            "./x",
            "/admin",
            "a//b",
            "%2e%2e/admin",
            "%2E./admin",
            ".%2e/admin",
            "a%2fb",
            "a%2Fb",
            "..%2fadmin",
            "..%5cadmin",
            "a\\b",
            "..\\admin",
            "%252e%252e/admin",
            "a%00",
            "a\0",
            "a%",
            "a%2",
            "a%ä",
        ] {
            for prefix in ["/public/", "/assets/"] {
                let path = format!("{prefix}{rest}");
                assert!(!rules.are_exempt(&path), "{path:?}");
            }
        }
    }

    #[test]
    fn the_way_back_is_encoded_and_local() {
        let rules = rules();
        let location = |target| rules.sign_in_location(target).unwrap();
        assert_eq!(location("/orders?page=2&x=y"), "/sign-in?next=/orders%3Fpage%3D2%26x%3Dy");
        assert_eq!(location("//evil.example/x"), "/sign-in");
        assert_eq!(location("*"), "/sign-in");
        assert_eq!(Rules::default().sign_in_location("/orders"), None);
        let mut other = self::rules();
        other.return_parameter("r&b");
        assert_eq!(other.sign_in_location("/a").unwrap(), "/sign-in?r%26b=/a");
    }

    #[test]
    fn a_rule_that_cannot_match_or_matches_everything_is_refused() {
        let refused = |set: fn(&mut Rules)| std::panic::catch_unwind(|| set(&mut Rules::default())).is_err();
        assert!(refused(|rules| rules.exempt("sign-in".to_owned())));
        assert!(refused(|rules| rules.exempt(String::new())));
        assert!(refused(|rules| rules.exempt("/a?b".to_owned())));
        assert!(refused(|rules| rules.exempt("/a/../b".to_owned())));
        assert!(refused(|rules| rules.exempt_prefix("/".to_owned())));
        assert!(refused(|rules| rules.exempt_prefix("//".to_owned())));
        assert!(refused(|rules| rules.sign_in_path("https://elsewhere.example".to_owned())));
    }
}
