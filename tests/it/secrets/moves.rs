//! Secrets that go from one session to the next: nothing opens there that was sealed to the one before.

use session::{Secret, SessionData};
use session_tests::{GET, POST, World};

use super::{Vault, contains, one, raw, ring, secret, stored, world};

#[tokio::test]
async fn a_kept_secret_outlives_its_principal_and_is_sealed_to_the_new_session() {
    let world = world();
    let mut browser = world.browser_of::<Vault>();
    browser
        .visit(POST, async |session| {
            session.sign_in(1);
            session.set_device(secret("of the browser"));
            session.set_token(secret("of the user"));
        })
        .await;
    let before = browser.begin().await.unwrap().session.id().unwrap();
    let old = stored(&world, before).await;
    // By the setter, and by the method that ends the old session at once.
    for method in [true, false] {
        browser
            .visit(POST, async |session| match method {
                true => session.sign_out().await.unwrap(),
                false => session.set_user_id(Some(2)),
            })
            .await;
        let request = browser.begin().await.unwrap();
        let handle = request.session.id().expect("something was left to store");
        assert_ne!(handle, before);
        assert_eq!(request.session.device().expose(), "of the browser");
        assert_eq!(request.session.token().expose(), "");
        let record = stored(&world, handle).await;
        assert!(one(&record, "device").is_sealed() && !contains(&record, "of the browser"));
        assert_ne!(one(&record, "device"), one(&old, "device"));
    }
}

/// Knows more of a session than the programs below.
#[derive(SessionData, Clone)]
struct Newer {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(secret, keep)]
    device: Secret<String>,
    #[session(secret)]
    token: Secret<String>,
    #[session(keep)]
    theme: String,
}

#[derive(SessionData, Clone)]
struct Older {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(keep)]
    theme: String,
}

async fn signed_out_by_older(world: &World) -> session_tests::Browser<Newer> {
    let mut newer = world.browser_of::<Newer>();
    newer
        .visit(POST, async |session| {
            session.sign_in(1);
            session.set_device(secret("of the browser"));
            session.set_token(secret("of the user"));
            session.set_theme("dark".into());
        })
        .await;
    let mut older = world.browser_of::<Older>();
    older.cookie.clone_from(&newer.cookie);
    older.visit(POST, async |session| session.sign_out().await.unwrap()).await;
    newer.cookie = older.cookie;
    newer
}

#[tokio::test]
async fn a_kept_secret_that_is_not_known_goes_along_where_there_are_keys() {
    let world = world();
    let mut newer = signed_out_by_older(&world).await;
    newer
        .visit(GET, async |session| {
            assert_eq!(session.device().expose(), "of the browser");
            assert_eq!(session.token().expose(), "", "it was the user's");
            assert_eq!(session.theme(), "dark");
        })
        .await;
    let handle = newer.begin().await.unwrap().session.id().unwrap();
    let record = stored(&world, handle).await;
    assert!(one(&record, "device").is_sealed() && !contains(&record, "browser"));
}

#[tokio::test]
async fn without_keys_it_stays_behind_and_the_session_is_none_the_worse() {
    let with_keys = world();
    let mut newer = with_keys.browser_of::<Newer>();
    newer
        .visit(POST, async |session| {
            session.sign_in(1);
            session.set_device(secret("of the browser"));
            session.set_theme("dark".into());
        })
        .await;
    let without_keys =
        World { runtime: session::Runtime::new(with_keys.store.clone(), plain()), ..with_keys.clone() };
    let mut older = without_keys.browser_of::<Older>();
    older.cookie.clone_from(&newer.cookie);
    older.visit(POST, async |session| session.sign_out().await.unwrap()).await;
    newer.cookie = older.cookie;
    newer
        .visit(GET, async |session| {
            assert_eq!((session.device().expose().as_str(), session.theme().as_str()), ("", "dark"));
        })
        .await;
    let handle = newer.begin().await.unwrap().session.id().unwrap();
    assert_eq!(raw(&stored(&with_keys, handle).await, "device"), []);
}

fn plain() -> session::SessionConfig {
    session::SessionConfig::default()
}

#[tokio::test]
async fn the_second_click_of_a_login_gets_the_secrets_sealed_to_its_own_session() {
    let world = world();
    let mut browser = world.browser_of::<Vault>();
    browser.visit(POST, async |session| session.set_token(secret("from before"))).await;
    let [one_click, other] = [browser.begin().await.unwrap(), browser.begin().await.unwrap()];
    for click in [&one_click, &other] {
        click.session.sign_in(1);
    }
    one_click.session.set_device(secret("by the first"));
    let [first, second] = [one_click.end(POST).await, other.end(POST).await];
    let mut handles = Vec::new();
    for answer in [first, second] {
        assert!(answer.failure.is_none(), "{answer:?}");
        browser.receive(&answer);
        let request = browser.begin().await.unwrap();
        let seen = [request.session.token().expose().clone(), request.session.device().expose().clone()];
        assert_eq!(seen, ["from before", "by the first"]);
        handles.push(request.session.id().unwrap());
    }
    assert_ne!(handles[0], handles[1]);
    let [first, second] = [stored(&world, handles[0]).await, stored(&world, handles[1]).await];
    assert_ne!(one(&first, "token").bytes, one(&second, "token").bytes);
    assert!(!contains(&second, "from before"));
}

#[tokio::test]
async fn nothing_is_left_of_a_secret_in_a_session_that_begins_after_another_was_destroyed() {
    let world = world();
    let mut browser = world.browser_of::<Vault>();
    browser
        .visit(POST, async |session| {
            session.set_device(secret("of the browser"));
            session.set_token(secret("gone"));
        })
        .await;
    browser
        .visit(POST, async |session| {
            session.destroy().await.unwrap();
            session.set_views(5);
        })
        .await;
    let request = browser.begin().await.unwrap();
    let seen = (request.session.token().expose().clone(), request.session.device().expose().clone());
    assert_eq!((seen, request.session.views()), ((String::new(), String::new()), 5));
    let handle = request.session.id().unwrap();
    assert_eq!(raw(&stored(&world, handle).await, "device"), []);
}

#[tokio::test]
async fn a_session_that_is_given_up_without_its_principal_keeps_its_secrets_readable() {
    // Whose principal was taken out by a setter, and who then signs out: what is left begins another session.
    let world = World::with(|config| config.keys(ring()));
    let mut browser = world.browser_of::<Vault>();
    browser
        .visit(POST, async |session| {
            session.sign_in(1);
            session.set_device(secret("of the browser"));
        })
        .await;
    browser
        .visit(POST, async |session| {
            session.set_user_id(None);
            session.sign_out().await.unwrap();
            session.set_views(1);
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert_eq!((session.device().expose().as_str(), session.views()), ("of the browser", 1));
        })
        .await;
}
