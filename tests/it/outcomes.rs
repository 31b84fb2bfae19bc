//! "Not found", "could not ask", "corrupt" and "too new" are different outcomes, up to the response.

use session::config::{LoadPolicy, OnCorrupt, OnUnavailable};
use session::record::Nonce;
use session::store::{Load, Locator, Store as _, Write};
use session::{ErrorKind, Token};
use session_tests::{Browser, GET, POST, World};

async fn signed_in(world: &World) -> Browser {
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    browser
}

/// Writes the session's record back with other fields and another oldest reader.
async fn rewrite(world: &World, browser: &Browser, fields: &[u8], min_reader: u32) {
    let token = Token::parse(browser.cookie.as_ref().unwrap().as_bytes()).unwrap();
    let at = Locator::Handle(token.handle());
    let Load::Found(record) = world.store.load(&at).await.unwrap() else { panic!("it is there") };
    let mut write = Write::over(token.handle(), &record, Nonce([9; 8]));
    write.draft.min_reader = min_reader;
    if !fields.is_empty() {
        write.fields = fields.to_vec().into();
    }
    assert!(matches!(world.store.commit(&write).await.unwrap(), session::store::Commit::Committed { .. }));
}

#[tokio::test]
async fn an_outage_refuses_the_request_and_leaves_the_session_alone() {
    let world = World::new();
    let browser = signed_in(&world).await;
    world.faults.cut(true);
    assert!(browser.begin().await.unwrap_err().is_unavailable());
    world.faults.cut(false);
    assert!(browser.begin().await.unwrap().session.is_authenticated());
}

#[tokio::test]
async fn a_degraded_request_goes_on_without_a_session_and_without_touching_the_cookie() {
    let policy = LoadPolicy { unavailable: OnUnavailable::Proceed, ..LoadPolicy::default() };
    let world = World::with(|config| config.load(policy));
    let mut browser = signed_in(&world).await;
    world.faults.cut(true);
    let answer = browser
        .visit(POST, async |session| {
            assert!(session.is_degraded() && session.is_new() && !session.is_authenticated());
            session.set_views(9);
            assert!(session.commit().await.unwrap_err().is_unavailable());
        })
        .await;
    assert!(answer.failure.is_none() && answer.set_cookie.is_none());
    world.faults.cut(false);
    browser
        .visit(GET, async |session| {
            assert!(!session.is_degraded());
            assert_eq!((session.user_id(), session.views()), (Some(1), 0));
        })
        .await;
}

#[tokio::test]
async fn a_damaged_record_is_kept_and_begins_afresh_only_where_that_was_chosen() {
    // A field that is cut off.
    let damage = [1, 2, 3, 4, 5, 6, 7, 8, 0, 9];
    for corrupt in [OnCorrupt::Refuse, OnCorrupt::SetAside] {
        let world = World::with(|config| config.load(LoadPolicy { corrupt, ..LoadPolicy::default() }));
        let mut browser = signed_in(&world).await;
        let damaged = browser.clone();
        rewrite(&world, &browser, &damage, 0).await;
        match corrupt {
            OnCorrupt::SetAside => {
                browser.visit(GET, async |session| assert!(session.is_new())).await;
                assert_eq!(browser.cookie, damaged.cookie);
                browser.visit(POST, async |session| session.sign_in(2)).await;
                assert_ne!(browser.cookie, damaged.cookie);
                browser.visit(GET, async |session| assert_eq!(session.user_id(), Some(2))).await;
            }
            _ => assert_eq!(browser.begin().await.unwrap_err().kind(), &ErrorKind::Corrupt),
        }
        let token = Token::parse(damaged.cookie.as_ref().unwrap().as_bytes()).unwrap();
        let kept = world.store.load(&Locator::Handle(token.handle())).await.unwrap();
        assert!(matches!(kept, Load::Found(record) if record.fields[..] == damage), "the record is kept");
    }
}

#[tokio::test]
async fn a_record_for_newer_programs_is_refused_and_kept() {
    let world = World::new();
    let browser = signed_in(&world).await;
    rewrite(&world, &browser, &[], 2).await;
    let error = browser.begin().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TooNew { .. }), "{error}");
}
