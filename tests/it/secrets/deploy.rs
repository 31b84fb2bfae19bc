//! A field becomes secret, or has been stored in other forms: programs of both kinds share the records meanwhile.

use session::{Runtime, Secret, SessionConfig, SessionData, Sessions};
use session_tests::World;

use super::{contains, one, raw, ring, secret, stored, world};

/// Before: text.
#[derive(SessionData, Clone)]
struct Before {
    token: String,
    views: u32,
}

/// After: a secret.
#[derive(SessionData, Clone)]
struct After {
    #[session(secret, was = String)]
    token: Secret<String>,
    views: u32,
}

/// After, with a way back for the programs that know text only.
#[derive(SessionData, Clone)]
struct Both {
    #[session(secret, was = String, back = Secret::into_inner)]
    token: Secret<String>,
    views: u32,
}

/// The same store, for a program that has no keys.
fn without_keys<T: SessionData>(world: &World) -> Sessions<T> {
    Sessions::of(Runtime::new(world.store.clone(), SessionConfig::default()))
}

async fn begun_before(world: &World) -> session::Handle {
    let before = without_keys::<Before>(world);
    let session = before.create();
    session.set_token("s3cr3t".into());
    session.set_views(1);
    before.save(&session).await.unwrap();
    session.id().unwrap()
}

#[tokio::test]
async fn text_that_becomes_a_secret_is_read_and_sealed_when_its_record_is_written_next() {
    let world = world();
    let handle = begun_before(&world).await;
    assert!(contains(&stored(&world, handle).await, "s3cr3t"));
    let after = world.sessions_of::<After>();
    let session = after.get(handle).await.unwrap();
    assert_eq!(session.token().expose(), "s3cr3t");
    // Something else is changed, and nobody touches the secret.
    session.set_views(2);
    after.save(&session).await.unwrap();
    let record = stored(&world, handle).await;
    assert!(one(&record, "token").is_sealed() && !contains(&record, "s3cr3t"));
    assert_eq!(after.get(handle).await.unwrap().token().expose(), "s3cr3t");
    assert_eq!(session.token().expose(), "s3cr3t");
}

#[tokio::test]
async fn a_program_from_before_that_has_keys_reads_and_writes_on() {
    let world = world();
    let handle = begun_before(&world).await;
    let (before, both) = (world.sessions_of::<Before>(), world.sessions_of::<Both>());
    let session = both.get(handle).await.unwrap();
    session.set_token(secret("by the new"));
    both.save(&session).await.unwrap();
    let record = stored(&world, handle).await;
    assert_eq!(raw(&record, "token").len(), 2, "both forms are written");
    assert!(raw(&record, "token").iter().all(super::Raw::is_sealed) && !contains(&record, "by the new"));

    let session = before.get(handle).await.unwrap();
    assert_eq!(session.token(), "by the new");
    session.set_token("by the old".into());
    before.save(&session).await.unwrap();
    assert_eq!(both.get(handle).await.unwrap().token().expose(), "by the old");
    // And what an old program leaves alone stays sealed.
    let session = both.get(handle).await.unwrap();
    session.set_token(secret("by the new again"));
    both.save(&session).await.unwrap();
    let session = before.get(handle).await.unwrap();
    session.set_views(7);
    before.save(&session).await.unwrap();
    assert!(!contains(&stored(&world, handle).await, "by the new again"));
    assert_eq!(both.get(handle).await.unwrap().token().expose(), "by the new again");
}

#[tokio::test]
async fn a_program_without_keys_finds_its_default_keeps_the_envelope_and_wins_where_it_writes() {
    let world = world();
    let handle = begun_before(&world).await;
    let (before, both) = (without_keys::<Before>(&world), world.sessions_of::<Both>());
    let session = both.get(handle).await.unwrap();
    session.set_token(secret("by the new"));
    both.save(&session).await.unwrap();

    let session = before.get(handle).await.unwrap();
    assert_eq!(session.token(), "", "an envelope is not taken for text");
    session.set_views(9);
    before.save(&session).await.unwrap();
    let read = both.get(handle).await.unwrap();
    assert_eq!((read.token().expose().as_str(), read.views()), ("by the new", 9));

    session.set_token("by the old".into());
    before.save(&session).await.unwrap();
    let read = both.get(handle).await.unwrap();
    assert_eq!(read.token().expose(), "by the old");
    read.set_views(10);
    both.save(&read).await.unwrap();
    let record = stored(&world, handle).await;
    assert!(raw(&record, "token").iter().all(super::Raw::is_sealed) && !contains(&record, "by the old"));
    assert_eq!(both.get(handle).await.unwrap().token().expose(), "by the old");
}

/// Renamed, too.
#[derive(SessionData, Clone)]
struct Renamed {
    #[session(secret, alias = "token")]
    api_token: Secret<String>,
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct Named {
    #[session(secret)]
    token: Secret<String>,
    views: u32,
}

#[tokio::test]
async fn every_form_of_a_secret_field_is_sealed() {
    let world = world();
    let (renamed, named) = (world.sessions_of::<Renamed>(), world.sessions_of::<Named>());
    let session = renamed.create();
    session.set_api_token(secret("s3cr3t"));
    renamed.save(&session).await.unwrap();
    let handle = session.id().unwrap();
    let record = stored(&world, handle).await;
    for name in ["api_token", "token"] {
        assert!(one(&record, name).is_sealed(), "{name}");
    }
    let session = named.get(handle).await.unwrap();
    assert_eq!(session.token().expose(), "s3cr3t");
    session.set_token(secret("by the old"));
    named.save(&session).await.unwrap();
    assert_eq!(renamed.get(handle).await.unwrap().api_token().expose(), "by the old");
}

/// The next version of the whole struct, first written in the form of the one before, then in its own.
#[derive(SessionData, Clone)]
#[session(version = 2, previous = Named, write_as = 1)]
struct Between {
    #[session(secret)]
    tokens: Secret<(String, String)>,
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = Named, min_reader = 2)]
struct Next {
    #[session(secret)]
    tokens: Secret<(String, String)>,
    views: u32,
}

macro_rules! converts {
    ($($next:ident)*) => {$(
        impl From<Named> for $next {
            fn from(old: Named) -> Self {
                Self { tokens: Secret::new((old.token.expose().clone(), String::new())), views: old.views }
            }
        }
    )*};
}

converts!(Between Next);

impl From<Between> for Named {
    fn from(new: Between) -> Self {
        Self { token: Secret::new(new.tokens.expose().0.clone()), views: new.views }
    }
}

#[tokio::test]
async fn a_secret_goes_through_versions_of_the_struct_without_a_plain_byte() {
    let world = world();
    let (named, between, next) =
        (world.sessions_of::<Named>(), world.sessions_of::<Between>(), world.sessions_of::<Next>());
    let session = named.create();
    session.set_token(secret("s3cr3t"));
    named.save(&session).await.unwrap();
    let handle = session.id().unwrap();

    let session = between.get(handle).await.unwrap();
    assert_eq!(session.tokens().expose().0, "s3cr3t");
    session.set_tokens(Secret::new(("s3cr3t".into(), "beside".into())));
    between.save(&session).await.unwrap();
    assert_eq!(named.get(handle).await.unwrap().token().expose(), "s3cr3t");
    assert_eq!(between.get(handle).await.unwrap().tokens().expose().1, "beside");
    let record = stored(&world, handle).await;
    assert!(!contains(&record, "s3cr3t") && !contains(&record, "beside"));

    let session = next.get(handle).await.unwrap();
    session.set_views(5);
    next.save(&session).await.unwrap();
    let record = stored(&world, handle).await;
    assert!(!contains(&record, "s3cr3t") && !contains(&record, "beside"));
    let tokens = next.get(handle).await.unwrap().snapshot();
    assert_eq!((tokens.tokens.expose().0.as_str(), tokens.views), ("s3cr3t", 5));
}

/// The field is not there any more.
#[derive(SessionData, Clone)]
#[session(version = 2, min_reader = 2, retired("token:8bff20b0"))]
struct Without {
    views: u32,
}

#[tokio::test]
async fn a_retired_secret_goes_when_nobody_may_read_it_any_more() {
    for world in [world(), World::new()] {
        let begun = World { runtime: Runtime::new(world.store.clone(), keyed()), ..world.clone() };
        let named = begun.sessions_of::<Named>();
        let session = named.create();
        session.set_token(secret("s3cr3t"));
        named.save(&session).await.unwrap();
        let handle = session.id().unwrap();
        assert_eq!(one(&stored(&world, handle).await, "token").flags, session::data::Flags::SEALED);
        let without = world.sessions_of::<Without>();
        let session = without.get(handle).await.unwrap();
        session.set_views(1);
        without.save(&session).await.unwrap();
        assert_eq!(raw(&stored(&world, handle).await, "token"), []);
    }
}

fn keyed() -> SessionConfig {
    SessionConfig::builder().keys(ring()).build().expect("a valid configuration")
}

#[test]
fn keys_are_needed_also_for_the_secrets_of_older_versions() {
    #[derive(SessionData, Clone)]
    #[session(version = 2, previous = Named, min_reader = 2)]
    struct Gone {
        views: u32,
    }

    impl From<Named> for Gone {
        fn from(old: Named) -> Self {
            Self { views: old.views + u32::from(old.token.expose().is_empty()) }
        }
    }

    let runtime = Runtime::new(World::new().store, SessionConfig::default());
    let error = session::SessionLayer::<Gone>::try_from_runtime(runtime).unwrap_err();
    assert!(matches!(error.kind(), session::ErrorKind::Config(_)), "{error:?}");
}
