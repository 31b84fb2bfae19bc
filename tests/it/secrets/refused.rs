//! What is not sealed by us, for this field of this session, is an error: never a default, never another value.

use std::error::Error as _;
use std::sync::Arc;

use session::config::{LoadPolicy, OnCorrupt};
use session::crypto::{KeyRing, OpenError};
use session::event::{Events, SessionEvent, from_fn};
use session::record::Record;
use session::testing::{data_by, record_by, record_of};
use session::{ErrorKind, Handle, SessionConfig, SessionLayer, Sessions};
use session_stores::MemoryStore;
use session_tests::{GET, POST, World};

use super::{KEYS, Vault, one, plant, ring, secret, stored, world};

fn config() -> SessionConfig {
    SessionConfig::builder().keys(ring()).build().expect("a valid configuration")
}

fn sample() -> Vault {
    Vault { token: secret("token"), device: secret("device"), ..session::SessionData::empty() }
}

#[test]
fn any_other_byte_in_an_envelope_makes_the_record_corrupt() {
    let record = record_by(&config(), sample()).unwrap();
    let envelope = one(&record, "token").bytes;
    let start = record.fields.windows(envelope.len()).position(|window| window == envelope).unwrap();
    for index in start..start + envelope.len() {
        for mask in 1..=u8::MAX {
            let mut fields = record.fields.to_vec();
            fields[index] ^= mask;
            let forged = Record { header: record.header.clone(), fields: fields.into() };
            let error = data_by::<Vault>(&config(), &forged).expect_err("a forged secret was read");
            assert!(matches!(error.kind(), ErrorKind::Corrupt), "{error:?}");
            assert!(error.source().unwrap().downcast_ref::<OpenError>().is_some());
        }
    }
}

/// Every byte of all the fields, not of envelopes alone: a forged name, shape or flag gives no wrong value either.
#[test]
fn no_changed_byte_anywhere_gives_another_secret() {
    let record = record_by(&config(), sample()).unwrap();
    for index in 0..record.fields.len() {
        for mask in 1..=u8::MAX {
            let mut fields = record.fields.to_vec();
            fields[index] ^= mask;
            let forged = Record { header: record.header.clone(), fields: fields.into() };
            let Ok(data) = data_by::<Vault>(&config(), &forged) else { continue };
            for (read, was) in [(&data.token, "token"), (&data.device, "device")] {
                assert!(["", was].contains(&read.expose().as_str()), "byte {index} with {mask:#04x}");
            }
        }
    }
}

/// Where an envelope stands and what it says of itself, changed by hand.
fn moved(record: &Record, from: &str, to: &str) -> Record {
    let [from, to] = [from, to].map(|name| one(record, name).bytes);
    assert_eq!(from.len(), to.len());
    let mut fields = record.fields.to_vec();
    let at = fields.windows(to.len()).position(|window| window == to).unwrap();
    fields[at..at + to.len()].copy_from_slice(&from);
    Record { header: record.header.clone(), fields: fields.into() }
}

#[test]
fn an_envelope_opens_in_its_own_field_only() {
    let data = Vault { token: secret("same length"), device: secret("other words"), ..sample() };
    let record = record_by(&config(), data).unwrap();
    let error = data_by::<Vault>(&config(), &moved(&record, "device", "token")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Corrupt) && error.to_string().contains("`token`"), "{error}");
}

/// The same name and value in two shapes, as it is written while old programs run.
#[derive(session::SessionData, Clone, Debug)]
struct TwoForms {
    #[session(secret, was = String, back = session::Secret::into_inner)]
    token: session::Secret<String>,
}

#[test]
fn an_envelope_opens_in_its_own_shape_only() {
    let record = record_by(&config(), TwoForms { token: secret("token") }).unwrap();
    let forms = super::raw(&record, "token");
    let [own, former] = [&forms[0].bytes, &forms[1].bytes];
    let mut fields = record.fields.to_vec();
    for (with, start) in [
        (former, fields.windows(own.len()).position(|window| window == *own).unwrap()),
        (own, fields.windows(former.len()).position(|window| window == *former).unwrap()),
    ] {
        fields[start..start + with.len()].copy_from_slice(with);
    }
    let swapped = Record { header: record.header.clone(), fields: fields.into() };
    assert!(data_by::<TwoForms>(&config(), &record).is_ok());
    let error = data_by::<TwoForms>(&config(), &swapped).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Corrupt), "{error:?}");
}

#[test]
fn an_envelope_opens_for_its_own_application_and_keys_only() {
    let record = record_by(&config(), sample()).unwrap();
    let other = |config: session::config::SessionConfigBuilder| {
        data_by::<Vault>(&config.build().unwrap(), &record).map(drop).map_err(|error| error.kind().clone())
    };
    assert_eq!(other(SessionConfig::builder().keys(ring())), Ok(()));
    assert_eq!(other(SessionConfig::builder().keys(ring()).application("blog")), Err(ErrorKind::Corrupt));
    assert_eq!(other(SessionConfig::builder().keys(KeyRing::new(&KEYS[1]))), Err(ErrorKind::Corrupt));
}

async fn with_token(world: &World, token: &str) -> Handle {
    let sessions = world.sessions_of::<Vault>();
    let session = sessions.create();
    session.set_token(secret(token));
    sessions.save(&session).await.unwrap();
    session.id().unwrap()
}

#[tokio::test]
async fn an_envelope_opens_in_its_own_session_only() {
    let world = world();
    let [mine, theirs] = [with_token(&world, "mine").await, with_token(&world, "theirs").await];
    let stolen = stored(&world, theirs).await;
    // The fields alone, and with the header's lineage.
    plant(&world, mine, |record| record.fields = stolen.fields.clone()).await;
    let sessions = world.sessions_of::<Vault>();
    assert!(matches!(sessions.get(mine).await.unwrap_err().kind(), ErrorKind::Corrupt));
    plant(&world, mine, |record| record.header.lineage = stolen.header.lineage).await;
    assert!(matches!(sessions.get(mine).await.unwrap_err().kind(), ErrorKind::Corrupt));
    assert_eq!(sessions.get(theirs).await.unwrap().token().expose(), "theirs");
}

#[tokio::test]
async fn a_secret_that_does_not_open_is_an_error_that_is_told_of_and_may_be_set_aside() {
    for corrupt in [OnCorrupt::Refuse, OnCorrupt::SetAside] {
        let told = Arc::<std::sync::Mutex<Vec<SessionEvent>>>::default();
        let told_here = Arc::clone(&told);
        let sink = from_fn(move |event: &SessionEvent| told_here.lock().unwrap().push(event.clone()));
        let events = Events::none().with(sink);
        let load = LoadPolicy { corrupt, ..LoadPolicy::default() };
        let world = World::with(|config| config.keys(ring()).events(events).load(load));
        let mut browser = world.browser_of::<Vault>();
        browser.visit(POST, async |session| session.set_token(secret("x"))).await;
        let handle = browser.begin().await.unwrap().session.id().unwrap();
        let before = stored(&world, handle).await;
        plant(&world, handle, |record| {
            let mut fields = record.fields.to_vec();
            *fields.last_mut().unwrap() ^= 1;
            record.fields = fields.into();
        })
        .await;
        match (corrupt, browser.begin().await) {
            (OnCorrupt::Refuse, Err(error)) => assert!(matches!(error.kind(), ErrorKind::Corrupt)),
            (OnCorrupt::SetAside, Ok(request)) => assert!(request.session.is_new()),
            (_, answer) => panic!("{answer:?}"),
        }
        let decrypt = SessionEvent::DecryptFailed { session: Some(handle.into()), what: "field" };
        assert!(told.lock().unwrap().contains(&decrypt));
        assert_ne!(stored(&world, handle).await.fields, before.fields, "nobody has repaired it");
    }
}

#[tokio::test]
async fn session_data_with_secrets_needs_keys() {
    let runtime = World::new().runtime;
    let error = SessionLayer::<Vault>::try_from_runtime(Arc::clone(&runtime)).unwrap_err();
    let ErrorKind::Config(problems) = error.kind() else { panic!("{error:?}") };
    assert!(problems[0].contains("`token`") && problems[0].contains(".keys("), "{problems:?}");
    assert!(SessionLayer::<Vault>::try_from_runtime(world().runtime).is_ok());
    assert!(SessionLayer::<session_tests::Shop>::try_from_runtime(runtime).is_ok());

    // Without a layer it is the first call that says so, and nothing is stored.
    let store = MemoryStore::new();
    let sessions = Sessions::<Vault, _>::new(store.clone());
    let session = sessions.create();
    session.set_views(1);
    let error = sessions.save(&session).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error:?}");
    assert_eq!(store.stats().total, 0);
    assert!(matches!(record_of(sample()).unwrap_err().kind(), ErrorKind::Config(_)));
}

#[test]
#[should_panic(expected = "the field `token` of `Vault` is secret")]
fn a_layer_without_the_keys_it_needs_is_not_built() {
    let _layer = SessionLayer::<Vault>::with_config(MemoryStore::new(), SessionConfig::default());
}

#[tokio::test]
async fn a_key_that_is_retired_too_early_loses_nothing() {
    let keys = session::crypto::SharedKeyRing::new(ring());
    let world = World::with(|config| config.keys(keys.clone()));
    let mut browser = world.browser_of::<Vault>();
    browser.visit(POST, async |session| session.set_token(secret("x"))).await;
    keys.replace(KeyRing::new(&KEYS[1]));
    assert!(matches!(browser.begin().await.unwrap_err().kind(), ErrorKind::Corrupt));
    keys.replace(KeyRing::new(&KEYS[1]).and_opens(&KEYS[0]).unwrap());
    browser.visit(GET, async |session| assert_eq!(session.token().expose(), "x")).await;
}
