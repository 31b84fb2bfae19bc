//! Keys among the settings.

use session::config::SessionSettings;
use session::crypto::Key;
use session::{ErrorKind, SessionConfig};

use super::{build, problems};

fn settings(toml: &str) -> SessionSettings {
    toml::from_str(toml).unwrap()
}

fn key() -> String {
    Key::generate().unwrap().to_text().into_inner()
}

#[test]
fn a_ring_has_the_key_that_seals_and_those_that_open() {
    let [a, b, c] = [key(), key(), key()];
    let list = settings(&format!("key = '{a}'\nopening_keys = ['{b}', '{c}']"));
    let environment =
        SessionSettings::from_env("S_", [("S_KEY", a.clone()), ("S_OPENING_KEYS", format!("{b}, {c}\n"))]);
    for settings in [list, environment] {
        let ring = settings.key_ring().unwrap().unwrap();
        assert_eq!(ring.ids().count(), 3);
        assert_eq!(ring.primary(), session::crypto::KeyRing::new(&Key::from_text(&a).unwrap()).primary());
        assert_eq!(format!("{:?}", build(&settings).keys().unwrap().current()), format!("{ring:?}"));
    }
    assert!(settings("").key_ring().unwrap().is_none());
    assert!(build(&settings("")).keys().is_none());
}

#[test]
fn keys_that_must_not_be_used_are_refused_all_at_once_and_not_shown() {
    let (good, phrase) = (key(), "the quick brown fox jumps over the lazy dog");
    let refused = settings(&format!("key = '{good}'\nopening_keys = ['{phrase}', 'c2hvcnQ', '{good}']"));
    let problems = problems(SessionConfig::builder().settings(&refused));
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(problems.iter().all(|problem| problem.starts_with("opening_keys")), "{problems:#?}");
    for secret in [&good, phrase, "c2hvcnQ"] {
        assert!(!problems.concat().contains(secret), "{problems:#?}");
    }
    let error = refused.key_ring().unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Config(problems));
}

#[test]
fn keys_that_only_open_need_one_that_seals() {
    let open = settings(&format!("opening_keys = '{}'", key()));
    assert!(problems(SessionConfig::builder().settings(&open))[0].contains("no key that seals"));
    let two = settings(&format!("key = '{} {}'", key(), key()));
    assert!(problems(SessionConfig::builder().settings(&two))[0].contains("one seals"));
}

#[test]
fn no_key_is_shown_or_written() {
    let [a, b] = [key(), key()];
    let settings = settings(&format!("idle = '5m'\nkey = '{a}'\nopening_keys = ['{b}']"));
    let config = build(&settings);
    let shown = [
        format!("{settings:?}"),
        format!("{settings:#?}"),
        format!("{:?}", SessionConfig::builder().settings(&settings)),
        format!("{config:?}"),
        toml::to_string(&settings).unwrap(),
        serde_json::to_string(&settings).unwrap(),
        toml::to_string(&SessionSettings::of(&config)).unwrap(),
    ];
    for shown in shown {
        assert!(shown.contains("5m") || shown.contains("300s"), "{shown}");
        assert!(!shown.contains(&a) && !shown.contains(&b), "{shown}");
    }
}
