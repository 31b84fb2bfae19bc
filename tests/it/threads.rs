//! One session in many hands at once: threads, nested closures, panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use session::Session;
use session_tests::{Item, Shop, World};

fn session() -> Session<Shop> {
    World::new().sessions().create()
}

#[test]
fn updates_from_many_threads_all_count() {
    let session = session();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    session.update_cart(|cart| match cart.first_mut() {
                        Some(item) => item.quantity += 1,
                        None => cart.push(Item::one("tea")),
                    });
                    session.update(|data| data.views += 1);
                }
            });
        }
    });
    assert_eq!(session.cart()[0].quantity, 4000);
    assert_eq!(session.views(), 4000);
}

#[test]
fn a_closure_may_read_and_change_the_same_session() {
    let session = session();
    session.update(|data| {
        data.name = Some("outer".to_owned());
        session.set_theme("inner".to_owned());
        session.update(|data| data.role = "inner".to_owned());
        session.update_views(|views| *views += 1);
        session.update_views(|views| *views += session.views());
        assert_eq!(session.name().as_deref(), None, "what the outer closure does is not seen before it ends");
        data.views += 10;
    });
    assert_eq!(session.name().as_deref(), Some("outer"));
    assert_eq!(session.theme(), "inner");
    assert_eq!(session.role(), "inner");
    assert_eq!(session.views(), 12, "an `add` field adds what both closures did");
}

#[test]
fn a_closure_may_wait_for_a_thread_that_changes_the_same_session() {
    let session = session();
    session.update(|data| {
        data.views += 1;
        thread::scope(|scope| {
            scope.spawn(|| session.update(|data| data.views += 1)).join().unwrap();
        });
    });
    assert_eq!(session.views(), 2);
}

#[test]
fn a_panic_in_a_closure_changes_nothing_and_poisons_nothing() {
    let session = session();
    session.set_views(1);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.update(|data| {
            data.views = 7;
            panic!("in the app's code");
        })
    }));
    assert!(panicked.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| session.update_cart(|_| panic!("in the app's code"))));
    assert!(panicked.is_err());
    assert_eq!(session.views(), 1);
    thread::scope(|scope| {
        scope.spawn(|| session.update_views(|views| *views += 1));
    });
    assert_eq!(session.views(), 2);
}

#[test]
fn what_a_getter_gave_stays_as_it_was_and_holds_no_lock() {
    let session = session();
    session.set_cart(vec![Item::one("tea")]);
    let cart = session.cart();
    session.update_cart(|cart| cart.push(Item::one("rice")));
    session.set_cart(session.cart().iter().rev().cloned().collect());
    assert_eq!(cart.len(), 1);
    let owned: Vec<Item> = session.cart().clone();
    assert_eq!(owned.iter().map(|item| item.sku.as_str()).collect::<Vec<_>>(), ["rice", "tea"]);
}

#[tokio::test]
async fn a_getters_result_may_live_across_an_await() {
    fn is_send<F: Future + Send>(future: F) -> F {
        future
    }
    let session = session();
    session.set_name(Some("Ada".to_owned()));
    let length = is_send(async {
        let name = session.name();
        tokio::task::yield_now().await;
        name.as_ref().map(String::len)
    });
    assert_eq!(length.await, Some(3));
}

#[test]
fn clones_share_one_state_and_are_equal() {
    let session = session();
    let other = session.clone();
    other.set_views(3);
    assert_eq!(session.views(), 3);
    assert!(session == other);
    assert!(session != self::session());
}
