//! `max_len`: what a request writes is no longer than it may be, and what is stored is read however long it is.

use session::testing::{ManualClock, ReferenceStore, block_on, data_of, record_of};
use session::{Error, ErrorKind, SessionData, SessionValue, Sessions};

/// A nested struct with a limit of its own.
#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
struct Item {
    #[session(max_len = 4)]
    sku: String,
}

/// Fields one after the other.
#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
struct Pair(#[session(max_len = 3)] Vec<u8>, bool);

/// With limits.
#[derive(SessionData, Clone, Debug)]
#[session(fits_cookie)]
struct Limited {
    #[session(max_len = 5, rename = "name")]
    name: Option<String>,
    #[session(max_len = 2)]
    cart: Vec<Item>,
    pair: Pair,
    views: u32,
    #[session(flash, max_len = 5)]
    notice: Option<String>,
}

/// The same without.
#[derive(SessionData, Clone, Debug)]
struct Boundless {
    name: Option<String>,
    cart: Vec<Wide>,
    views: u32,
}

/// `Item` without its limit.
#[derive(SessionValue, Clone, Default, Debug)]
struct Wide {
    sku: String,
}

fn refused(change: impl FnOnce(&mut Limited)) -> ErrorKind {
    let mut data = Limited::empty();
    change(&mut data);
    record_of(data).map_err(|error: Error| error.kind().clone()).expect_err("too long to be written")
}

#[test]
fn what_is_too_long_is_not_written_and_the_field_is_named() {
    let too_long = |field, actual, limit| ErrorKind::TooLong { field, actual, limit };
    assert_eq!(refused(|data| data.name = Some("longer".into())), too_long("name", 6, 5));
    // Bytes, not characters: it is the room in a cookie that is bounded.
    assert_eq!(refused(|data| data.name = Some("ßßß".into())), too_long("name", 6, 5));
    assert_eq!(refused(|data| data.cart = vec![Item::default(); 3]), too_long("cart", 3, 2));
    assert_eq!(refused(|data| data.cart = vec![Item { sku: "abcde".into() }]), too_long("cart", 5, 4));
    assert_eq!(refused(|data| data.pair.0 = vec![0; 4]), too_long("pair", 4, 3));
    assert_eq!(refused(|data| data.notice = Some("longer".into())), too_long("notice", 6, 5));
    let full = Limited {
        name: Some("five5".into()),
        cart: vec![Item { sku: "four".into() }; 2],
        pair: Pair(vec![0; 3], true),
        views: u32::MAX,
        notice: Some("five5".into()),
    };
    let record = record_of(full).expect("as long as it may be");
    let most = session::schema::of::<Limited>().max.expect("a bound");
    assert!(record.fields.len() <= most, "{} of {most} bytes", record.fields.len());
}

#[test]
fn a_session_that_is_longer_than_is_now_allowed_is_read_and_can_be_changed_elsewhere() {
    let long =
        Boundless { name: Some("much longer".into()), cart: vec![Wide { sku: "x".repeat(9) }; 4], views: 1 };
    let record = record_of(long).expect("no limits");
    let read: Limited = data_of(&record).expect("it is read");
    assert_eq!(read.name.as_deref(), Some("much longer"));
    assert_eq!(read.cart.len(), 4);

    let store = ReferenceStore::new(ManualClock::default());
    let (before, now) = (Sessions::<Boundless, _>::new(store.clone()), Sessions::<Limited, _>::new(store));
    block_on(async {
        let session = before.create();
        session.update(|data| data.name = Some("much longer".into()));
        session.commit().await.expect("no limits");
        let token = before.token(&session).expect("a stored session");
        let session = now.open(&token).await.expect("the store answers").expect("the session is there");
        // Reached mutably and left as it is.
        session.update_views(|views| *views += 1);
        session.update_name(|_| ());
        session.commit().await.expect("what is stored already is nobody's fault");
        session.set_name(Some("longer".into()));
        let kind = session.commit().await.map_err(|error| error.kind().clone());
        assert!(matches!(kind, Err(ErrorKind::TooLong { field: "name", actual: 6, limit: 5 })), "{kind:?}");
    });
}

/// Whoever wrote the name and the text could write longer ones.
#[derive(SessionData, Clone, Debug)]
struct Roomy {
    #[session(identity)]
    user: String,
    text: String,
    views: u32,
}

#[derive(SessionData, Clone, Debug)]
struct Tight {
    #[session(identity, max_len = 5)]
    user: String,
    #[session(max_len = 5)]
    text: String,
    #[session(merge = add)]
    views: u32,
}

#[test]
fn what_is_too_long_by_now_is_no_change_and_no_other_principal() {
    block_on(async {
        let world = session_tests::World::new();
        let roomy = world.sessions_of::<Roomy>().create();
        roomy.update(|data| {
            data.user = "somebody".to_owned();
            data.text = "long text".to_owned();
        });
        roomy.commit().await.unwrap();
        let id = roomy.id().unwrap();
        let sessions = world.sessions_of::<Tight>();

        let session = sessions.get(id).await.unwrap();
        session.update(|data| data.views += 1);
        session.commit().await.unwrap();
        assert_eq!((session.user().as_str(), session.views()), ("somebody", 1));

        // Of two closures, the one changes it and the other does not.
        session.update(|data| {
            session.set_text("short".to_owned());
            data.views += 1;
        });
        assert_eq!((session.text().as_str(), session.views()), ("short", 2));

        // What others have shortened meanwhile is theirs.
        let other = sessions.get(id).await.unwrap();
        other.update(|data| data.views += 1);
        session.commit().await.unwrap();
        other.commit().await.unwrap();
        other.update(|data| data.views += 1);
        other.commit().await.unwrap();
        assert_eq!((other.text().as_str(), other.views()), ("short", 4));
    });
}
