//! Whose session it is: nobody rotates by hand, nobody inherits.

use std::sync::Arc;

use session::store::Gone;
use session::{ErrorKind, Sessions};
use session_tests::{Browser, GET, Item, POST, World};

async fn signed_in(world: &World, user: i64) -> Browser {
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.sign_in(user);
            session.set_name(Some(format!("user {user}")));
            session.set_cart(vec![Item::one("of their own")]);
            session.set_theme("dark".to_owned());
        })
        .await;
    browser
}

#[tokio::test]
async fn signing_in_keeps_the_anonymous_cart_and_rotates_the_id() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_cart(vec![Item::one("tea")])).await;
    let before = browser.clone();
    browser
        .visit(POST, async |session| {
            assert_eq!(session.authenticated_at(), None);
            session.sign_in(1);
        })
        .await;

    assert_ne!(browser.cookie, before.cookie);
    assert!(before.begin().await.unwrap().session.is_new(), "the id from before the login is dead");
    browser
        .visit(GET, async |session| {
            assert!(session.is_authenticated());
            assert_eq!(session.cart(), vec![Item::one("tea")]);
            assert_eq!(session.rotations(), 1);
            assert!(session.authenticated_at().is_some());
        })
        .await;
    let (old, new) = (before.begin().await.unwrap(), browser.begin().await.unwrap());
    assert_eq!(old.session.id(), None);
    assert!(new.session.id().is_some());
}

#[tokio::test]
async fn signing_in_again_as_oneself_rotates_and_keeps_everything() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let before = browser.cookie.clone();
    browser.visit(POST, async |session| session.set_user_id(Some(1))).await;
    assert_ne!(browser.cookie, before);
    browser.visit(GET, async |session| assert_eq!(session.cart(), vec![Item::one("of their own")])).await;
}

#[tokio::test]
async fn one_principals_data_never_reaches_another() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let first = browser.begin().await.unwrap().session.id();
    browser
        .visit(POST, async |session| {
            session.sign_in(2);
            session.set_views(3);
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert_eq!(session.user_id(), Some(2));
            assert_eq!(session.name(), None);
            assert!(session.cart().is_empty());
            assert_eq!(session.views(), 3, "what was set after the change stays");
            assert_eq!(session.theme(), "dark", "what is kept stays");
            assert_ne!(session.id(), first, "a handle never spans two principals");
        })
        .await;
}

#[tokio::test]
async fn changing_the_principal_inside_update_is_the_same_change() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| {
            session.update(|data| {
                data.user_id = Some(2);
                data.name = Some("second".to_owned());
            });
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert_eq!(session.user_id(), Some(2));
            assert_eq!(session.name().as_deref(), None, "changed in the data of the first principal");
            assert!(session.cart().is_empty());
            assert_eq!(session.theme(), "dark");
        })
        .await;
}

#[tokio::test]
async fn a_counter_begins_anew_where_update_changes_the_principal() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser.visit(POST, async |session| session.set_views(41)).await;
    browser
        .visit(POST, async |session| {
            session.update(|data| {
                data.user_id = Some(2);
                data.views += 1;
            });
            assert_eq!(session.views(), 0, "41 views were somebody else's");
        })
        .await;
}

#[tokio::test]
async fn what_a_closure_made_of_the_old_principals_data_goes_with_them() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| {
            session.update(|data| {
                session.sign_in(2);
                data.cart.push(Item::one("more"));
                data.theme.push_str("er");
            });
            assert_eq!(session.user_id(), Some(2));
            assert!(session.cart().is_empty());
            assert_eq!(session.theme(), "darker", "what is kept is merged as ever");
            session.set_cart(vec![Item::one("of their own")]);
            session.update_cart(|cart| {
                session.sign_in(3);
                cart.push(Item::one("more"));
            });
            assert_eq!(session.user_id(), Some(3));
            assert!(session.cart().is_empty());
        })
        .await;
    browser.visit(GET, async |session| assert!(session.cart().is_empty())).await;
}

#[tokio::test]
async fn a_kept_field_can_be_reset_for_the_next_principal() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| {
            session.sign_in(2);
            session.set_theme(String::new());
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.theme(), "")).await;
}

mod before {
    #[derive(session::SessionData, Clone)]
    pub(super) struct Data {
        #[session(identity)]
        pub(super) user_id: Option<i64>,
        #[session(keep)]
        pub(super) address: String,
    }
}

mod after {
    #[derive(session::SessionData, Clone)]
    pub(super) struct Data {
        #[session(identity)]
        pub(super) user_id: Option<i64>,
        pub(super) address: String,
    }
}

#[tokio::test]
async fn a_field_that_is_kept_no_more_does_not_reach_the_next_principal() {
    let world = World::new();
    let sessions = Sessions::<before::Data>::of(Arc::clone(&world.runtime));
    let session = sessions.create();
    session.sign_in(1);
    session.set_address("1 Main Street".to_owned());
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();

    let sessions = Sessions::<after::Data>::of(Arc::clone(&world.runtime));
    let session = sessions.open(&token).await.unwrap().unwrap();
    session.sign_in(2);
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();
    let session = sessions.open(&token).await.unwrap().unwrap();
    assert_eq!((session.user_id(), session.address().as_str()), (Some(2), ""));
}

#[tokio::test]
async fn a_message_added_to_the_old_principals_is_not_shown_to_the_next() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let own = "your card ends in 1234";
    browser.visit(POST, async |session| session.messages().update(|bag| bag.info(own))).await;
    browser
        .visit(POST, async |session| {
            session.messages().update(|bag| bag.info("Bye"));
            session.sign_out().await.unwrap();
            session.notice().set("Bye");
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert_eq!(session.messages().take(), None);
            assert_eq!(session.notice().take().as_deref(), Some("Bye"));
        })
        .await;
}

#[tokio::test]
async fn the_old_principals_late_write_does_not_reach_the_new_one() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let late = browser.begin().await.unwrap();
    browser.visit(POST, async |session| session.sign_in(2)).await;

    late.session.update_cart(|cart| cart.push(Item::one("late")));
    let error = late.session.commit().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Gone(Gone::Deleted));
    let answer = late.end(POST).await;
    assert!(answer.failure.unwrap().is_gone());
    assert_eq!(answer.set_cookie, None, "a late response clears nobody's cookie");
    browser.visit(GET, async |session| assert!(session.cart().is_empty())).await;
}

#[tokio::test]
async fn signing_out_ends_the_session_and_leaves_what_is_kept() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let before = browser.clone();
    browser
        .visit(POST, async |session| {
            session.sign_out().await.unwrap();
            assert!(!session.is_authenticated());
            assert!(session.cart().is_empty());
            session.notice().set("Bye");
        })
        .await;
    assert!(before.begin().await.unwrap().session.is_new());
    assert_ne!(browser.cookie, before.cookie);
    browser
        .visit(GET, async |session| {
            assert_eq!((session.user_id(), session.theme().as_str()), (None, "dark"));
            assert_eq!(session.notice().take().as_deref(), Some("Bye"));
        })
        .await;
}

#[tokio::test]
async fn signing_out_with_nothing_left_removes_the_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let answer = browser.visit(POST, async |session| session.sign_out().await.unwrap()).await;
    assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
    assert_eq!(browser.cookie, None);
    // The same by the setter.
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let before = browser.clone();
    let answer = browser.visit(POST, async |session| session.set_user_id(None)).await;
    assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
    assert!(before.begin().await.unwrap().session.is_new());
}

#[tokio::test]
async fn a_flash_of_the_old_principal_is_not_shown_to_the_next() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser.visit(POST, async |session| session.notice().set("your card ends in 1234")).await;
    browser.visit(POST, async |session| session.sign_in(2)).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take(), None)).await;
}

#[tokio::test]
async fn a_privilege_rotates_the_id_and_keeps_the_session() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let before = browser.clone();
    let id = browser.begin().await.unwrap().session.id();
    browser.visit(POST, async |session| session.set_role("admin".to_owned())).await;
    assert!(before.begin().await.unwrap().session.is_new());
    browser
        .visit(GET, async |session| {
            assert_eq!(session.role(), "admin");
            assert_eq!(session.id(), id, "the handle stays, the secret is new");
        })
        .await;
}

#[tokio::test]
async fn setting_data_after_rotate_id_does_not_cancel_it() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let before = browser.clone();
    browser
        .visit(POST, async |session| {
            session.rotate_id();
            session.set_views(9);
        })
        .await;
    assert!(before.begin().await.unwrap().session.is_new());
    browser.visit(GET, async |session| assert_eq!(session.views(), 9)).await;
}

#[tokio::test]
async fn a_logout_wins_over_a_concurrent_rotation() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    let stepping_up = browser.begin().await.unwrap();
    stepping_up.session.set_role("admin".to_owned());
    stepping_up.session.commit().await.unwrap();
    // The logout still carries the secret from before the step-up.
    browser.visit(POST, async |session| assert!(session.is_new())).await;

    let mut browser = signed_in(&world, 1).await;
    let (logout, step_up) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    step_up.session.set_role("admin".to_owned());
    step_up.session.commit().await.unwrap();
    logout.session.sign_out().await.unwrap();
    let answer = step_up.end(POST).await;
    browser.receive(&answer);
    browser.visit(GET, async |session| assert!(session.is_new(), "the rotated id is dead, too")).await;
}

#[tokio::test]
async fn a_double_clicked_login_leaves_two_working_cookies() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_cart(vec![Item::one("tea")])).await;
    let (first, second) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    first.session.sign_in(1);
    second.session.sign_in(1);
    let answers = [first.end(POST).await, second.end(POST).await];
    for answer in &answers {
        assert!(answer.failure.is_none());
        browser.receive(answer);
        browser.visit(GET, async |session| assert_eq!(session.user_id(), Some(1))).await;
    }
}

#[tokio::test]
async fn a_double_clicked_login_of_who_is_signed_in_leaves_two_working_cookies() {
    let world = World::new();
    let browser = signed_in(&world, 1).await;
    let (first, second) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    first.session.sign_in(1);
    second.session.sign_in(1);
    for answer in [first.end(POST).await, second.end(POST).await] {
        assert!(answer.failure.is_none());
        let mut jar = browser.clone();
        jar.receive(&answer);
        jar.visit(GET, async |session| assert_eq!(session.user_id(), Some(1))).await;
    }
}
