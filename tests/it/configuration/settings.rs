//! Every setting can be said, arrives where it belongs, and is shown as it was said.

use std::collections::{BTreeMap, BTreeSet};

use session::SessionConfig;
use session::config::SessionSettings;

use crate::structure::root;

use super::{all_of, build, problems, the_guide_shows, with_keys};

type Said = (&'static str, &'static str);

/// Each setting with a value that is not its default, and what else has to be said for it to make sense.
const OTHER: [(&str, &str, &[Said]); 41] = [
    ("preset", "high_security", KEY),
    ("assurance", "aal2", &[("remembered.persistent", "false")]),
    ("deviation", "Kiosks are locked away at night.", &[("assurance", "aal1")]),
    ("idle", "10m", &[]),
    ("absolute", "9h", &[]),
    ("anonymous.idle", "11m", &[]),
    ("anonymous.absolute", "10h", &[]),
    ("anonymous.persistent", "true", &[]),
    ("authenticated.idle", "12m", &[]),
    ("authenticated.absolute", "11h", &[]),
    ("authenticated.persistent", "true", &[]),
    ("remembered.idle", "13d", &[]),
    ("remembered.absolute", "29d", &[]),
    ("remembered.persistent", "false", &[]),
    ("touch_threshold", "90s", &[]),
    ("cookie.name", "__Secure-shop", &[]),
    ("cookie.path", "/shop", &[("cookie.name", "__Secure-shop")]),
    ("cookie.domain", "example.org", &[("cookie.name", "__Secure-shop")]),
    ("cookie.secure", "false", &[("cookie.name", "shop")]),
    ("cookie.same_site", "none", &[]),
    ("cookie.partitioned", "true", &[]),
    ("cookie.chunks", "3", &[]),
    ("signed_ids", "required", KEY),
    ("binding.ip", "28/60", KEY),
    ("binding.user_agent", "true", KEY),
    ("binding.mismatch", "report", &[]),
    ("trusted_proxies", "10.0.0.7, 10.1.0.0/16", &[]),
    ("forwarding_header", "forwarded", &[]),
    ("rotation.every", "1h", &[]),
    ("rotation.grace", "4m", &[]),
    ("rotation.settle", "9s", &[]),
    ("rotation.reuse", "revoke", &[]),
    ("load.unavailable", "proceed", &[]),
    ("load.corrupt", "set_aside", &[]),
    ("create_window", "31s", &[]),
    ("commit_deadline", "1500ms", &[]),
    ("limit.most", "3", &[]),
    ("limit.when_full", "evict_oldest", &[]),
    ("application", "shop", &[]),
    ("key", KEYS[0], &[]),
    ("opening_keys", KEYS[1], &[("key", KEYS[0])]),
];

/// Where there have to be keys.
const KEY: &[Said] = &[("key", KEYS[0])];

const KEYS: [&str; 2] = [
    "3f1c9a5be07d4286b1f2087e95da63c4718e2d90ab54f6c31d6708e9f2a4b5c7",
    "a91e4c7730d8f2651bc09e5fd47a238610fb62d5e7c39a84402d8be16f5973ac",
];

fn said(settings: &[(&str, &str)]) -> SessionSettings {
    SessionSettings::from_env("", settings.iter().map(|(name, value)| (variable(name), value)))
}

fn variable(name: &str) -> String {
    name.replace('.', "_").to_ascii_uppercase()
}

/// The names in the reference's first column.
fn names() -> BTreeSet<String> {
    let reference = SessionSettings::reference();
    reference
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect()
}

/// Each setter of the builder, and the settings that say the same.
const SETTERS: [(&str, &[&str]); 33] = [
    ("absolute", &["absolute"]),
    ("anonymous", &["anonymous.idle", "anonymous.absolute", "anonymous.persistent"]),
    ("application", &["application"]),
    ("assurance", &["assurance"]),
    ("authenticated", &["authenticated.idle", "authenticated.absolute", "authenticated.persistent"]),
    ("binding", &["binding.ip", "binding.user_agent", "binding.mismatch"]),
    // A clock is no text.
    ("clock", &[]),
    ("clustered", &["preset"]),
    ("commit_deadline", &["commit_deadline"]),
    ("cookie_chunks", &["cookie.chunks"]),
    ("cookie_domain", &["cookie.domain"]),
    ("cookie_name", &["cookie.name"]),
    ("cookie_path", &["cookie.path"]),
    ("create_window", &["create_window"]),
    ("development", &["preset"]),
    ("deviation", &["deviation"]),
    // Nor is a sink.
    ("events", &[]),
    ("forwarding_header", &["forwarding_header"]),
    ("high_security", &["preset"]),
    ("idle", &["idle"]),
    ("keys", &["key", "opening_keys"]),
    ("limit", &["limit.most", "limit.when_full"]),
    ("load", &["load.unavailable", "load.corrupt"]),
    ("partitioned", &["cookie.partitioned"]),
    ("production", &["preset"]),
    ("remembered", &["remembered.idle", "remembered.absolute", "remembered.persistent"]),
    ("rotation", &["rotation.every", "rotation.grace", "rotation.settle", "rotation.reuse"]),
    ("same_site", &["cookie.same_site"]),
    ("secure", &["cookie.secure"]),
    ("signed_ids", &["signed_ids"]),
    ("testing", &["preset"]),
    ("touch_threshold", &["touch_threshold"]),
    ("trusted_proxies", &["trusted_proxies"]),
];

#[test]
fn what_code_can_choose_a_file_can_choose() {
    let sources = ["builder.rs", "preset.rs"].map(|file| {
        std::fs::read_to_string(root().join("session/src/config").join(file)).expect("a source file")
    });
    let setters: BTreeSet<_> = sources
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| Some(line.strip_prefix("    pub fn ")?.split_once('(')?.0))
        .filter(|name| !["settings", "build"].contains(name))
        .collect();
    let listed: BTreeSet<_> = SETTERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(setters, listed, "a new setter needs a line in config/settings/table.rs, in OTHER, and here");
    let said: BTreeSet<_> =
        SETTERS.iter().flat_map(|(_, settings)| *settings).map(|name| (*name).to_owned()).collect();
    assert_eq!(said, names());
}

#[test]
fn the_guide_lists_all_settings() {
    the_guide_shows("settings", &SessionSettings::reference());
}

#[test]
fn every_setting_is_tried_here() {
    let tried: BTreeSet<_> = OTHER.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(tried, names());
}

/// What stands for several settings, and what cannot be read back.
const NOT_SHOWN: [&str; 5] = ["preset", "idle", "absolute", "key", "opening_keys"];

#[test]
fn every_setting_arrives_and_no_other_changes() {
    for (name, value, needs) in OTHER {
        let before: BTreeMap<_, _> = all_of(&build(&said(needs))).into_iter().collect();
        let mut all = needs.to_vec();
        all.push((name, value));
        let config = build(&said(&all));
        let after: BTreeMap<_, _> = all_of(&config).into_iter().collect();
        let changed: BTreeMap<_, _> =
            after.iter().filter(|(name, value)| before.get(*name) != Some(value)).collect();
        let shown = value.replace("90s", "1m 30s").replace("1500ms", "1s 500ms");
        match name {
            "preset" => assert_eq!(changed.len(), 14),
            "idle" | "absolute" => {
                let both = ["anonymous", "authenticated"].map(|class| format!("{class}.{name}"));
                assert_eq!(changed, both.iter().map(|name| (name, &shown)).collect(), "{name}");
            }
            "assurance" => {
                let expected =
                    [("assurance", "aal2"), ("remembered.absolute", "1d"), ("remembered.idle", "1h")];
                let changed: Vec<_> =
                    changed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                assert_eq!(changed, expected);
            }
            "key" => assert_eq!(config.keys().unwrap().current().ids().count(), 1),
            "opening_keys" => assert_eq!(config.keys().unwrap().current().ids().count(), 2),
            _ => assert_eq!(changed, BTreeMap::from([(&name.to_owned(), &shown)])),
        }
        assert_eq!(after.contains_key(name), !NOT_SHOWN.contains(&name), "{name}");
    }
}

#[test]
fn what_is_shown_of_a_configuration_builds_it_again() {
    let kiosk = with_keys()
        .high_security()
        .trusted_proxies(["10.0.0.7", "10.1.0.0/16"])
        .cookie_name("__Secure-kiosk")
        .cookie_domain("example.org")
        .idle(std::time::Duration::from_secs(20))
        .assurance(session::config::Aal::Two)
        .deviation("Kiosks of several hosts share a session.");
    for builder in
        [with_keys(), with_keys().development(), with_keys().high_security(), with_keys().clustered(), kiosk]
    {
        let config = builder.build().unwrap();
        // Keys are no part of what is shown.
        let again = with_keys().settings(&SessionSettings::of(&config)).build().unwrap();
        assert_eq!(format!("{again:?}"), format!("{config:?}"));
    }
}

#[test]
fn settings_count_as_setters_called_at_that_place() {
    let settings = said(&[("cookie.name", "__Host-a"), ("idle", "5m")]);
    let before = SessionConfig::builder().cookie_name("__Host-b").settings(&settings).build().unwrap();
    assert_eq!(before.cookie().name(), "__Host-a");
    let after = SessionConfig::builder().settings(&settings).cookie_name("__Host-b").build().unwrap();
    assert_eq!(after.cookie().name(), "__Host-b");
    assert_eq!(after.lifetimes().authenticated.idle.as_secs(), 300);
}

#[test]
fn what_stands_for_several_counts_less_than_each_of_them_wherever_it_was_said() {
    let config = build(&said(&[("authenticated.idle", "20m"), ("idle", "5m")]));
    let lifetimes = config.lifetimes();
    assert_eq!((lifetimes.anonymous.idle.as_secs(), lifetimes.authenticated.idle.as_secs()), (300, 1200));
}

#[test]
fn all_problems_come_at_once_from_wherever_they_are() {
    let file =
        said(&[("idle", "15"), ("cookie.same_site", "Lax"), ("cookie.secure", "no"), ("absolut", "8h")]);
    let environment = SessionSettings::from_env(
        "SESSION_",
        [("SESSION_LOAD_CORRUPT", "ignore"), ("SESSION_COOKIE_PATH", "shop"), ("SESSION_PRESET", "prod")],
    );
    let builder = SessionConfig::builder()
        .settings(&file.overridden_by(environment))
        .commit_deadline(std::time::Duration::ZERO);
    let problems = problems(builder);
    for expected in [
        "IDLE is \"15\", which is no span of time",
        "COOKIE_SAME_SITE is \"Lax\", which is none of \"strict\", \"lax\", \"none\"",
        "COOKIE_SECURE is \"no\", which is none of \"true\", \"false\"",
        "SESSION_LOAD_CORRUPT is \"ignore\", which is none of \"refuse\", \"set_aside\"",
        "SESSION_PRESET is \"prod\"",
        "ABSOLUT is no setting: is `absolute` meant?",
        "write \"/shop\"",
        "commit_deadline is zero",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected}: {problems:#?}");
    }
    assert_eq!(problems.len(), 9, "{problems:#?}");
}
