//! What was once written is read for ever: by every later version of a struct, and by the earlier ones of a fleet.
//!
//! The files in `tests/golden` were written by the versions below, and are never written again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use session::crypto::{Key, KeyRing};
use session::testing::{Golden, data_of, record_of};
use session::{FlashBag, FlashLevel, Secret, SessionConfig, SessionData};

/// The versions of one app's session, one after the other.
mod v1 {
    use session::{SessionData, SessionValue};

    #[derive(SessionValue, Clone, Debug, Default, PartialEq)]
    pub(super) struct Item {
        pub(super) sku: String,
        pub(super) quantity: u32,
    }

    #[derive(SessionData, Clone, Debug)]
    pub(super) struct Shop {
        #[session(identity)]
        pub(super) user_id: Option<i64>,
        pub(super) username: String,
        pub(super) cart: Vec<Item>,
        pub(super) views: u32,
    }
}

mod v2 {
    use session::{SessionData, SessionValue};

    /// More of it, and another type for the number.
    #[derive(SessionValue, Clone, Debug, Default, PartialEq)]
    pub(super) struct Item {
        pub(super) sku: String,
        #[session(was = u32)]
        pub(super) quantity: Count,
        pub(super) note: Option<String>,
    }

    #[derive(SessionValue, Clone, Copy, Debug, Default, PartialEq)]
    pub(super) struct Count(pub(super) u64);

    impl From<u32> for Count {
        fn from(count: u32) -> Self {
            Self(count.into())
        }
    }

    impl TryFrom<Count> for u32 {
        type Error = std::num::TryFromIntError;

        fn try_from(count: Count) -> Result<Self, Self::Error> {
            count.0.try_into()
        }
    }

    #[derive(SessionData, Clone, Debug)]
    #[session(version = 2)]
    pub(super) struct Shop {
        #[session(identity)]
        pub(super) user_id: Option<i64>,
        #[session(alias = "username")]
        pub(super) nick: String,
        pub(super) cart: Vec<Item>,
        #[session(was = u32)]
        pub(super) views: u64,
        #[session(default = String::from("light"))]
        pub(super) theme: String,
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

fn first() -> v1::Shop {
    let cart = vec![v1::Item { sku: "a".into(), quantity: 3 }];
    v1::Shop { user_id: Some(7), username: "ada".into(), cart, views: 300 }
}

fn second() -> v2::Shop {
    let cart = vec![v2::Item { sku: "b".into(), quantity: v2::Count(4), note: Some("gift".into()) }];
    v2::Shop { user_id: Some(8), nick: "bea".into(), cart, views: 70_000, theme: "dark".into() }
}

#[test]
fn golden_records_of_every_version_are_read_by_the_newest() {
    Golden::in_folder(folder()).sample("full", first()).expect("version 1 is written as it was");
    Golden::in_folder(folder())
        .check([("full", second()), ("empty", v2::Shop::empty())], |data| format!("{data:#?}\n"));
}

/// Every kind of field, in the format of today.
#[derive(SessionData, Clone, Debug)]
struct Kinds {
    #[session(identity)]
    user: Option<String>,
    #[session(privilege)]
    roles: std::collections::BTreeSet<String>,
    #[session(keep)]
    theme: Option<u8>,
    #[session(secret)]
    token: Secret<String>,
    #[session(flash)]
    messages: Option<FlashBag>,
    scores: BTreeMap<i32, (f32, char)>,
}

/// With the key of the golden records, which protects nothing else.
fn keyed() -> SessionConfig {
    let key = Key::from_text("5f69428ffd7248cedc8671686bf4a22d9975579a0fa699fc1fd3ca7f97b8a925");
    SessionConfig::builder().keys(KeyRing::new(&key.expect("a key"))).build().expect("a valid configuration")
}

#[test]
fn the_format_of_every_kind_of_field_is_pinned() {
    let kinds = Kinds {
        user: Some("ada".into()),
        roles: ["admin", "user"].map(String::from).into(),
        theme: Some(1),
        token: Secret::new("s3cr3t".into()),
        messages: Some(FlashBag::from_iter([(FlashLevel::Info, "hello")])),
        scores: BTreeMap::from([(-1, (0.5, 'ß'))]),
    };
    // Among the files is one from before secret fields were sealed.
    Golden::in_folder(folder())
        .with_config(keyed())
        .check([("full", kinds)], |data| format!("{data:#?}\ntoken: {}\n", data.token.expose()));
}

/// Writer × reader: what each version writes, each reads; and what it reads and writes back, the first one reads.
#[test]
fn every_version_reads_and_writes_back_what_every_other_wrote() {
    let [by_first, by_second] =
        [record_of(first()), record_of(second())].map(|record| record.expect("the samples can be stored"));
    // Read.
    let newer: v2::Shop = data_of(&by_first).expect("the newer program reads the older one's record");
    assert_eq!((newer.nick.as_str(), newer.views, newer.theme.as_str()), ("ada", 300, "light"));
    assert_eq!(newer.cart[0].quantity, v2::Count(3));
    let older: v1::Shop = data_of(&by_second).expect("the older program reads the newer one's record");
    assert_eq!((older.username.as_str(), older.views, older.user_id), ("bea", 70_000, Some(8)));
    assert_eq!(older.cart, [v1::Item { sku: "b".into(), quantity: 4 }]);
    // Write back, and read where it came from.
    let back: v1::Shop = data_of(&record_of(newer).expect("written back")).expect("read again");
    assert_eq!(format!("{back:?}"), format!("{:?}", first()));
    let back: v2::Shop = data_of(&record_of(older).expect("written back")).expect("read again");
    assert_eq!((back.nick.as_str(), back.views, back.user_id), ("bea", 70_000, Some(8)));
}

#[test]
fn the_helper_tells_a_missing_record_a_changed_format_and_another_reading() {
    let folder = std::env::temp_dir().join(format!("session-golden-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let show = |data: &v1::Shop| format!("{data:?}");
    let golden = Golden::in_folder(&folder).write(false);
    assert!(golden.problems([("full", first())], show)[0].contains("SESSION_GOLDEN=write"));
    assert_eq!(golden.clone().write(true).problems([("full", first())], show), Vec::<String>::new());
    assert_eq!(golden.problems([("full", first())], show), Vec::<String>::new());
    let changed = v1::Shop { views: 1, ..first() };
    assert!(golden.problems([("full", changed)], show)[0].contains("other bytes"));
    assert!(golden.problems([("full", first())], |_| "other".into())[0].contains("snapshot"));
    // Another version finds the records of this one, too.
    assert_eq!(golden.problems([], |data: &v2::Shop| data.nick.clone()).len(), 1);
    std::fs::remove_dir_all(&folder).expect("the folder was there");
}
