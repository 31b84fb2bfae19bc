//! The sessions of somebody: lists of devices, log out everywhere, limits.

mod cost;
mod limits;
mod revoking;
mod schedules;

use std::sync::Arc;
use std::time::Duration;

use session::config::SessionConfig;
use session::testing::ManualClock;
use session::{Session, SessionData, Sessions};
use session_stores::MemoryStore;

const SECOND: Duration = Duration::from_secs(1);

#[derive(SessionData, Clone)]
pub struct Account {
    #[session(identity, index)]
    pub user_id: Option<i64>,
    #[session(index, rename = "sid")]
    pub idp_session: String,
    pub browser: String,
    #[session(merge = add)]
    pub views: u32,
}

/// A store whose time stands still until it is told otherwise.
pub struct Place {
    pub clock: Arc<ManualClock>,
    pub store: MemoryStore,
    pub sessions: Sessions<Account, MemoryStore>,
}

impl Place {
    pub fn new(config: SessionConfig) -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.advance(1000 * SECOND);
        let store = MemoryStore::builder().clock(Arc::clone(&clock)).build();
        let sessions = Sessions::with_config(store.clone(), config);
        Self { clock, store, sessions }
    }

    pub async fn login(&self, user: i64, browser: &str) -> Session<Account> {
        let session = self.sessions.create();
        session.sign_in(user);
        session.set_browser(browser.to_owned());
        self.sessions.save(&session).await.expect("the store has room");
        self.clock.advance(SECOND);
        session
    }

    pub async fn browsers(&self, user: i64) -> Vec<String> {
        let listed = self.sessions.by_user_id(&user).list().await.expect("the store is there");
        assert!(listed.unreadable.is_empty());
        listed.devices.iter().map(|device| device.session().browser().clone()).collect()
    }
}

#[tokio::test]
async fn a_list_shows_the_sessions_of_one_user_and_which_is_the_present_one() {
    let place = Place::new(SessionConfig::default());
    let phone = place.login(7, "phone").await;
    let laptop = place.login(7, "laptop").await;
    place.login(8, "other").await;
    assert_eq!(place.browsers(7).await, ["laptop", "phone"], "the one that was used last comes first");
    let listed = place.sessions.by_user_id(&7).list().await.unwrap();
    let current: Vec<_> = listed.devices.iter().map(|device| device.is(&phone)).collect();
    assert_eq!(current, [false, true]);
    assert_eq!(listed.devices[0].handle(), laptop.id().unwrap());
    assert_eq!(listed.devices[0].session().authenticated_at(), laptop.authenticated_at());
    assert_eq!(place.sessions.by_user_id(&7).count().await.unwrap(), 2);
    assert_eq!(place.sessions.by_user_id(&9).count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_session_is_found_by_each_of_its_indexed_fields() {
    let place = Place::new(SessionConfig::default());
    let session = place.login(7, "phone").await;
    session.set_idp_session("abc".to_owned());
    place.sessions.save(&session).await.unwrap();
    let of = |sid: &'static str| place.sessions.by_idp_session(sid);
    assert_eq!(of("abc").count().await.unwrap(), 1);
    assert_eq!(of("").count().await.unwrap(), 0, "nobody is found by nothing");
    session.set_idp_session("def".to_owned());
    place.sessions.save(&session).await.unwrap();
    assert_eq!((of("abc").count().await.unwrap(), of("def").count().await.unwrap()), (0, 1));
    session.set_idp_session(String::new());
    place.sessions.save(&session).await.unwrap();
    assert_eq!(of("def").count().await.unwrap(), 0);
    assert_eq!(place.sessions.by_user_id(&7).count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_session_that_is_over_or_somebody_elses_now_is_not_shown() {
    let place = Place::new(SessionConfig::default());
    place.login(7, "idle").await;
    let left = place.login(7, "left").await;
    let moved = place.login(7, "moved").await;
    left.sign_out().await.unwrap();
    moved.sign_in(8);
    place.sessions.save(&moved).await.unwrap();
    assert_eq!(place.browsers(7).await, ["idle"]);
    // Idle for too long, and still within its absolute deadline.
    place.clock.advance(Duration::from_secs(1801));
    assert_eq!(place.browsers(7).await, Vec::<String>::new());
    assert_eq!(place.store.stats().listed, 1, "what is over has left the index, but for user 8's");
}

#[tokio::test]
async fn an_index_costs_a_request_nothing_that_does_not_sign_in() {
    let place = Place::new(SessionConfig::default());
    let session = place.login(7, "phone").await;
    let before = place.store.stats();
    for views in 0..10 {
        session.set_views(views);
        place.sessions.save(&session).await.unwrap();
    }
    assert_eq!(place.store.stats().listed, before.listed);
    assert_eq!(place.sessions.by_user_id(&7).count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_store_whose_type_is_forgotten_says_so_at_run_time() {
    use session::store::DynStore;
    let sessions =
        Sessions::<Account>::of(session::Runtime::new(MemoryStore::new(), SessionConfig::default()));
    let error = sessions.by_user_id(&7).list().await.unwrap_err();
    assert!(error.to_string().contains("cannot list the sessions of a value"), "{error}");
    let able = session::Runtime::from_dyn(DynStore::able(MemoryStore::new()), SessionConfig::default());
    assert_eq!(Sessions::<Account>::of(able).by_user_id(&7).count().await.unwrap(), 0);
}
