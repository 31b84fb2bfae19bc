use session::Sessions;
use session::config::SessionConfig;
use session::testing::{Calls, Counting};

use super::{Account, Place};

#[tokio::test]
async fn what_each_look_up_costs_in_store_calls() {
    let place = Place::new(SessionConfig::default());
    let store = Counting::new(place.store.clone());
    let sessions = Sessions::<Account, _>::new(store.clone());
    let phone = sessions.create();
    phone.sign_in(7);
    sessions.save(&phone).await.unwrap();
    assert_eq!(store.take(), Calls { commit: 1, ..Calls::default() }, "a login");
    place.clock.advance(super::SECOND);
    place.login(7, "laptop").await;

    let of = sessions.by_user_id(&7);
    let batch = Calls { index: 1, load_many: 1, ..Calls::default() };
    assert_eq!(of.list().await.unwrap().devices.len(), 2);
    assert_eq!(store.take(), batch, "a list");
    assert_eq!(of.count().await.unwrap(), 2);
    assert_eq!(store.take(), batch, "a count");
    assert!(of.revoke(phone.id().unwrap()).await.unwrap());
    assert_eq!(store.take(), Calls { load: 1, index: 3, ..Calls::default() }, "one is ended");
    assert_eq!(of.revoke_all().await.unwrap().ended, 1);
    assert_eq!(
        store.take(),
        Calls { index: 3, ..Calls::default() },
        "the bar, one end, and out of the index"
    );
    assert_eq!(of.list().await.unwrap().devices.len(), 0);
    assert_eq!(store.take(), Calls { index: 1, ..Calls::default() }, "nobody is listed");
}
