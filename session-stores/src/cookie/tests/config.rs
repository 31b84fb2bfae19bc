//! A store and a configuration that do not fit are refused where they meet.

use session::config::Lifetime;
use session::store::DynStore;
use session::{Runtime, Sessions};

use super::watched::Watched;
use super::*;

fn problems(result: Result<impl Sized, Error>) -> Vec<String> {
    match result.map(drop).map_err(|error| error.kind().clone()) {
        Err(ErrorKind::Config(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_store_without_keys_takes_those_of_the_layer_or_is_refused() {
    let store = CookieStore::builder().build();
    let missing = problems(store.for_config(&SessionConfig::default()));
    assert!(missing.len() == 1 && missing[0].contains("needs keys"), "{missing:?}");
    let config = SessionConfig::builder().keys(ring()).build().unwrap();
    assert!(store.for_config(&config).is_ok());
    // Its own come first.
    let own = Fixture::new();
    let (_, text) = own.seal(&create(&own, 1, fields("")));
    let set_up = Fixture { store: own.store.for_config(&config).unwrap(), clock: Arc::clone(&own.clock) };
    assert!(set_up.is_live(&text));
}

#[test]
fn an_address_gives_a_store_that_takes_the_keys_of_the_layer() {
    assert_eq!(
        problems(Runtime::build(crate::connect("cookie:").unwrap(), SessionConfig::default())).len(),
        1
    );
    let config = SessionConfig::builder().keys(ring()).build().unwrap();
    assert!(Runtime::build(crate::connect("cookie:").unwrap(), config).is_ok());
}

#[test]
fn marks_must_be_kept_for_as_long_as_somebody_may_be_signed_in() {
    let day = Duration::from_secs(24 * 3600);
    let store = |days: u32| {
        let marks = Watched::covering(Arc::default(), day * days);
        CookieStore::builder().keys(ring()).revocation(marks.marks).build()
    };
    // Remembered for 30 days.
    assert!(store(30).for_config(&SessionConfig::default()).is_ok());
    let refused = problems(store(29).for_config(&SessionConfig::default()));
    assert!(refused.len() == 1 && refused[0].contains("marks_for"), "{refused:?}");
    let forever = Lifetime { idle: day, absolute: day * 400, persistent: true };
    let config = |builder: session::config::SessionConfigBuilder| builder.build().unwrap();
    assert!(store(30).for_config(&config(SessionConfig::builder().anonymous(forever))).is_ok());
    assert_eq!(
        problems(store(30).for_config(&config(SessionConfig::builder().authenticated(forever)))).len(),
        1
    );
}

#[test]
fn all_problems_come_at_once_and_where_a_runtime_is_built() {
    let marks = Watched::covering(Arc::default(), SECOND);
    let store = CookieStore::builder().limit(100).revocation(marks.marks).build();
    let refused = problems(Runtime::build(DynStore::new(store), SessionConfig::default()));
    assert_eq!(refused.len(), 3, "{refused:#?}");
}

#[test]
#[should_panic(expected = "a cookie store needs keys")]
fn a_layer_that_cannot_work_does_not_start() {
    let _ = Runtime::new(CookieStore::builder().build(), SessionConfig::default());
}

#[test]
fn a_store_that_was_not_told_its_cookie_does_nothing() {
    let t = Fixture::new();
    let store = CookieStore::builder().keys(ring()).clock(Arc::clone(&t.clock)).build();
    let bare = Fixture { store, clock: Arc::clone(&t.clock) };
    assert_eq!(problems(bare.commit(&create(&t, 1, fields("")))).len(), 1);
    assert_eq!(problems(bare.load(b"AAAA")).len(), 1);
}

#[test]
fn only_the_client_can_find_its_session() {
    let t = Fixture::new();
    let handle = Handle::from_bytes([1; 16]);
    let error = now(t.store.load(&Locator::Handle(handle))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }));
    let sessions = Sessions::<Note, _>::new(t.store);
    let error = now(sessions.load(handle)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }));
}
