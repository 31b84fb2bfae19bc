//! TOML and JSON say the same.

use session::SessionConfig;
use session::config::SessionSettings;

use super::{build, problems};

const TOML: &str = r#"
    preset = "clustered"
    idle = "1h 30m"
    cookie.name = "__Secure-shop"
    cookie.partitioned = true

    [remembered]
    persistent = true
    absolute = "30d"

    [rotation]
    every = "never"
"#;

const JSON: &str = r#"{
    "rotation": { "every": "never" },
    "remembered": { "persistent": true, "absolute": "30d", "idle": null },
    "cookie.name": "__Secure-shop",
    "cookie": { "partitioned": "true" },
    "idle": "1h30m",
    "preset": "clustered"
}"#;

#[test]
fn toml_and_json_say_the_same() {
    let toml = build(&toml::from_str(TOML).unwrap());
    let json = build(&serde_json::from_str(JSON).unwrap());
    assert_eq!(format!("{toml:?}"), format!("{json:?}"));
    assert_eq!(toml.rotation().every, None);
    assert_eq!(toml.lifetimes().anonymous.idle.as_secs(), 5400);
    assert_eq!(toml.lifetimes().remembered.absolute.as_secs(), 30 * 86_400);
    assert!(toml.cookie().partitioned());
}

#[test]
fn settings_are_a_part_of_an_apps_own_configuration() {
    #[derive(serde::Deserialize)]
    struct App {
        port: u16,
        #[serde(default)]
        session: SessionSettings,
    }

    let app: App = toml::from_str("port = 80\nsession.idle = \"5m\"").unwrap();
    assert_eq!((app.port, build(&app.session).lifetimes().anonymous.idle.as_secs()), (80, 300));
    let app: App = serde_json::from_str(r#"{ "port": 80 }"#).unwrap();
    assert_eq!(format!("{:?}", build(&app.session)), format!("{:?}", SessionConfig::default()));
}

#[test]
fn settings_are_written_in_one_way_and_read_as_they_were() {
    let config = build(&toml::from_str(TOML).unwrap());
    let settings = SessionSettings::of(&config);
    let (toml, json) = (toml::to_string(&settings).unwrap(), serde_json::to_string(&settings).unwrap());
    for line in ["idle = \"1h 30m\"", "every = \"never\"", "partitioned = true", "name = \"__Secure-shop\""] {
        assert!(toml.lines().any(|found| found == line), "{line}: {toml}");
    }
    let again: [SessionSettings; 2] = [toml::from_str(&toml).unwrap(), serde_json::from_str(&json).unwrap()];
    for again in again {
        assert_eq!(toml::to_string(&again).unwrap(), toml);
        assert_eq!(format!("{:?}", build(&again)), format!("{config:?}"));
    }
}

#[test]
fn what_is_misspelt_or_misplaced_is_reported_at_once() {
    let settings: SessionSettings = serde_json::from_str(
        r#"{
            "idle": 900,
            "absolute": ["8h", "9h"],
            "persistent": true,
            "cookie": { "nmae": "a", "secure": { "always": true }, "http_only": false },
            "touch_threshold": 1.5
        }"#,
    )
    .unwrap();
    let problems = problems(SessionConfig::builder().settings(&settings));
    for expected in [
        "idle is \"900\", which is no span of time",
        "\"900s\" for seconds",
        "absolute is a list, where one value is meant",
        "persistent is no setting: is `anonymous.persistent` or",
        "cookie.nmae is no setting: is `cookie.name` meant?",
        "cookie.secure is a table, where one value is meant",
        "cookie.http_only is no setting",
        "touch_threshold is \"1.5\"",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected}: {problems:#?}");
    }
    assert_eq!(problems.len(), 7, "{problems:#?}");
}

#[test]
fn what_is_no_table_is_no_configuration() {
    assert!(serde_json::from_str::<SessionSettings>("[]").is_err());
    assert!(serde_json::from_str::<SessionSettings>("\"production\"").is_err());
    build(&serde_json::from_str("{}").unwrap());
    build(&serde_json::from_str("null").unwrap());
}
