//! Each preset changes what it says, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use session::SessionConfig;
use session::config::SessionConfigBuilder;

use super::{all_of, problems, the_guide_shows, with_keys};

type Preset = (&'static str, fn(SessionConfigBuilder) -> SessionConfigBuilder);

const PRESETS: [Preset; 5] = [
    ("production", SessionConfigBuilder::production),
    ("development", SessionConfigBuilder::development),
    ("high_security", SessionConfigBuilder::high_security),
    ("testing", SessionConfigBuilder::testing),
    ("clustered", SessionConfigBuilder::clustered),
];

fn settings_of((_, preset): Preset) -> BTreeMap<String, String> {
    all_of(&preset(with_keys()).build().expect("a sound preset")).into_iter().collect()
}

#[test]
fn each_preset_changes_exactly_what_it_names() {
    let production = settings_of(PRESETS[0]);
    let expected: [&[(&str, &str)]; 5] = [
        &[],
        &[("cookie.name", "session"), ("cookie.secure", "false")],
        &[
            ("anonymous.absolute", "8h"),
            ("anonymous.idle", "15m"),
            ("authenticated.absolute", "8h"),
            ("authenticated.idle", "15m"),
            ("binding.ip", "32/64"),
            ("binding.mismatch", "reauthenticate"),
            ("binding.user_agent", "true"),
            ("cookie.same_site", "strict"),
            ("remembered.absolute", "8h"),
            ("remembered.idle", "15m"),
            ("remembered.persistent", "false"),
            ("rotation.every", "15m"),
            ("rotation.reuse", "revoke"),
            ("signed_ids", "required"),
        ],
        &[("commit_deadline", "30s"), ("cookie.name", "session"), ("cookie.secure", "false")],
        &[("commit_deadline", "3s"), ("touch_threshold", "2m")],
    ];
    for (preset, expected) in PRESETS.into_iter().zip(expected) {
        let settings = settings_of(preset);
        let changed: Vec<_> = settings
            .iter()
            .filter(|(name, value)| production.get(*name) != Some(value))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(changed, expected, "{}", preset.0);
        assert_eq!(settings.len(), production.len(), "{}", preset.0);
    }
}

#[test]
fn high_security_without_keys_is_refused() {
    let problems = problems(SessionConfig::builder().high_security());
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|problem| problem.contains(".keys(")), "{problems:?}");
}

#[test]
fn the_guide_shows_where_presets_differ() {
    let all = PRESETS.map(settings_of);
    let names: Vec<_> = PRESETS.iter().map(|(name, _)| format!("`{name}`")).collect();
    let mut table = format!("| setting | {} |\n|---|---|---|---|---|---|\n", names.join(" | "));
    for (name, default) in &all[0] {
        let values = all.each_ref().map(|settings| &settings[name]);
        if values.iter().any(|value| *value != default) {
            let shown = values.map(|value| format!("`{value}`"));
            writeln!(table, "| `{name}` | {} |", shown.join(" | ")).unwrap();
        }
    }
    the_guide_shows("presets", &table);
}

#[test]
fn production_is_what_is_built_without_a_call() {
    let built = SessionConfig::builder().production().build().unwrap();
    assert_eq!(format!("{built:?}"), format!("{:?}", SessionConfig::default()));
}

#[test]
fn the_last_preset_counts_whole() {
    let built = SessionConfig::builder().high_security().development().production().build().unwrap();
    assert_eq!(format!("{built:?}"), format!("{:?}", SessionConfig::default()));
}

#[test]
fn what_is_said_explicitly_counts_more_than_any_preset_in_any_order() {
    let minute = std::time::Duration::from_secs(60);
    for (name, preset) in PRESETS {
        let say = |builder: SessionConfigBuilder| builder.idle(7 * minute).commit_deadline(5 * minute);
        for builder in [say(preset(with_keys())), preset(say(with_keys()))] {
            let config = builder.build().unwrap();
            assert_eq!(config.lifetimes().authenticated.idle, 7 * minute, "{name}");
            assert_eq!(config.commit_deadline(), 5 * minute, "{name}");
        }
    }
}
