//! Stores that fail, and records that cannot be read.

use std::time::Duration;

use session::config::{LoadPolicy, OnCorrupt, OnUnavailable};
use session::crypto::{Key, KeyRing, SharedKeyRing};
use session::record::Nonce;
use session::store::{Commit, Load, Locator, Store as _, Write};
use session::testing::{Fault, Faulty, Operation};
use session::{SessionData, Sessions, Token};
use session_stores::{Encrypted, MemoryStore};
use session_tests::{Browser, GET, POST, Shop, World, page};

use super::Ear;

pub(super) const SEEN: &[&str] = &[
    "load_failed",
    "commit_failed",
    "touch_failed",
    "release_failed",
    "degraded",
    "dropped_in_outage",
    "corrupt",
    "shape_mismatch",
    "conversion_failed",
    "upgrade_failed",
    "unreadable",
];

async fn signed_in(world: &World) -> Browser {
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    browser
}

#[tokio::test]
async fn a_store_that_cannot_be_asked() {
    let ear = Ear::default();
    let world = ear.world();
    let browser = signed_in(&world).await;
    ear.heard();
    world.faults.cut(true);
    assert!(browser.begin().await.is_err());
    ear.heard_only(&["load_failed"]);
    world.faults.cut(false);

    let request = browser.begin().await.unwrap();
    request.session.set_views(2);
    world.faults.cut(true);
    ear.heard();
    assert!(request.end(POST).await.failure.is_some());
    ear.heard_also(&["commit_failed"]);
    world.faults.cut(false);

    world.clock.advance(Duration::from_secs(20 * 60));
    let request = browser.begin().await.unwrap();
    world.faults.next(Operation::Touch, Fault::FailBefore);
    ear.heard();
    assert!(request.end(GET).await.failure.is_none());
    ear.heard_only(&["touch_failed", "responding"]);
}

#[tokio::test]
async fn a_claim_that_cannot_be_released() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = signed_in(&world).await;
    browser.visit(POST, async |session| session.notice().set("once")).await;
    let request = browser.begin().await.unwrap();
    assert!(request.session.notice().claim().await.unwrap().is_some());
    world.faults.cut(true);
    ear.heard();
    request.end(page(true, 500)).await;
    ear.heard_also(&["release_failed"]);
}

#[tokio::test]
async fn a_request_without_its_session() {
    let ear = Ear::default();
    let policy = LoadPolicy { unavailable: OnUnavailable::Proceed, ..LoadPolicy::default() };
    let world = ear.world_with(|config| config.load(policy));
    let mut browser = signed_in(&world).await;
    world.faults.cut(true);
    ear.heard();
    browser.visit(POST, async |session| session.set_views(9)).await;
    ear.heard_also(&["degraded", "dropped_in_outage"]);
}

/// Writes the session's record back with other fields.
async fn rewrite(world: &World, token: &Token, fields: Vec<u8>) {
    let at = Locator::Handle(token.handle());
    let Load::Found(record) = world.store.load(&at).await.unwrap() else { panic!("it is there") };
    let mut write = Write::over(token.handle(), &record, Nonce([9; 8]));
    write.fields = fields.into();
    assert!(matches!(world.store.commit(&write).await.unwrap(), Commit::Committed { .. }));
}

#[tokio::test]
async fn a_damaged_record() {
    let ear = Ear::default();
    let policy = LoadPolicy { corrupt: OnCorrupt::SetAside, ..LoadPolicy::default() };
    let world = ear.world_with(|config| config.load(policy));
    let browser = signed_in(&world).await;
    let token = Token::parse(browser.cookie.as_ref().unwrap().as_bytes()).unwrap();
    // A field that is cut off.
    rewrite(&world, &token, vec![1, 2, 3, 4, 5, 6, 7, 8, 0, 9]).await;
    ear.heard();
    assert!(browser.begin().await.unwrap().session.is_new());
    ear.heard_only(&["corrupt"]);
}

/// Defines session structs that are read as each other.
macro_rules! programs {
    ($($name:ident $(#$options:tt)* { $($fields:tt)* })*) => {$(
        #[derive(SessionData, Clone, Debug)]
        $(#$options)*
        struct $name { $($fields)* }
    )*};
}

programs! {
    Texts { value: String }
    Numbers { value: u32 }
    Converting { #[session(was = String, with = parse)] value: u32 }
    Strict #[session(version = 2, previous = Texts, min_reader = 2)] { number: u32 }
}

#[expect(clippy::needless_pass_by_value, reason = "a conversion takes the value")]
fn parse(text: String) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

impl TryFrom<Texts> for Strict {
    type Error = std::num::ParseIntError;

    fn try_from(old: Texts) -> Result<Self, Self::Error> {
        Ok(Self { number: old.value.parse()? })
    }
}

#[tokio::test]
async fn a_record_of_another_program() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = world.browser_of::<Texts>();
    browser.visit(POST, async |session| session.set_value("no number".to_owned())).await;
    let token = Token::parse(browser.cookie.as_ref().unwrap().as_bytes()).unwrap();
    ear.heard();
    world.sessions_of::<Numbers>().open(&token).await.unwrap().unwrap();
    ear.heard_only(&["shape_mismatch", "loaded"]);
    world.sessions_of::<Converting>().open(&token).await.unwrap().unwrap();
    ear.heard_only(&["conversion_failed", "loaded"]);
    let mut newer = world.browser_of::<Strict>();
    newer.cookie.clone_from(&browser.cookie);
    assert!(newer.begin().await.is_err());
    ear.heard_also(&["upgrade_failed"]);
}

/// The commit was made, its answer was lost, and when it is asked for again the key is gone that sealed it.
#[tokio::test]
async fn a_commit_that_cannot_be_read_back() {
    let ear = Ear::default();
    let ring = || KeyRing::new(&Key::generate().unwrap());
    let keys = SharedKeyRing::from(ring());
    let faults = Faulty::new(MemoryStore::new());
    let store = Encrypted::new(faults.clone(), keys.clone()).events(ear.events());
    let sessions = Sessions::<Shop, _>::new(store);
    let session = sessions.create();
    session.set_views(1);
    faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(sessions.save(&session).await.is_err());
    keys.replace(ring());
    assert!(sessions.save(&session).await.is_err());
    ear.heard_also(&["unreadable"]);
}
