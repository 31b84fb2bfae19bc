//! Fields of other crates' types: times that change their library, and what serde alone knows.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use session::value::Json;
use session::{ErrorKind, SessionData, SessionValue, Sessions};
use session_tests::World;

use super::rules::{at, change, read, stored};

/// Session structs that differ in what one of the crates calls the same thing.
macro_rules! times {
    ($($name:ident: $moment:ty, $day:ty;)*) => {$(
        #[derive(SessionData, Clone, Debug)]
        struct $name {
            #[session(default = moment())]
            seen: $moment,
            due: Option<$day>,
            other: u32,
        }
    )*};
}

times! {
    OfChrono: chrono::DateTime<chrono::Utc>, chrono::NaiveDate;
    OfJiff: jiff::Timestamp, jiff::civil::Date;
    OfTime: time::OffsetDateTime, time::Date;
    OfStd: SystemTime, String;
}

/// The first one there was.
fn moment<V: SessionValue>() -> V {
    let bytes = session::value::to_bytes(&SystemTime::UNIX_EPOCH).unwrap();
    session::value::from_bytes(&bytes).unwrap()
}

#[tokio::test]
async fn an_app_goes_from_one_library_for_times_to_another() {
    let world = World::new();
    let token = stored::<OfChrono>(&world, |data| {
        data.seen += chrono::TimeDelta::milliseconds(1_500);
        data.due = chrono::NaiveDate::from_ymd_opt(2026, 11, 28);
    })
    .await;
    change::<OfJiff>(&world, &token, |data| {
        assert_eq!(data.seen.as_millisecond(), 1_500);
        data.due = Some(data.due.unwrap().tomorrow().unwrap());
    })
    .await;
    change::<OfTime>(&world, &token, |data| {
        assert_eq!(data.due.unwrap().to_ordinal_date(), (2026, 333));
        data.seen += Duration::from_millis(500);
    })
    .await;
    // A day is nothing that std has: not known here, and not touched.
    change::<OfStd>(&world, &token, |data| {
        assert_eq!((data.seen, &data.due), (SystemTime::UNIX_EPOCH + Duration::from_secs(2), &None));
        data.other = 1;
    })
    .await;
    let at_last = read::<OfChrono>(&world, &token).await;
    assert_eq!(at_last.seen.timestamp_millis(), 2_000);
    assert_eq!(at_last.due.unwrap().to_string(), "2026-11-29");
    assert_eq!(at_last.other, 1);
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
struct Address {
    street: String,
}

/// The same one, later, as far as its author kept in mind that there are old ones.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
struct LongerAddress {
    street: String,
    #[serde(default)]
    country: String,
}

/// And where not.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
struct StrictAddress {
    street: String,
    country: String,
}

#[derive(SessionData, Clone, Debug)]
struct Order {
    ship_to: Json<Address>,
    rate: Json<f64>,
    #[session(merge = add)]
    items: u32,
}

#[derive(SessionData, Clone, Debug)]
struct LaterOrder {
    ship_to: Json<LongerAddress>,
}

/// The same, and two changes of it are one too many.
#[derive(SessionData, Clone, Debug)]
struct DisputedOrder {
    #[session(merge = conflict)]
    ship_to: Json<LongerAddress>,
    #[session(merge = add)]
    items: u32,
}

/// An address that is none as long as nothing stands in it.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(try_from = "String", into = "String")]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') { Ok(Self(text)) } else { Err("no address") }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[derive(SessionData, Clone, Debug)]
struct Letter {
    to: Json<Email>,
    pages: u32,
}

#[derive(SessionData, Clone, Debug)]
struct StrictOrder {
    ship_to: Json<StrictAddress>,
}

#[tokio::test]
async fn what_a_foreign_type_reads_is_what_it_promised_to_read() {
    let world = World::new();
    let token = stored::<Order>(&world, |data| data.ship_to.street = "Main Street".to_owned()).await;

    let kept = read::<LaterOrder>(&world, &token).await.ship_to;
    assert_eq!((kept.street.as_str(), kept.country.as_str()), ("Main Street", ""));

    let broken = at::<StrictOrder>(&world).open(&token).await.expect_err("an address without a country");
    assert!(matches!(broken.kind(), ErrorKind::Corrupt), "{broken:?}");
    assert_eq!(read::<Order>(&world, &token).await.ship_to.street, "Main Street");
}

#[tokio::test]
async fn a_foreign_value_is_one_value_and_leaves_the_other_fields_alone() {
    let world = World::new();
    let token = stored::<Order>(&world, |data| data.items = 1).await;
    let sessions: Sessions<Order> = at(&world);
    let first = sessions.open(&token).await.unwrap().unwrap();
    let second = sessions.open(&token).await.unwrap().unwrap();
    first.update_ship_to(|address| address.street = "First".to_owned());
    first.update_items(|items| *items += 1);
    second.set_ship_to(Json(Address { street: "Second".to_owned() }));
    second.update_items(|items| *items += 1);
    sessions.save(&first).await.unwrap();
    sessions.save(&second).await.unwrap();
    let merged = read::<Order>(&world, &token).await;
    assert_eq!((merged.ship_to.0.street.as_str(), merged.items), ("Second", 3));
}

#[tokio::test]
async fn a_foreign_value_that_could_not_be_read_again_is_an_error_and_loses_nothing() {
    let world = World::new();
    let token = stored::<Order>(&world, |data| data.rate = Json(0.1)).await;
    let session = at::<Order>(&world).open(&token).await.unwrap().unwrap();
    session.set_rate(Json(f64::NAN));
    let refused = at::<Order>(&world).save(&session).await.expect_err("JSON has no NaN");
    assert!(matches!(refused.kind(), ErrorKind::Encode { field: "rate", .. }), "{refused:?}");
    assert_eq!(read::<Order>(&world, &token).await.rate, Json(0.1));
}

#[tokio::test]
async fn a_value_that_is_written_otherwise_than_it_was_stored_is_no_change_of_others() {
    let world = World::new();
    let token = stored::<Order>(&world, |data| data.ship_to.street = "Main Street".to_owned()).await;
    let sessions: Sessions<DisputedOrder> = at(&world);
    let moving = sessions.open(&token).await.unwrap().unwrap();
    moving.update_ship_to(|address| address.country = "AT".to_owned());
    change::<Order>(&world, &token, |data| data.items = 1).await;
    // Nobody else changed the address, though what the old program stored is not what this one would write for it.
    sessions.save(&moving).await.unwrap();
    let merged = read::<DisputedOrder>(&world, &token).await;
    assert_eq!((merged.ship_to.street.as_str(), merged.ship_to.country.as_str()), ("Main Street", "AT"));
    assert_eq!(merged.items, 1);

    let moving = sessions.open(&token).await.unwrap().unwrap();
    moving.update_ship_to(|address| address.country = "IT".to_owned());
    change::<Order>(&world, &token, |data| data.ship_to.street = "Broadway".to_owned()).await;
    let refused = sessions.save(&moving).await.expect_err("and now somebody has");
    assert!(matches!(refused.kind(), ErrorKind::Conflict { field: "ship_to" }), "{refused:?}");
}

#[tokio::test]
async fn a_beginning_that_could_not_be_read_again_is_in_nobodys_way() {
    let world = World::new();
    let token = stored::<Letter>(&world, |data| data.pages = 1).await;
    change::<Letter>(&world, &token, |data| data.to = Json(Email("ada@example.com".to_owned()))).await;
    let letter = read::<Letter>(&world, &token).await;
    assert_eq!((letter.to.0.0.as_str(), letter.pages), ("ada@example.com", 1));
    // And what could not be read is not stored later, either.
    let session = at::<Letter>(&world).open(&token).await.unwrap().unwrap();
    session.set_to(Json(Email::default()));
    let refused = at::<Letter>(&world).save(&session).await.expect_err("no address");
    assert!(matches!(refused.kind(), ErrorKind::Encode { field: "to", .. }), "{refused:?}");
}
