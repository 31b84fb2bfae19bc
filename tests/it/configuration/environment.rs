//! The environment: names with a prefix, text for values, and no silent mistakes.

use proptest::prelude::*;
use session::config::SessionSettings;
use session::{ErrorKind, SessionConfig};

use super::{build, problems};

fn refused(variables: &[(&str, &str)]) -> Vec<String> {
    let settings = SessionSettings::from_env("SESSION_", variables.iter().copied());
    problems(SessionConfig::builder().settings(&settings))
}

#[test]
fn variables_of_others_are_left_alone() {
    let variables = [("PATH", "/bin"), ("SESSION", "gnome"), ("XDG_SESSION_ID", "2"), ("session_idle", "1m")];
    let settings = SessionSettings::from_env("SESSION_", variables);
    assert_eq!(format!("{settings:?}"), "{}");
    // X11 desktops set it, and a developer's machine must not be refused for it.
    let desktop = [("SESSION_MANAGER", "local/machine:@/tmp/.ICE-unix/2117")];
    assert_eq!(
        format!("{:?}", build(&SessionSettings::from_env("SESSION_", desktop))),
        format!("{:?}", SessionConfig::default())
    );
}

#[test]
fn two_prefixes_make_two_configurations() {
    let variables = [("SHOP_COOKIE_NAME", "__Host-shop"), ("ADMIN_COOKIE_NAME", "__Host-admin")];
    let [shop, admin] =
        ["SHOP_", "ADMIN_"].map(|prefix| build(&SessionSettings::from_env(prefix, variables)));
    assert_eq!((shop.cookie().name(), admin.cookie().name()), ("__Host-shop", "__Host-admin"));
}

#[test]
fn a_variable_that_is_no_setting_is_reported_with_what_may_be_meant() {
    for (name, meant) in [
        ("SESSION_IDEL", "is `idle` meant?"),
        ("SESSION_COOKIE_SAMESITE", "is `cookie.same_site` meant?"),
        ("SESSION_SAME_SITE", "is `cookie.same_site` meant?"),
        ("SESSION_LOAD", "is `load.unavailable` or `load.corrupt` meant?"),
        ("SESSION_OPENING_KEY", "is `opening_keys` meant?"),
        ("SESSION_REDIS_URL", "remove it, or look for its name"),
    ] {
        let problems = refused(&[(name, "hunter2")]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(&format!("{name} is no setting")), "{problems:?}");
        assert!(problems[0].contains(meant), "{problems:?}");
        assert!(!problems[0].contains("hunter2"), "what was said may be a secret: {problems:?}");
    }
    let whole = &refused(&[("SESSION_COOKIE", "sid")])[0];
    assert!(whole.contains("no setting by itself") && whole.contains("`cookie.name`"), "{whole}");
}

#[test]
fn a_variable_without_a_value_is_a_mistake() {
    assert!(refused(&[("SESSION_IDLE", "")])[0].contains("SESSION_IDLE is empty"));
    assert!(refused(&[("SESSION_KEY", "")])[0].contains("SESSION_KEY is empty"));
}

#[test]
fn one_name_twice_is_a_mistake() {
    assert!(refused(&[("SESSION_IDLE", "1m"), ("SESSION_IDLE", "2m")])[0].contains("said twice"));
}

/// Text of any kind, and numbers at the limits of what a span can hold.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{1,20}(ms|s|m|h|d|w)",
        Just("18446744073709551615s".to_owned()),
        prop::sample::select(vec!["true", "false", "never", "aal3", "high_security", "none", "0s"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn no_environment_is_too_strange(values in prop::collection::vec(value(), 41)) {
        let reference = SessionSettings::reference();
        let names: Vec<_> = reference.lines().filter_map(|line| line.split('`').nth(3)).collect();
        prop_assert_eq!(names.len(), values.len());
        let settings = SessionSettings::from_env("", names.into_iter().zip(&values));
        if let Err(error) = SessionConfig::builder().settings(&settings).build() {
            prop_assert!(matches!(error.kind(), ErrorKind::Config(problems) if !problems.is_empty()));
        }
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_text_is_reported_if_it_is_ours() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let bytes = OsStr::from_bytes(&[b'1', 0xff]);
    let others = SessionSettings::from_env("SESSION_", [(OsStr::new("PATH"), bytes), (bytes, bytes)]);
    build(&others);
    let ours = SessionSettings::from_env("SESSION_", [(OsStr::new("SESSION_IDLE"), bytes)]);
    assert!(problems(SessionConfig::builder().settings(&ours))[0].contains("SESSION_IDLE is not UTF-8"));
}
