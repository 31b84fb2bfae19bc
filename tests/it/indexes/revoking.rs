use session::config::SessionConfig;
use session::store::Gone;
use session::testing::{Fault, Faulty, Operation};
use session::{ErrorKind, Sessions};

use super::{Account, Place, SECOND};

#[tokio::test]
async fn one_device_is_ended_by_its_handle_and_nobody_elses_is() {
    let place = Place::new(SessionConfig::default());
    let phone = place.login(7, "phone").await;
    let other = place.login(8, "other").await;
    let of = place.sessions.by_user_id(&7);
    assert!(!of.revoke(other.id().unwrap()).await.unwrap(), "the handle is another user's");
    assert!(of.revoke(phone.id().unwrap()).await.unwrap());
    assert!(!of.revoke(phone.id().unwrap()).await.unwrap());
    phone.set_views(1);
    assert!(place.sessions.save(&phone).await.unwrap_err().is_gone());
    assert_eq!((place.browsers(7).await.len(), place.browsers(8).await.len()), (0, 1));
}

#[tokio::test]
async fn logging_out_everywhere_ends_everything_of_one_user() {
    let place = Place::new(SessionConfig::default());
    let phone = place.login(7, "phone").await;
    place.login(7, "laptop").await;
    place.login(8, "other").await;
    let revoked = place.sessions.by_user_id(&7).revoke_all().await.unwrap();
    assert_eq!((revoked.ended, revoked.is_complete()), (2, true));
    phone.set_views(1);
    let error = place.sessions.save(&phone).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Gone(Gone::Deleted));
    place.clock.advance(SECOND);
    place.login(7, "again").await;
    assert_eq!((place.browsers(7).await.len(), place.browsers(8).await.len()), (1, 1));
}

/// Back-channel logout: the provider names its own session, which several of ours may stand on.
#[tokio::test]
async fn what_an_identity_provider_calls_a_session_ends_it_and_no_other() {
    let place = Place::new(SessionConfig::default());
    for (user, browser, sid) in
        [(7, "phone", "one"), (7, "tablet", "one"), (7, "laptop", "two"), (8, "other", "")]
    {
        let session = place.login(user, browser).await;
        session.set_idp_session(sid.to_owned());
        place.sessions.save(&session).await.unwrap();
    }
    place.clock.advance(SECOND);
    let revoked = place.sessions.by_idp_session("one").revoke_all().await.unwrap();
    assert_eq!((revoked.ended, revoked.is_complete()), (2, true));
    assert_eq!(place.browsers(7).await, ["laptop"]);
    assert_eq!(place.browsers(8).await, ["other"]);
}

#[tokio::test]
async fn logging_out_everywhere_else_spares_the_present_session() {
    let place = Place::new(SessionConfig::default());
    let phone = place.login(7, "phone").await;
    place.login(7, "laptop").await;
    assert_eq!(place.sessions.by_user_id(&7).revoke_others(&phone).await.unwrap().ended, 1);
    assert_eq!(place.browsers(7).await, ["phone"]);
    phone.set_views(1);
    place.sessions.save(&phone).await.unwrap();
    phone.sign_in(7);
    place.sessions.save(&phone).await.expect("the present session may authenticate again");
}

#[tokio::test]
async fn a_login_whose_request_began_before_does_not_survive_the_revocation() {
    let place = Place::new(SessionConfig::default());
    // The request is under way: the password has been checked, and nothing is written yet.
    let running = place.sessions.create();
    running.sign_in(7);
    place.clock.advance(SECOND);
    assert_eq!(place.sessions.by_user_id(&7).revoke_all().await.unwrap().ended, 0);
    place.clock.advance(SECOND);
    let error = place.sessions.save(&running).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Gone(Gone::Revoked));
    assert_eq!(place.store.stats().total, 0, "nothing was written");
    place.login(7, "later").await;
}

#[tokio::test]
async fn an_anonymous_session_that_signs_in_meanwhile_does_not_survive_either() {
    let place = Place::new(SessionConfig::default());
    let cart = place.sessions.create();
    cart.set_views(3);
    place.sessions.save(&cart).await.unwrap();
    let token = place.sessions.token(&cart).unwrap();
    let running = place.sessions.open(&token).await.unwrap().unwrap();
    running.sign_in(7);
    place.clock.advance(SECOND);
    let _ = place.sessions.by_user_id(&7).revoke_all().await.unwrap();
    assert!(place.sessions.save(&running).await.unwrap_err().is_gone());
    let still = place.sessions.open(&token).await.unwrap().expect("the cart is nobody's, and stays");
    assert_eq!((still.user_id(), still.views()), (None, 3));
}

#[tokio::test]
async fn what_could_not_be_ended_does_not_stay_by_logging_out_everywhere_else() {
    let place = Place::new(SessionConfig::default());
    let stolen = place.login(7, "stolen").await;
    let store = Faulty::new(place.store.clone());
    let sessions = Sessions::<Account, _>::new(store.clone());
    store.next(Operation::Index, Fault::None);
    store.next(Operation::Index, Fault::FailBefore);
    assert_eq!(sessions.by_user_id(&7).revoke_all().await.unwrap().unfinished.len(), 1);
    place.clock.advance(SECOND);
    let phone = place.login(7, "phone").await;
    // The stolen one is quicker than whoever would have finished it.
    assert_eq!(sessions.by_user_id(&7).revoke_others(&stolen).await.unwrap().ended, 2);
    assert_eq!(place.store.stats().live, 0);
    for session in [stolen, phone] {
        session.set_views(1);
        assert!(place.sessions.save(&session).await.unwrap_err().is_gone());
    }
}

#[tokio::test]
async fn what_could_not_be_ended_is_reported_and_finished_by_whoever_asks_next() {
    let place = Place::new(SessionConfig::default());
    let phone = place.login(7, "phone").await;
    place.login(7, "laptop").await;
    let store = Faulty::new(place.store.clone());
    let sessions = Sessions::<Account, _>::new(store.clone());
    store.next(Operation::Index, Fault::None);
    store.next(Operation::Index, Fault::FailBefore);
    let revoked = sessions.by_user_id(&7).revoke_all().await.unwrap();
    assert_eq!((revoked.ended, revoked.unfinished.len()), (1, 1));
    place.clock.advance(SECOND);
    // It does not escape by saying once more that it is there.
    if revoked.unfinished[0].handle == phone.id().unwrap() {
        phone.remember();
        assert!(place.sessions.save(&phone).await.is_err());
    }
    assert_eq!(place.sessions.by_user_id(&7).count().await.unwrap(), 0);
    assert_eq!(place.store.stats().live, 0);
}
