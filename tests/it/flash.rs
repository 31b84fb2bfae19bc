//! Flash slots: shown once, on the next page, and never lost on the way.

use session::http::RequestFacts;
use session::testing::{Fault, Operation};
use session::{ErrorKind, SessionData, SessionValue};
use session_tests::{GET, POST, Page, World, page};

#[tokio::test]
async fn a_message_survives_redirects_and_unread_pages_and_is_gone_after_it_was_shown() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("Saved")).await;
    // A redirect shows nothing, even where a handler takes the message; other pages do not look.
    browser.visit(page(true, 302), async |session| assert!(session.notice().take().is_some())).await;
    browser.visit(GET, async |session| assert_eq!(session.views(), 0)).await;
    browser
        .visit(GET, async |session| {
            assert_eq!(session.notice().peek().as_deref(), Some("Saved"));
            assert_eq!(session.notice().take().as_deref(), Some("Saved"));
            assert_eq!(session.notice().take(), None);
            assert_eq!(session.notice().peek(), None);
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take(), None)).await;
}

#[tokio::test]
async fn a_page_that_fails_or_is_not_seen_does_not_consume_the_message() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("Saved")).await;
    let head = Page { facts: RequestFacts { safe: true, head: true, prefetch: false }, status: 200 };
    let prefetch = Page { facts: RequestFacts { safe: true, head: false, prefetch: true }, status: 200 };
    for unseen in [page(true, 500), page(true, 304), head, prefetch] {
        browser.visit(unseen, async |session| assert!(session.notice().take().is_some())).await;
    }
    browser.visit(GET, async |session| assert_eq!(session.notice().take().as_deref(), Some("Saved"))).await;
}

#[tokio::test]
async fn a_newer_message_survives_the_showing_of_an_older_one() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("Saved")).await;
    let showing = browser.begin().await.unwrap();
    assert!(showing.session.notice().take().is_some());
    // The same text, set again by another request before the first one's response: it is another message.
    browser.visit(POST, async |session| session.notice().set("Saved")).await;
    showing.end(GET).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take().as_deref(), Some("Saved"))).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take(), None)).await;
}

#[tokio::test]
async fn keep_discard_and_now() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("once more")).await;
    browser
        .visit(GET, async |session| {
            session.notice().keep();
            assert!(session.notice().take().is_some());
        })
        .await;
    browser
        .visit(GET, async |session| assert_eq!(session.notice().peek().as_deref(), Some("once more")))
        .await;
    browser.visit(GET, async |session| session.notice().discard()).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;

    world.calls();
    browser
        .visit(GET, async |session| {
            session.notice().now("this page only");
            assert_eq!(session.notice().take().as_deref(), Some("this page only"));
        })
        .await;
    assert_eq!(world.calls().commit, 0);
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;

    browser
        .visit(GET, async |session| {
            session.notice().now("on after all");
            session.notice().keep();
        })
        .await;
    browser.visit(GET, async |session| assert!(session.notice().peek().is_some())).await;
}

#[tokio::test]
async fn keep_all_and_discard_all_reach_every_slot() {
    let world = World::new();
    let mut browser = world.browser();
    let set = async |session: &session::Session<_>| {
        let session: &session::Session<session_tests::Shop> = session;
        session.notice().set("one");
        session.messages().update(|bag| bag.success("two"));
    };
    browser.visit(POST, set).await;
    browser
        .visit(GET, async |session| {
            session.keep_all();
            assert!(session.notice().take().is_some() && session.messages().take().is_some());
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert!(session.notice().peek().is_some() && session.messages().peek().is_some());
            session.discard_all();
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert!(session.notice().peek().is_none() && session.messages().peek().is_none());
        })
        .await;
}

#[tokio::test]
async fn a_bag_gathers_messages_over_requests_until_it_is_shown() {
    let world = World::new();
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.messages().update(|bag| bag.success("Saved"));
            session.messages().update(|bag| bag.warning("Almost full"));
        })
        .await;
    browser.visit(POST, async |session| session.messages().update(|bag| bag.info("By the way"))).await;
    browser
        .visit(GET, async |session| {
            let bag = session.messages().take().unwrap();
            assert_eq!(
                bag.iter().map(|(_, text)| text).collect::<Vec<_>>(),
                ["Saved", "Almost full", "By the way"]
            );
        })
        .await;
}

#[tokio::test]
async fn a_message_set_through_update_is_a_message() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.update(|data| data.notice = Some("Hi".to_owned()))).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take().as_deref(), Some("Hi"))).await;
    browser.visit(POST, async |session| session.notice().set("Ho")).await;
    browser.visit(POST, async |session| session.update(|data| data.notice = None)).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;
}

#[tokio::test]
async fn a_message_is_shown_once_also_after_a_commit_by_hand() {
    let world = World::new();
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.notice().set("Saved");
            session.commit().await.unwrap();
            session.set_views(1);
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take().as_deref(), Some("Saved"))).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().take(), None)).await;
}

#[tokio::test]
async fn of_any_number_of_concurrent_requests_exactly_one_claims_a_message() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("your new password")).await;
    let mut requests = Vec::new();
    for _ in 0..8 {
        requests.push(browser.begin().await.unwrap());
    }
    let mut claimed = Vec::new();
    for request in &requests {
        claimed.extend(request.session.notice().claim().await.unwrap());
    }
    assert_eq!(claimed, ["your new password"]);
    for request in requests {
        request.end(GET).await;
    }
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;
}

#[tokio::test]
async fn a_claimed_message_comes_back_if_its_response_fails_or_never_leaves() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("once")).await;
    for unseen in [page(true, 500), page(true, 302)] {
        let claim = async |session: &session::Session<session_tests::Shop>| {
            session.set_views(3);
            assert!(session.notice().claim().await.unwrap().is_some());
        };
        browser.visit(unseen, claim).await;
        browser.visit(GET, async |session| assert!(session.notice().peek().is_some())).await;
    }
    // A server that dies with the claim.
    let dead = browser.begin().await.unwrap();
    assert!(dead.session.notice().claim().await.unwrap().is_some());
    drop(dead);
    browser
        .visit(GET, async |session| {
            assert_eq!(session.notice().peek(), None);
            assert_eq!(session.notice().claim().await.unwrap(), None);
        })
        .await;
    world.clock.advance(std::time::Duration::from_secs(30));
    browser.visit(GET, async |session| assert!(session.notice().claim().await.unwrap().is_some())).await;
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;
}

#[tokio::test]
async fn a_claim_writes_nothing_else_and_a_newer_message_survives_it() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("first")).await;
    let request = browser.begin().await.unwrap();
    request.session.set_views(9);
    assert!(request.session.notice().claim().await.unwrap().is_some());
    browser
        .visit(POST, async |session| {
            assert_eq!(session.views(), 0);
            session.notice().set("second");
        })
        .await;
    request.end(GET).await;
    browser
        .visit(GET, async |session| {
            assert_eq!(session.views(), 9);
            assert_eq!(session.notice().take().as_deref(), Some("second"));
        })
        .await;
}

#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
struct Note {
    author: String,
    #[session(max_len = 8)]
    text: String,
}

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct Notes {
    #[session(flash)]
    note: Option<Note>,
}

#[tokio::test]
async fn what_cannot_be_stored_is_an_error_also_after_more_was_added_to_it() {
    let world = World::new();
    let session = world.sessions_of::<Notes>().create();
    session.note().update(|note| note.text = "nine char".to_owned());
    session.note().update(|note| note.author = "Ada".to_owned());
    let error = session.commit().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TooLong { field: "note", actual: 9, limit: 8 });
    assert_eq!(world.calls().total(), 0);
    // Another value is another value.
    let note = Note { author: "Ada".to_owned(), text: "eight ch".to_owned() };
    session.note().set(note.clone());
    session.commit().await.unwrap();
    let loaded = world.sessions_of::<Notes>().get(session.id().unwrap()).await.unwrap();
    assert_eq!(loaded.note().peek(), Some(note));
}

#[tokio::test]
async fn a_message_can_be_dropped_after_a_commit_by_hand() {
    let world = World::new();
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.notice().set("Saved");
            session.commit().await.unwrap();
            session.notice().discard();
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;
}

/// The claim got no answer, and somebody else has had the message since: nothing of this request depends on it.
#[tokio::test]
async fn a_claim_that_came_to_nothing_is_in_nobodys_way() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.notice().set("once")).await;
    let request = browser.begin().await.unwrap();
    world.faults.next(Operation::Commit, Fault::LoseRequest);
    assert!(request.session.notice().claim().await.unwrap_err().is_unavailable());
    browser.visit(GET, async |session| assert!(session.notice().claim().await.unwrap().is_some())).await;
    request.session.update_views(|views| *views += 1);
    assert!(request.end(GET).await.failure.is_none());
    browser.visit(GET, async |session| assert_eq!(session.views(), 1)).await;
}
