//! NIST SP 800-63B-4, as far as a configuration decides it.

use std::fmt::Write as _;
use std::time::Duration;

use session::config::{Aal, Lifetime, SessionConfigBuilder};
use session::cookie::SameSite;
use session::event::{SessionEvent, channel};
use session::{Runtime, SessionConfig};
use session_stores::MemoryStore;

use super::{problems, the_guide_shows, with_keys};
use crate::structure::root;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SECOND: Duration = Duration::from_secs(1);

/// §2.1.3, §2.2.3, §2.3.3: the overall timeout, whether it is a "shall", the inactivity timeout.
const LIMITS: [(Aal, &str, Duration, bool, Option<Duration>); 3] = [
    (Aal::One, "§2.1.3", Duration::from_secs(30 * 24 * 60 * 60), false, None),
    (Aal::Two, "§2.2.3", DAY, false, Some(HOUR)),
    (Aal::Three, "§2.3.3", Duration::from_secs(12 * 60 * 60), true, Some(Duration::from_secs(15 * 60))),
];

fn at(level: Aal) -> SessionConfigBuilder {
    with_keys().assurance(level)
}

fn with(level: Aal, idle: Duration, absolute: Duration) -> SessionConfigBuilder {
    at(level).authenticated(Lifetime { idle, absolute, persistent: false })
}

#[test]
fn the_limits_are_those_of_the_standard() {
    let mut table =
        "| level | from sign-in to sign-in | without use | section |\n|---|---|---|---|\n".to_owned();
    for (level, section, overall, demanded, idle) in LIMITS {
        let short = idle.unwrap_or(MINUTE);
        assert!(with(level, short, overall).build().is_ok(), "{level}");
        let found = problems(with(level, short, overall + SECOND));
        assert!(
            found.len() == 1 && found[0].contains(section) && found[0].contains(&level.to_string()),
            "{found:?}"
        );
        let justified = with(level, short, overall + SECOND).deviation("Why not.").build();
        assert_eq!(justified.is_err(), demanded, "{level}");

        if let Some(idle) = idle {
            let found = problems(with(level, idle + SECOND, overall));
            assert!(found.len() == 1 && found[0].contains(section), "{found:?}");
            assert!(with(level, idle + SECOND, overall).deviation("Why not.").build().is_ok(), "{level}");
        }
        let word = if demanded { "shall" } else { "should" };
        let hours = |span: Duration| match span.as_secs() {
            0..3600 => format!("{} minutes", span.as_secs() / 60),
            3600 => "1 hour".to_owned(),
            3601..=86_400 => format!("{} hours", span.as_secs() / 3600),
            _ => format!("{} days", span.as_secs() / 86_400),
        };
        let idle = idle.map_or_else(String::new, |idle| format!("should be at most {}", hours(idle)));
        writeln!(table, "| {level} | {word} be at most {} | {idle} | {section} |", hours(overall)).unwrap();
    }
    the_guide_shows("assurance", &table);
    let source = std::fs::read_to_string(root().join("session/src/config/assurance.rs")).unwrap();
    let documented: String = source
        .lines()
        .filter_map(|line| line.strip_prefix("/// |"))
        .fold(String::new(), |text, line| text + "|" + line + "\n");
    assert_eq!(documented.replace("|  |", "| |"), table.replace("|  |", "| |"), "the docs of `Aal`");
}

#[test]
fn what_nobody_said_is_shortened_to_the_level() {
    for (level, _, overall, _, idle) in LIMITS {
        for builder in [at(level), at(level).high_security(), at(level).clustered()] {
            let config = builder.build().unwrap();
            for lifetime in [config.lifetimes().authenticated, config.lifetimes().remembered] {
                assert!(lifetime.absolute <= overall && lifetime.idle <= idle.unwrap_or(overall), "{level}");
                assert!(!lifetime.persistent, "{level}");
            }
            assert_eq!(config.assurance().unwrap().level(), level);
            assert!(config.assurance().unwrap().deviations().is_empty());
        }
    }
    assert!(SessionConfig::default().assurance().is_none());
}

#[test]
fn sessions_of_nobody_have_no_level() {
    let long = Lifetime { idle: 20 * DAY, absolute: 300 * DAY, persistent: true };
    assert!(at(Aal::Three).anonymous(long).build().is_ok());
}

#[test]
fn every_recommendation_can_be_deviated_from_in_writing_and_stays_on_record() {
    let remembered = Lifetime { idle: 2 * HOUR, absolute: 2 * DAY, persistent: true };
    let builder = at(Aal::Two).remembered(remembered).cookie_name("__Secure-shop").same_site(SameSite::None);
    let refused = problems(builder.clone());
    assert_eq!(refused.len(), 5, "{refused:#?}");
    assert!(refused.iter().all(|problem| problem.contains("`deviation`")), "{refused:#?}");

    let why = "Ward terminals are shared; the risk was accepted in SEC-114.";
    let config = builder.deviation(why).build().unwrap();
    let assurance = config.assurance().unwrap();
    assert_eq!(assurance.justification(), Some(why));
    assert_eq!(assurance.deviations().len(), 5);
    for (deviation, word) in
        assurance.deviations().iter().zip(["2d", "2h", "persistent", "SameSite=None", "__Secure-shop"])
    {
        assert!(
            deviation.starts_with("AAL2 (NIST SP 800-63B-4 §") && deviation.contains(word),
            "{deviation}"
        );
    }
}

#[test]
fn no_words_help_against_a_shall() {
    let words = "We would like to.";
    let long = problems(with(Aal::Three, 10 * MINUTE, 13 * HOUR).deviation(words));
    assert!(long.len() == 1 && long[0].contains("\"shall\""), "{long:?}");
    for (level, ..) in LIMITS {
        let plain = problems(at(level).development().deviation(words));
        assert!(
            plain.iter().any(|problem| problem.contains("§5.1.1") && problem.contains("\"shall\"")),
            "{plain:?}"
        );
    }
}

#[test]
fn a_justification_has_words_and_something_to_justify() {
    for blank in ["", " \n"] {
        let refused = problems(with(Aal::Two, 2 * HOUR, 3 * HOUR).deviation(blank));
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert!(refused[0].contains("no words") && refused[1].contains("§2.2.3"), "{refused:?}");
    }
    let alone = problems(SessionConfig::builder().deviation("Because."));
    assert!(alone.len() == 1 && alone[0].contains("no assurance level"), "{alone:?}");
    // Tightening must not break a service: the words may stay when nothing deviates any more.
    let config = at(Aal::Two).deviation("Because.").build().unwrap();
    assert!(config.assurance().unwrap().deviations().is_empty());
}

#[test]
fn a_deviation_is_told_when_the_configuration_is_put_to_use() {
    let (sink, events) = channel(8);
    let exact = at(Aal::Two).deviation("Not needed.").events(sink.clone()).build().unwrap();
    let _ = Runtime::new(MemoryStore::new(), exact);
    assert_eq!(events.try_recv(), None);

    let builder = with(Aal::Two, 2 * HOUR, 3 * HOUR).deviation("Signed off in SEC-114.").events(sink);
    let config = builder.build().unwrap();
    let assurance = config.assurance().cloned().unwrap();
    let _ = Runtime::new(MemoryStore::new(), config);
    assert_eq!(events.try_recv(), Some(SessionEvent::AssuranceDeviates { assurance }));
}
