//! What a route may see that is content with a copy while the store cannot be asked.

use std::time::Duration;

use session::config::{LoadPolicy, OnUnavailable};
use session::crypto::{Key, KeyRing};
use session::http::Exchange;
use session::store::Freshness;
use session::{Runtime, SessionConfig};
use session_stores::Encrypted;
use session_tests::clustered::{live, until, until_live};
use session_tests::redis_subject::application;
use session_tests::servers::Server;
use session_tests::{GET, Page, Shop};

use super::*;

const LEASE: Duration = Duration::from_millis(800);

#[tokio::test]
async fn an_unverified_copy_is_shown_to_nobody_who_did_not_ask_for_it() {
    let server = Server::start(&[]);
    let store = live(hasty(&server.address(), &application()).lease(LEASE)).await;
    let handle = handle_of(&begin(&store).await.unwrap());
    assert!(found(&store, handle).await.unwrap().is_some());
    server.pause();
    until("the lease is over", || !store.is_live()).await;
    assert!(found(&store, handle).await.is_err_and(|error| error.is_unavailable()));
    assert!(found_within(&store, handle, Freshness::AtLeast(1)).await.is_err());
    assert!(found_within(&store, handle, Freshness::AnyCopy).await.unwrap().is_some());
    assert!(found_within(&store, random_handle(), Freshness::AnyCopy).await.is_err(), "no copy, no answer");
    server.resume();
    until_live(&store).await;
    assert!(found(&store, handle).await.unwrap().is_some());
}

#[tokio::test]
async fn a_copy_is_not_shown_for_ever() {
    let server = Server::start(&[]);
    let builder = hasty(&server.address(), &application()).lease(LEASE).unverified_ttl(Duration::ZERO);
    let store = live(builder).await;
    let handle = handle_of(&begin(&store).await.unwrap());
    assert!(found_within(&store, handle, Freshness::AnyCopy).await.is_err());
}

#[tokio::test]
async fn a_read_only_route_goes_on_in_an_outage_and_stores_nothing() {
    for proceeds in [false, true] {
        let server = Server::start(&[]);
        let store = live(hasty(&server.address(), &application()).lease(LEASE)).await;
        // What is kept is what the store has: sealed.
        let sealed = Encrypted::new(store.clone(), KeyRing::new(&Key::generate().unwrap()));
        let mut config = SessionConfig::builder();
        if proceeds {
            config = config.load(LoadPolicy { unavailable: OnUnavailable::Proceed, ..LoadPolicy::default() });
        }
        let runtime = Runtime::new(sealed, config.build().unwrap());
        let exchange = || Exchange::<Shop>::new(runtime.clone());
        let finish = async |exchange: &Exchange<Shop>, page: Page| {
            exchange.finish(page.facts, page.status).await.unwrap()
        };

        let first = exchange();
        let session = first.open(std::iter::empty()).await.unwrap();
        session.set_name(Some("Ada".to_owned()));
        let done = finish(&first, GET).await;
        let line = done.set_cookie.unwrap();
        let cookie = line.split(';').next().unwrap().to_owned();
        let request = || std::iter::once(cookie.as_bytes());

        server.pause();
        until("the lease is over", || !store.is_live()).await;
        let strict = exchange();
        match (strict.open(request()).await, proceeds) {
            (Err(error), false) => assert!(error.is_unavailable()),
            (Ok(session), true) => assert!(session.is_degraded() && session.name().is_none()),
            (other, _) => panic!("{other:?}"),
        }
        let reading = exchange();
        let session = reading.open_read_only(session::client::Client::default, request()).await.unwrap();
        assert_eq!(session.name().as_deref(), Some("Ada"));
        assert!(session.is_degraded());
        session.set_name(Some("Eve".to_owned()));
        let done = finish(&reading, GET).await;
        assert!(done.set_cookie.is_none() && done.hint.is_none() && done.failure.is_none());

        server.resume();
        until_live(&store).await;
        let after = exchange();
        assert_eq!(after.open(request()).await.unwrap().name().as_deref(), Some("Ada"));
    }
}
