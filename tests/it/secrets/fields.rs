//! A secret field in the store: sealed, and as it was as long as it means the same.

use session::crypto::{KeyRing, SharedKeyRing};
use session::{ErrorKind, Session};
use session_tests::{POST, World};

use super::{KEYS, Vault, contains, one, raw, ring, secret, stored, world};

const TOKEN: &str = "xoxb-17653672481";

async fn filled(world: &World) -> (session::Sessions<Vault>, Session<Vault>, session::Handle) {
    let sessions = world.sessions_of::<Vault>();
    let session = sessions.create();
    session.set_token(secret(TOKEN));
    session.set_views(1);
    sessions.save(&session).await.expect("it is stored");
    let handle = session.id().expect("it is stored");
    (sessions, session, handle)
}

#[tokio::test]
async fn a_secret_field_is_sealed_in_every_store_and_comes_back() {
    let world = world();
    let (sessions, session, handle) = filled(&world).await;
    let record = stored(&world, handle).await;
    assert!(one(&record, "token").is_sealed());
    assert!(!one(&record, "views").is_sealed());
    for length in [6, TOKEN.len()] {
        assert!(!contains(&record, &TOKEN[..length]));
    }
    let token = sessions.token(&session).expect("it has one");
    let again = sessions.open(&token).await.unwrap().expect("it is there");
    assert_eq!((again.token().expose().as_str(), again.views()), (TOKEN, 1));
}

#[tokio::test]
async fn a_field_that_holds_its_default_is_not_stored() {
    let world = world();
    let (_, _, handle) = filled(&world).await;
    assert_eq!(raw(&stored(&world, handle).await, "device"), []);
}

#[tokio::test]
async fn an_unchanged_secret_keeps_its_envelope_whoever_writes_the_record() {
    let world = world();
    let (sessions, session, handle) = filled(&world).await;
    let before = one(&stored(&world, handle).await, "token");
    // The request that set it, another one that did not look at it, and one that set an equal value.
    session.update_views(|views| *views += 1);
    sessions.save(&session).await.unwrap();
    let other = sessions.get(handle).await.unwrap();
    other.update_views(|views| *views += 1);
    sessions.save(&other).await.unwrap();
    let other = sessions.get(handle).await.unwrap();
    other.set_token(secret(TOKEN));
    world.calls();
    sessions.save(&other).await.unwrap();
    assert_eq!(world.calls().commit, 0, "an equal value is no change");
    other.set_pin(session::Secret::new(vec![1, 2]));
    sessions.save(&other).await.unwrap();
    let record = stored(&world, handle).await;
    assert_eq!(one(&record, "token"), before);
    assert!(one(&record, "pin").is_sealed());

    other.set_token(secret("another"));
    sessions.save(&other).await.unwrap();
    let after = one(&stored(&world, handle).await, "token");
    assert!(after.is_sealed() && after.bytes != before.bytes);
    assert_eq!(sessions.get(handle).await.unwrap().token().expose(), "another");
}

#[tokio::test]
async fn the_same_secret_in_two_sessions_is_sealed_to_other_bytes() {
    let world = world();
    let (_, _, first) = filled(&world).await;
    let (_, _, second) = filled(&world).await;
    let [first, second] = [stored(&world, first).await, stored(&world, second).await];
    assert_ne!(one(&first, "token").bytes, one(&second, "token").bytes);
}

#[tokio::test]
async fn concurrent_changes_of_secrets_merge_like_any_others() {
    let world = world();
    let (sessions, _, handle) = filled(&world).await;
    let [one, two] = [sessions.get(handle).await.unwrap(), sessions.get(handle).await.unwrap()];
    one.set_token(secret("by one"));
    one.update_views(|views| *views += 1);
    two.set_device(secret("by two"));
    two.update_views(|views| *views += 1);
    sessions.save(&one).await.unwrap();
    sessions.save(&two).await.unwrap();
    for session in [&sessions.get(handle).await.unwrap(), &two] {
        let seen = (session.token().expose().clone(), session.device().expose().clone(), session.views());
        assert_eq!(seen, ("by one".into(), "by two".into(), 3));
    }

    // One that says `conflict` sees values, not envelopes.
    let [one, two] = [sessions.get(handle).await.unwrap(), sessions.get(handle).await.unwrap()];
    one.set_pin(session::Secret::new(vec![1]));
    two.set_pin(session::Secret::new(vec![2]));
    sessions.save(&one).await.unwrap();
    let error = sessions.save(&two).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Conflict { field: "pin" }), "{error:?}");
    // And the later one wins where nothing is said.
    let [one, two] = [sessions.get(handle).await.unwrap(), sessions.get(handle).await.unwrap()];
    one.set_token(secret("first"));
    two.set_token(secret("second"));
    sessions.save(&one).await.unwrap();
    sessions.save(&two).await.unwrap();
    assert_eq!(sessions.get(handle).await.unwrap().token().expose(), "second");
}

#[tokio::test]
async fn a_rotation_keeps_the_envelope_and_a_touch_does_not_come_near_it() {
    let world = world();
    let mut browser = world.browser_of::<Vault>();
    browser.visit(POST, async |session| session.set_token(secret(TOKEN))).await;
    let handle = browser.begin().await.unwrap().session.id().unwrap();
    let before = one(&stored(&world, handle).await, "token");
    browser.visit(POST, async |session| session.rotate_id()).await;
    world.clock.advance(std::time::Duration::from_secs(600));
    browser.visit(POST, async |session| assert_eq!(session.token().expose(), TOKEN)).await;
    browser.visit(POST, async |session| session.sign_in(7)).await;
    assert_eq!(one(&stored(&world, handle).await, "token"), before);
    browser.visit(POST, async |session| assert_eq!(session.token().expose(), TOKEN)).await;
}

#[tokio::test]
async fn what_another_key_sealed_is_sealed_anew_when_its_record_is_written_next() {
    let [old, new] = &*KEYS;
    let keys = SharedKeyRing::new(KeyRing::new(old));
    let world = World::with(|config| config.keys(keys.clone()));
    let (sessions, _, handle) = filled(&world).await;
    let promoted = KeyRing::new(new).and_opens(old).unwrap();
    keys.replace(promoted.clone());
    let session = sessions.get(handle).await.unwrap();
    assert!(!promoted.is_current(&one(&stored(&world, handle).await, "token").bytes));
    session.set_views(9);
    sessions.save(&session).await.unwrap();
    assert!(promoted.is_current(&one(&stored(&world, handle).await, "token").bytes));
    keys.replace(KeyRing::new(new));
    assert_eq!(sessions.get(handle).await.unwrap().token().expose(), TOKEN);
}

/// A newer version, which has one more.
#[derive(session::SessionData, Clone)]
struct Newer {
    #[session(secret)]
    token: session::Secret<String>,
    #[session(secret)]
    refresh: session::Secret<String>,
    views: u32,
}

#[tokio::test]
async fn what_only_a_newer_program_knows_is_carried_in_its_envelope() {
    let world = world();
    let newer = world.sessions_of::<Newer>();
    let session = newer.create();
    session.set_token(secret("a"));
    session.set_refresh(secret("b"));
    newer.save(&session).await.unwrap();
    let handle = session.id().unwrap();
    let before = one(&stored(&world, handle).await, "refresh");

    let older = world.sessions_of::<Vault>();
    let session = older.get(handle).await.unwrap();
    session.set_token(secret("c"));
    older.save(&session).await.unwrap();
    assert_eq!(one(&stored(&world, handle).await, "refresh"), before);
    let session = newer.get(handle).await.unwrap();
    assert_eq!((session.token().expose().as_str(), session.refresh().expose().as_str()), ("c", "b"));
}

#[tokio::test]
async fn what_is_not_known_need_not_open() {
    let keys = SharedKeyRing::new(KeyRing::new(&KEYS[1]));
    let world = World::with(|config| config.keys(keys.clone()));
    let newer = world.sessions_of::<Newer>();
    let session = newer.create();
    session.set_refresh(secret("b"));
    newer.save(&session).await.unwrap();
    let handle = session.id().unwrap();
    let before = one(&stored(&world, handle).await, "refresh");
    // An older program, which has another key.
    keys.replace(ring());
    let older = world.sessions_of::<Vault>();
    let session = older.get(handle).await.expect("it knows everything that it needs");
    session.set_token(secret("c"));
    older.save(&session).await.unwrap();
    assert_eq!(one(&stored(&world, handle).await, "refresh"), before);
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_made_once() {
    let world = world();
    let (sessions, session, handle) = filled(&world).await;
    session.set_token(secret("after"));
    session.update_views(|views| *views += 1);
    world.faults.next(session::testing::Operation::Commit, session::testing::Fault::LoseAnswer);
    sessions.save(&session).await.expect_err("the answer is lost");
    sessions.save(&session).await.unwrap();
    let seen = sessions.get(handle).await.unwrap();
    assert_eq!((seen.token().expose().as_str(), seen.views()), ("after", 2));
    assert_eq!((session.token().expose().as_str(), session.views()), ("after", 2));
}

#[test]
fn the_bound_of_a_secret_field_counts_its_envelope() {
    #[derive(session::SessionData, Clone)]
    struct Bounded {
        #[session(secret)]
        code: session::Secret<[u8; 8]>,
    }
    let schema = session::schema::of::<Bounded>();
    let config = session::SessionConfig::builder().keys(ring()).build().unwrap();
    let data = Bounded { code: session::Secret::new([1; 8]) };
    let record = session::testing::record_by(&config, data).unwrap();
    assert_eq!(schema.fields[0].max, Some(record.fields.len()));
}
