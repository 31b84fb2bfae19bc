//! Whole records, sealed and compressed on their way into the store, under a runtime.

use std::sync::Arc;

use session::crypto::SharedKeyRing;
use session::store::{DynStore, Store};
use session::testing::{ManualClock, block_on};
use session::{ErrorKind, Runtime, SessionConfig, SessionLayer, Sessions};
use session_stores::{Compressed, Encrypted, MemoryStore};
use session_tests::{Item, Shop};

use super::{Vault, contains, ring, secret};

fn memory() -> MemoryStore {
    MemoryStore::builder().clock(Arc::new(ManualClock::default())).build()
}

fn sessions(store: impl Store) -> Sessions<Shop> {
    Sessions::of(Runtime::new(store, SessionConfig::default()))
}

/// As a test of the store sees it, unwrapped.
async fn look(store: &MemoryStore, handle: session::Handle) -> session::record::Record {
    match store.load(&session::store::Locator::Handle(handle)).await.unwrap() {
        session::store::Load::Found(record) => record,
        session::store::Load::Absent => panic!("there is no record"),
    }
}

#[tokio::test]
async fn a_session_lives_its_whole_life_in_a_store_that_sees_nothing_of_it() {
    let inner = memory();
    let sessions = sessions(Compressed::new(Encrypted::new(inner.clone(), ring()).strict()));
    let session = sessions.create();
    session.set_cart((0..40).map(|n| Item::one(&format!("article {n}"))).collect());
    sessions.save(&session).await.unwrap();
    let handle = session.id().unwrap();
    let [one, two] = [sessions.get(handle).await.unwrap(), sessions.get(handle).await.unwrap()];
    one.update_views(|views| *views += 1);
    two.update_views(|views| *views += 1);
    two.set_name(Some("Ada Lovelace".into()));
    sessions.save(&one).await.unwrap();
    sessions.save(&two).await.unwrap();
    session.sign_in(7);
    sessions.save(&session).await.unwrap();
    let seen = sessions.get(handle).await.unwrap();
    assert_eq!((seen.views(), seen.cart().len(), seen.user_id()), (2, 40, Some(7)));
    assert_eq!(seen.name().as_deref(), Some("Ada Lovelace"));
    let record = look(&inner, handle).await;
    assert!(record.header.packing.sealed && record.header.packing.compressed);
    assert!(!contains(&record, "article") && !contains(&record, "Ada"));
    assert!(sessions.delete(handle).await.unwrap());
    assert!(sessions.load(handle).await.unwrap().is_none());
}

#[tokio::test]
async fn a_packed_record_without_its_wrapper_is_an_error_that_names_it() {
    let inner = memory();
    let plain = sessions(inner.clone());
    let large = "three apples, ".repeat(50);
    let cases: [(Sessions<Shop>, &str); 3] = [
        (sessions(Encrypted::new(inner.clone(), ring())), "`Encrypted`"),
        (sessions(Compressed::new(inner.clone())), "`Compressed`"),
        (sessions(Compressed::new(Encrypted::new(inner.clone(), ring()))), "`Compressed<Encrypted<…>>`"),
    ];
    for (packing, wrapper) in cases {
        let session = packing.create();
        session.set_name(Some(large.clone()));
        packing.save(&session).await.unwrap();
        let handle = session.id().unwrap();
        let error = plain.load(handle).await.unwrap_err();
        let ErrorKind::Config(problems) = error.kind() else { panic!("{error:?}") };
        assert!(problems[0].contains(wrapper), "{problems:?}");
        // Not by its token either, and it is not written over.
        let token = packing.token(&session).unwrap();
        assert!(matches!(plain.open(&token).await.unwrap_err().kind(), ErrorKind::Config(_)));
        assert_eq!(packing.get(handle).await.unwrap().name().as_deref(), Some(&*large));
    }
}

#[tokio::test]
async fn a_record_that_is_packed_by_somebody_else_meanwhile_is_not_merged_as_it_lies_there() {
    let inner = memory();
    let (plain, sealing) = (sessions(inner.clone()), sessions(Encrypted::new(inner.clone(), ring())));
    let session = plain.create();
    session.set_views(1);
    plain.save(&session).await.unwrap();
    let handle = session.id().unwrap();
    let other = sealing.get(handle).await.unwrap();
    other.set_views(5);
    sealing.save(&other).await.unwrap();
    session.set_name(Some("late".into()));
    let error = plain.save(&session).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error:?}");
    assert_eq!(sealing.get(handle).await.unwrap().views(), 5);
}

#[tokio::test]
async fn secret_fields_in_a_sealed_record_are_sealed_twice_and_read_once() {
    let inner = memory();
    let keys = SharedKeyRing::new(ring());
    let config = SessionConfig::builder().keys(keys.clone()).build().unwrap();
    let store = DynStore::scanning(Encrypted::new(inner.clone(), keys));
    let sessions: Sessions<Vault> = Sessions::of(Runtime::from_dyn(store, config));
    let session = sessions.create();
    session.set_token(secret("s3cr3t"));
    sessions.save(&session).await.unwrap();
    assert_eq!(sessions.get(session.id().unwrap()).await.unwrap().token().expose(), "s3cr3t");
    assert_eq!(sessions.count().await.unwrap(), 1);
}

#[test]
fn a_wrapped_store_goes_into_a_layer() {
    let config = SessionConfig::builder().keys(ring()).build().unwrap();
    let store = Encrypted::new(memory(), ring()).application(config.application());
    let health = block_on(store.health()).unwrap();
    assert!(health.warnings.is_empty());
    let _layer = SessionLayer::<Vault>::with_config(store, config);
}
