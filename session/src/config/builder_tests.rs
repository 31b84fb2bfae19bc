use std::time::Duration;

use super::{Lifetime, SessionConfig, SessionConfigBuilder};
use crate::clock::{ManualClock, Timestamp};
use crate::cookie::SameSite;
use crate::error::ErrorKind;

fn problems(builder: SessionConfigBuilder) -> Vec<String> {
    match builder.build().map_err(|error| error.kind().clone()) {
        Err(ErrorKind::Config(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_setting_arrives() {
    let hour = Duration::from_secs(60 * 60);
    let life = |n| Lifetime { idle: hour * n, absolute: hour * n * 2, persistent: n % 2 == 0 };
    let config = SessionConfig::builder()
        .anonymous(life(1))
        .authenticated(life(2))
        .remembered(life(3))
        .cookie_name("__Secure-app")
        .cookie_path("/app")
        .cookie_domain("example.org")
        .same_site(SameSite::None)
        .secure(true)
        .partitioned(true)
        .touch_threshold(hour / 2)
        .create_window(hour / 3)
        .commit_deadline(hour / 4)
        .clock(ManualClock::at(Timestamp::from_millis(7)))
        .build()
        .unwrap();
    let lifetimes = config.lifetimes();
    assert_eq!(
        [lifetimes.anonymous, lifetimes.authenticated, lifetimes.remembered],
        [life(1), life(2), life(3)]
    );
    let cookie = config.cookie();
    assert_eq!((cookie.name(), cookie.path()), ("__Secure-app", "/app"));
    assert_eq!((cookie.domain(), cookie.same_site()), (Some("example.org"), SameSite::None));
    assert!(cookie.secure() && cookie.partitioned());
    assert_eq!(config.touch_threshold(), hour / 2);
    assert_eq!((config.create_window(), config.commit_deadline()), (hour / 3, hour / 4));
    assert_eq!(config.clock().now(), Timestamp::from_millis(7));
}

#[test]
fn idle_and_absolute_leave_remembered_sessions_alone() {
    let hour = Duration::from_secs(60 * 60);
    let config = SessionConfig::builder().idle(hour).absolute(2 * hour).build().unwrap();
    let expected = Lifetime { idle: hour, absolute: 2 * hour, persistent: false };
    assert_eq!(config.lifetimes().anonymous, expected);
    assert_eq!(config.lifetimes().authenticated, expected);
    assert_eq!(config.lifetimes().remembered, SessionConfig::default().lifetimes().remembered);
}

#[test]
fn all_problems_come_at_once() {
    let problems = problems(
        SessionConfig::builder()
            .idle(Duration::ZERO)
            .cookie_path("app")
            .cookie_domain("example.org")
            .secure(false)
            .commit_deadline(Duration::ZERO),
    );
    for word in ["anonymous idle", "authenticated idle", "\"/app\"", "Domain", "Secure", "commit_deadline"] {
        assert!(problems.iter().any(|problem| problem.contains(word)), "{word}: {problems:#?}");
    }
}

#[test]
fn an_insecure_cookie_must_be_asked_for_by_name() {
    let refused = problems(SessionConfig::builder().secure(false));
    assert!(refused[0].contains("SessionConfig::development()"), "{refused:?}");
    let explicit = SessionConfig::builder().cookie_name("app").secure(false).build().unwrap();
    assert!(!explicit.cookie().secure());
}

#[test]
fn what_is_said_explicitly_beats_the_preset_in_any_order() {
    for builder in [
        SessionConfig::builder().development().cookie_name("app").secure(true),
        SessionConfig::builder().cookie_name("app").secure(true).development(),
    ] {
        let config = builder.build().unwrap();
        assert_eq!((config.cookie().name(), config.cookie().secure()), ("app", true));
    }
    assert_eq!(problems(SessionConfig::builder().cookie_name("__Host-app").development()).len(), 1);
}
