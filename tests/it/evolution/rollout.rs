//! The two-deploy recipe: a struct of another version is rolled out without a moment at which somebody is logged out.

use session::store::{Load, Locator, Store};
use session::{ErrorKind, Session, SessionData, Sessions};
use session_tests::World;

#[derive(SessionData, Clone, Debug)]
#[session(version = 1)]
struct Old {
    #[session(identity)]
    user_id: Option<i64>,
    first_name: String,
    last_name: String,
    #[session(merge = add)]
    views: u32,
    #[session(flash)]
    notice: Option<String>,
}

/// The first deploy of the new struct: reads both, writes what the old program reads.
#[derive(SessionData, Clone, Debug)]
#[session(version = 2, previous = Old, write_as = 1)]
struct Between {
    #[session(identity)]
    user_id: Option<i64>,
    name: (String, String),
    #[session(merge = add)]
    views: u32,
    theme: String,
    #[session(flash)]
    notice: Option<String>,
}

/// The second: no old program runs any more.
#[derive(SessionData, Clone, Debug)]
#[session(version = 2, previous = Old, min_reader = 2)]
struct New {
    #[session(identity)]
    user_id: Option<i64>,
    name: (String, String),
    #[session(merge = add)]
    views: u32,
    theme: String,
    #[session(flash)]
    notice: Option<String>,
}

macro_rules! converts {
    ($($new:ident)*) => {$(
        impl From<Old> for $new {
            fn from(old: Old) -> Self {
                let name = (old.first_name, old.last_name);
                Self { user_id: old.user_id, name, views: old.views, theme: String::new(), notice: old.notice }
            }
        }
    )*};
}

converts!(Between New);

impl From<Between> for Old {
    fn from(new: Between) -> Self {
        let (first_name, last_name) = new.name;
        Self { user_id: new.user_id, first_name, last_name, views: new.views, notice: new.notice }
    }
}

/// What a third program wrote, which none of the others knows.
#[derive(SessionData, Clone, Debug)]
#[session(version = 1)]
struct Stranger {
    #[session(identity)]
    user_id: Option<i64>,
    secret_plan: String,
}

fn at<T: SessionData>(world: &World) -> Sessions<T> {
    Sessions::of(world.runtime.clone())
}

async fn version(world: &World, session: &Session<Old>) -> (u32, u32) {
    let Load::Found(record) = world.store.load(&Locator::Handle(session.id().unwrap())).await.unwrap() else {
        panic!("the record is there")
    };
    (record.header.schema_version, record.header.min_reader)
}

#[tokio::test]
async fn two_deploys_take_every_session_from_one_version_to_the_next() {
    let world = World::new();
    let (old, between, new, stranger) =
        (at::<Old>(&world), at::<Between>(&world), at::<New>(&world), at::<Stranger>(&world));

    let first = old.create();
    first.sign_in(7);
    first.set_first_name("Ada".to_owned());
    first.notice().set("hello");
    old.save(&first).await.unwrap();
    let token = old.token(&first).unwrap();
    let other = stranger.open(&token).await.unwrap().unwrap();
    other.set_secret_plan("carry me".to_owned());
    stranger.save(&other).await.unwrap();

    // The fleet is mixed: the new program writes what the old one reads, and keeps beside it what the old one cannot.
    let session = between.open(&token).await.unwrap().unwrap();
    assert_eq!(*session.name(), ("Ada".to_owned(), String::new()));
    session.set_name(("Ada".to_owned(), "Lovelace".to_owned()));
    session.set_theme("dark".to_owned());
    session.update_views(|views| *views += 1);
    let late = old.open(&token).await.unwrap().unwrap();
    late.update_views(|views| *views += 1);
    old.save(&late).await.unwrap();
    between.save(&session).await.unwrap();
    assert_eq!(version(&world, &first).await, (1, 0));
    let session = old.open(&token).await.unwrap().unwrap();
    assert_eq!((session.user_id(), session.last_name().as_str(), session.views()), (Some(7), "Lovelace", 2));
    assert_eq!(session.notice().peek().as_deref(), Some("hello"));
    session.set_first_name("Augusta".to_owned());
    old.save(&session).await.unwrap();

    // Sessions that the new program begins are the old one's, too.
    let fresh = between.create();
    fresh.set_name(("Grace".to_owned(), "Hopper".to_owned()));
    fresh.notice().set("welcome");
    between.save(&fresh).await.unwrap();
    let fresh = between.token(&fresh).unwrap();
    let seen = old.open(&fresh).await.unwrap().unwrap();
    assert_eq!(seen.last_name(), "Hopper");
    assert_eq!(seen.notice().peek().as_deref(), Some("welcome"));

    // The second deploy: what is written from now on is of the new version, and the first deploy goes on with it.
    let (session, racing) =
        (new.open(&token).await.unwrap().unwrap(), new.open(&token).await.unwrap().unwrap());
    let still = between.open(&token).await.unwrap().unwrap();
    assert_eq!(*session.name(), ("Augusta".to_owned(), "Lovelace".to_owned()));
    assert_eq!((session.views(), session.theme().as_str()), (2, "dark"));
    session.update_views(|views| *views += 1);
    racing.update_views(|views| *views += 1);
    still.update_views(|views| *views += 1);
    new.save(&session).await.unwrap();
    assert_eq!(version(&world, &first).await, (2, 2));
    new.save(&racing).await.unwrap();
    between.save(&still).await.unwrap();
    assert_eq!(version(&world, &first).await, (2, 2), "a version never goes down");
    for views in [
        between.open(&token).await.unwrap().unwrap().views(),
        new.open(&token).await.unwrap().unwrap().views(),
    ] {
        assert_eq!(views, 5, "what was counted while the record was converted counts");
    }
    let session = new.open(&token).await.unwrap().unwrap();
    assert_eq!((session.user_id(), session.theme().as_str()), (Some(7), "dark"));
    assert_eq!(*session.name(), ("Augusta".to_owned(), "Lovelace".to_owned()));
    assert_eq!(session.notice().take().as_deref(), Some("hello"));

    // The old program may not read it, says so, and leaves it alone.
    let error = old.open(&token).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooNew { version: 2 });

    // What none of them knows is still there for whoever does, once the version allows it.
    let Load::Found(record) = world.store.load(&Locator::Handle(token.handle())).await.unwrap() else {
        panic!("the record is there")
    };
    let bytes = record.encode();
    assert!(bytes.windows(8).any(|window| window == b"carry me"));
    assert!(!bytes.windows(10).any(|window| window == b"first_name"));
}

#[tokio::test]
async fn a_record_that_became_too_new_is_not_overwritten_by_who_loaded_it_before() {
    let world = World::new();
    let (old, new) = (at::<Old>(&world), at::<New>(&world));
    let session = old.create();
    session.set_first_name("Ada".to_owned());
    old.save(&session).await.unwrap();
    let token = old.token(&session).unwrap();
    let late = old.open(&token).await.unwrap().unwrap();
    let session = new.open(&token).await.unwrap().unwrap();
    session.set_theme("dark".to_owned());
    new.save(&session).await.unwrap();
    late.set_first_name("Eve".to_owned());
    let error = old.save(&late).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooNew { version: 2 });
    assert_eq!(new.open(&token).await.unwrap().unwrap().name().0, "Ada");
}

macro_rules! failing {
    ($($name:ident($($answer:tt)*))*) => {$(
        #[derive(SessionData, Clone, Debug)]
        #[session(version = 2, previous = Old, min_reader = 2 $($answer)*)]
        struct $name {
            #[session(identity)]
            user_id: Option<i64>,
            views: u32,
        }

        impl TryFrom<Old> for $name {
            type Error = ();

            fn try_from(old: Old) -> Result<Self, ()> {
                match old.views {
                    13 => Err(()),
                    views => Ok(Self { user_id: old.user_id, views }),
                }
            }
        }
    )*};
}

failing!(Refusing() Resetting(, on_failed_upgrade = reset) Keeping(, on_failed_upgrade = keep_aside));

/// A cookie of a session that cannot be converted.
async fn unlucky(world: &World) -> String {
    let old = at::<Old>(world);
    let session = old.create();
    session.sign_in(1);
    session.set_first_name("Ada".to_owned());
    session.set_views(13);
    old.save(&session).await.unwrap();
    old.token(&session).unwrap().expose()
}

/// A request with that cookie that counts a page; the answer's cookie.
async fn count<T: SessionData>(
    world: &World,
    cookie: &str,
    change: impl FnOnce(&Session<T>),
) -> Result<Option<String>, session::Error> {
    use session::http::Exchange;
    let exchange = Exchange::<T>::new(world.runtime.clone());
    let header = format!("{}={cookie}", exchange.cookie_name());
    let session = exchange.open([header.as_bytes()].into_iter()).await?;
    change(&session);
    let finish = exchange.finish(session_tests::POST.facts, 200).await.unwrap();
    assert!(finish.failure.is_none());
    Ok(finish.set_cookie)
}

#[tokio::test]
async fn a_failed_conversion_is_refused_where_nothing_else_is_said() {
    let world = World::new();
    let cookie = unlucky(&world).await;
    let error = count::<Refusing>(&world, &cookie, |_| ()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Upgrade { from: 1, to: 2 });
    assert!(
        count::<Old>(&world, &cookie, |_| ()).await.unwrap().is_none(),
        "the old program goes on with it"
    );
}

#[tokio::test]
async fn a_failed_conversion_can_begin_a_new_session_and_leaves_the_old_one_alone() {
    let world = World::new();
    let cookie = unlucky(&world).await;
    assert_eq!(count::<Resetting>(&world, &cookie, |_| ()).await.unwrap(), None, "nothing was written");
    let fresh = count::<Resetting>(&world, &cookie, |session| {
        assert_eq!(session.user_id(), None);
        session.set_views(1);
    });
    assert!(fresh.await.unwrap().is_some());
    let views = count::<Old>(&world, &cookie, |session| assert_eq!(session.views(), 13));
    assert!(views.await.unwrap().is_none());
}

#[tokio::test]
async fn a_failed_conversion_can_keep_the_old_fields_aside() {
    let world = World::new();
    let cookie = unlucky(&world).await;
    let mut handle = None;
    let fresh = count::<Keeping>(&world, &cookie, |session| session.set_views(1)).await.unwrap().unwrap();
    let token = fresh.split(['=', ';']).nth(1).unwrap();
    count::<Keeping>(&world, token, |session| handle = session.id()).await.unwrap();
    let Load::Found(record) = world.store.load(&Locator::Handle(handle.unwrap())).await.unwrap() else {
        panic!("the record is there")
    };
    assert!(record.fields.windows(3).any(|window| window == b"Ada"));
    assert!(record.header.principal.is_nobody());
}
