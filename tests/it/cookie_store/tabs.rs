//! Requests at the same time: what is promised, and what is not.

use std::time::Duration;

use session::ErrorKind;
use session::http::{Exchange, Finish, RequestFacts};
use session::store::Gone;
use session::testing::{Fault, Gate, Operation, block_on};

use super::*;

const GET: RequestFacts = RequestFacts { safe: true, head: false, prefetch: false };
const POST: RequestFacts = RequestFacts { safe: false, head: false, prefetch: false };

/// A request between its first look at the session and its response.
struct Pending {
    exchange: Exchange<Shop>,
    session: Session<Shop>,
}

async fn begin(runtime: &Arc<Runtime>, cookie: Option<&str>) -> Pending {
    let exchange = Exchange::new(Arc::clone(runtime));
    let header = cookie.map(|value| format!("{NAME}={value}"));
    let session = exchange.open(header.iter().map(String::as_bytes)).await.expect("the session loads");
    Pending { exchange, session }
}

impl Pending {
    async fn end(&self, facts: RequestFacts) -> Finish {
        self.exchange.finish(facts, 200).await.expect("the session was opened")
    }
}

/// The cookie that a browser holds after that response.
fn after(finish: &Finish) -> Option<String> {
    let (pair, _) = finish.set_cookie.as_ref()?.split_once(';')?;
    pair.split_once('=').map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty())
}

async fn visit(runtime: &Arc<Runtime>, cookie: Option<&str>, change: impl FnOnce(&Session<Shop>)) -> String {
    let pending = begin(runtime, cookie).await;
    change(&pending.session);
    let finish = pending.end(POST).await;
    assert!(finish.failure.is_none(), "{:?}", finish.failure);
    after(&finish).expect("it changed something")
}

fn node(deployment: &Deployment) -> Arc<Runtime> {
    deployment.runtime(deployment.store().build(), |config| config)
}

#[test]
fn commits_that_meet_in_one_process_are_merged() {
    let (runtime, store) = slow_node(&Deployment::new());
    let before = block_on(visit(&runtime, None, |session| session.set_views(1)));
    // Sealing waits for nothing, so by themselves they would hardly meet.
    store.next(Operation::Commit, Fault::Delay(10));
    let finishes = block_on(async {
        let mut all = Vec::new();
        for number in 0..8 {
            let pending = begin(&runtime, Some(&before)).await;
            pending.session.update_views(|views| *views += 1);
            pending.session.update_cart(|cart| cart.push(Item::one(&number.to_string())));
            all.push(pending);
        }
        let mut ends: Vec<_> = all.iter().map(|pending| Box::pin(pending.end(POST))).collect();
        in_step(&mut ends).await
    });
    let views = finishes.iter().map(|finish| {
        let newest = after(finish).expect("it changed something");
        block_on(async { begin(&runtime, Some(&newest)).await.session.views() })
    });
    assert_eq!(views.max(), Some(9), "each found what the one before it left");
}

/// Polls all of them in turn until all are done.
async fn in_step<F: Future + Unpin>(futures: &mut [F]) -> Vec<F::Output> {
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let std::task::Poll::Ready(done) = std::pin::Pin::new(future).poll(context)
            {
                *output = Some(done);
            }
        }
        match outputs.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

#[test]
fn between_nodes_the_response_that_comes_last_wins() {
    let deployment = Deployment::new();
    let (one, other) = (node(&deployment), node(&deployment));
    block_on(async {
        let before = visit(&one, None, |session| session.set_views(1)).await;
        let (slow, quick) = (begin(&one, Some(&before)).await, begin(&other, Some(&before)).await);
        slow.session.update_views(|views| *views += 10);
        quick.session.set_theme("dark".to_owned());
        let quick = after(&quick.end(POST).await).expect("a cookie");
        let slow = after(&slow.end(POST).await).expect("a cookie");
        let (quick, slow) = (begin(&one, Some(&quick)).await.session, begin(&one, Some(&slow)).await.session);
        assert_eq!((quick.views(), quick.theme().as_str()), (1, "dark"));
        assert_eq!((slow.views(), slow.theme().as_str()), (11, ""), "what the quick one set is lost");
    });
}

#[test]
fn a_page_that_only_reads_never_overwrites_what_another_one_wrote() {
    let runtime = node(&Deployment::new());
    block_on(async {
        let before = visit(&runtime, None, |session| session.set_views(1)).await;
        let reading = begin(&runtime, Some(&before)).await;
        let _ = visit(&runtime, Some(&before), |session| session.set_views(2)).await;
        assert_eq!(reading.session.views(), 1);
        assert_eq!(after(&reading.end(GET).await), None);
    });
}

#[test]
fn two_clicks_of_one_login_both_sign_in_and_keep_the_cart() {
    let deployment = Deployment::new();
    for store in [deployment.store().build(), deployment.revocable()] {
        let runtime = deployment.runtime(store, |config| config);
        block_on(async {
            let before = visit(&runtime, None, |session| session.set_cart(vec![Item::one("apple")])).await;
            let clicks = [begin(&runtime, Some(&before)).await, begin(&runtime, Some(&before)).await];
            for click in &clicks {
                click.session.set_user_id(Some(7));
                let finish = click.end(POST).await;
                assert!(finish.failure.is_none(), "{:?}", finish.failure);
                let session = begin(&runtime, after(&finish).as_deref()).await.session;
                assert_eq!((session.user_id(), session.cart().len()), (Some(7), 1));
            }
        });
    }
}

#[test]
fn a_copy_from_before_a_login_does_not_become_the_session_after_it() {
    let (runtime, store) = slow_node(&Deployment::new());
    block_on(async {
        let planted = visit(&runtime, None, |session| session.set_views(1)).await;
        // The victim signs in with what the attacker has planted, and both commit at the same moment.
        let (victim, attacker) =
            (begin(&runtime, Some(&planted)).await, begin(&runtime, Some(&planted)).await);
        victim.session.set_user_id(Some(7));
        attacker.session.set_views(2);
        store.next(Operation::Commit, Fault::Delay(10));
        let finishes = in_step(&mut [Box::pin(victim.end(POST)), Box::pin(attacker.end(POST))]).await;
        let attacker = begin(&runtime, after(&finishes[1]).as_deref()).await.session;
        assert_eq!((attacker.user_id(), attacker.views()), (None, 2));
    });
}

#[test]
fn a_copy_from_before_a_demotion_does_not_become_the_session_after_it() {
    let (runtime, store) = slow_node(&Deployment::new());
    block_on(async {
        let anonymous = visit(&runtime, None, |session| session.set_views(1)).await;
        let copied = visit(&runtime, Some(&anonymous), |session| session.set_user_id(Some(7))).await;
        let (victim, thief) = (begin(&runtime, Some(&copied)).await, begin(&runtime, Some(&copied)).await);
        victim.session.set_role("user".to_owned());
        thief.session.set_views(2);
        store.next(Operation::Commit, Fault::Delay(10));
        let finishes = in_step(&mut [Box::pin(victim.end(POST)), Box::pin(thief.end(POST))]).await;
        assert!(finishes[0].failure.is_none());
        let failure = finishes[1].failure.as_ref().expect("its session has another id now");
        assert_eq!(*failure.kind(), ErrorKind::Gone(Gone::Rotated));
        assert!(finishes[1].set_cookie.is_none());
    });
}

/// A node whose store can be slow, with marks.
fn slow_node(deployment: &Deployment) -> (Arc<Runtime>, Faulty<CookieStore>) {
    let store = Faulty::new(deployment.revocable());
    let config = SessionConfig::builder().clock(Arc::clone(&deployment.clock)).build();
    (Runtime::new(store.clone(), config.expect("a valid configuration")), store)
}

#[test]
fn after_the_head_has_left_nothing_can_be_written_and_that_is_said() {
    let runtime = node(&Deployment::new());
    block_on(async {
        let before = visit(&runtime, None, |session| session.set_views(1)).await;
        let pending = begin(&runtime, Some(&before)).await;
        let finish = pending.end(GET).await;
        assert!(finish.set_cookie.is_none());
        pending.session.set_views(2);
        let error = pending.session.commit().await.expect_err("no cookie can be set any more");
        assert_eq!(*error.kind(), ErrorKind::HeadSent);
        assert!(pending.session.destroy().await.is_ok());
    });
}

#[test]
fn what_was_committed_early_leaves_with_the_response_also_if_that_fails() {
    let runtime = node(&Deployment::new());
    block_on(async {
        let before = visit(&runtime, None, |session| session.set_views(1)).await;
        let pending = begin(&runtime, Some(&before)).await;
        pending.session.set_views(2);
        pending.session.commit().await.expect("there is nothing in the way");
        let finish = pending.exchange.finish(POST, 500).await.expect("the session was opened");
        assert_eq!(begin(&runtime, after(&finish).as_deref()).await.session.views(), 2);
    });
}

/// The app commits in a task while the response asks the store to move the idle deadline on.
#[test]
fn a_touch_puts_nothing_back_that_was_committed_meanwhile() {
    let deployment = Deployment::new();
    let (runtime, store) = slow_node(&deployment);
    block_on(async {
        let before = visit(&runtime, None, |session| session.set_views(1)).await;
        deployment.clock.advance(Duration::from_secs(10 * 60));
        let pending = begin(&runtime, Some(&before)).await;
        let gate = Gate::new();
        store.next(Operation::Touch, Fault::PauseAfter(gate.clone()));
        let task = async {
            gate.arrived(1).await;
            pending.session.set_views(2);
            pending.session.commit().await.expect("the head is not sent yet");
            gate.open();
        };
        let (finish, ()) = tokio::join!(pending.end(GET), task);
        assert_eq!(begin(&runtime, after(&finish).as_deref()).await.session.views(), 2);
    });
}
