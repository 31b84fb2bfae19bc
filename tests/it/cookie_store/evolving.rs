//! Programs of different versions at one cookie.

use session::SessionData;

use super::*;

/// The next version of the shop: a field more, one renamed.
#[derive(SessionData, Clone)]
#[session(version = 2)]
struct Shop2 {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(privilege)]
    role: String,
    #[session(alias = "name")]
    nick: Option<String>,
    #[session(merge = add)]
    views: u32,
    cart: Vec<Item>,
    coupon: String,
}

async fn newer(session: Session<Shop2>) -> String {
    session.set_coupon("ten percent".to_owned());
    session.update_views(|views| *views += 1);
    format!("{:?} {}", session.nick(), session.cart().len())
}

async fn coupon(session: Session<Shop2>) -> String {
    format!("{} {:?} {}", session.coupon(), session.user_id(), session.views())
}

#[tokio::test]
async fn two_versions_read_each_others_cookies_and_lose_nothing() {
    let deployment = Deployment::new();
    let old = deployment.browser();
    let runtime = deployment.runtime(deployment.store().build(), |config| config);
    let router = Router::new()
        .route("/newer", post(newer))
        .route("/coupon", get(coupon))
        .layer(SessionLayer::<Shop2>::from_runtime(runtime));
    let new: Client = TestClient::new(router);
    old.post("/sign-in", &[("user", "42")]).await;
    old.post("/add", &[("sku", "apple")]).await;
    old.post("/fill", &[("bytes", "3")]).await;
    let new = thief(&new, &stolen(&old));
    let seen = new.post("/newer", &[]).await;
    assert!(seen.text().starts_with("Some(") && seen.text().ends_with(" 1"), "{}", seen.text());
    let old = thief(&old, &stolen(&new));
    old.post("/count", &[]).await;
    assert!(old.get("/").await.text().starts_with("Some(42) \"\" [\"apple\"] 2"));
    let new = thief(&new, &stolen(&old));
    assert_eq!(new.get("/coupon").await.text(), "ten percent Some(42) 2");
}
