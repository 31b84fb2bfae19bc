//! What does not fit is an error before the response leaves; nothing is lost without a word.

use session::ErrorKind;

use super::*;

#[tokio::test]
async fn a_session_that_does_not_fit_is_507_and_the_old_cookie_goes_on() {
    let client = Deployment::new().browser();
    client.post("/add", &[("sku", "apple")]).await;
    let before = stolen(&client);
    let page = client.post("/fill", &[("bytes", "3000")]).await;
    assert_eq!(page.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(page.set_cookies().is_empty() && page.text().is_empty());
    assert_eq!((page.header("cache-control"), page.header("retry-after")), (Some("no-store"), None));
    assert_eq!(stolen(&client), before);
    assert!(client.get("/").await.text().contains("apple"));
    assert_eq!(client.post("/fill", &[("bytes", "2000")]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_that_never_fitted_leaves_no_cookie() {
    let client = Deployment::new().browser();
    assert_eq!(client.post("/fill", &[("bytes", "3000")]).await.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(client.jar().iter().count(), 0);
}

#[tokio::test]
async fn a_handler_can_ask_and_is_told_which_fields_are_large() {
    async fn careful(session: Session<Shop>) -> String {
        session.set_name(Some(noise(2_500)));
        session.set_theme(noise(600));
        session.set_views(3);
        let error = session.commit().await.expect_err("it is too large");
        let ErrorKind::TooLarge { actual, limit, largest } = error.kind() else { panic!("{error}") };
        assert!(actual > limit && *limit == 4_081);
        let names: Vec<_> = largest.iter().map(|(field, _)| *field).collect();
        assert!(largest[0].1 > 2_500 && largest[0].1 < 2_520 && largest[1].1 > 600);
        // It is still there to be made smaller.
        session.set_name(None);
        session.commit().await.expect("it fits now");
        format!("{names:?}")
    }
    let deployment = Deployment::new();
    let runtime = deployment.runtime(deployment.store().build(), |config| config);
    let layer = SessionLayer::<Shop>::from_runtime(runtime);
    let client: Client = TestClient::new(Router::new().route("/careful", post(careful)).layer(layer));
    let page = client.post("/careful", &[]).await;
    assert_eq!((page.status, page.text()), (StatusCode::OK, "[\"name\", \"theme\", \"views\"]"));
    assert_eq!(client.jar().iter().count(), 1);
}

#[tokio::test]
async fn signing_out_into_something_too_large_still_signs_out() {
    async fn leave(session: Session<Shop>) {
        session.set_user_id(None);
        session.set_theme(noise(4_000));
    }
    let deployment = Deployment::new();
    let runtime = deployment.runtime(deployment.store().build(), |config| config);
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&runtime));
    let client: Client =
        TestClient::new(shop(runtime).merge(Router::new().route("/leave", post(leave)).layer(layer)));
    client.post("/sign-in", &[("user", "1")]).await;
    assert_eq!(client.post("/leave", &[]).await.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(client.jar().iter().count(), 0);
}

#[tokio::test]
async fn compression_makes_room_where_it_was_asked_for() {
    let deployment = Deployment::new();
    let compressing = deployment.runtime(deployment.store().compress_from(512).build(), |config| config);
    let (plain, small): (Client, Client) = (deployment.browser(), TestClient::new(shop(compressing)));
    let items: Vec<_> = (0..150).map(|number| ("sku", format!("article-number-{number:04}"))).collect();
    let items: Vec<_> = items.iter().map(|(name, sku)| (*name, sku.as_str())).collect();
    assert_eq!(plain.post("/add", &items).await.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(small.post("/add", &items).await.status, StatusCode::OK);
    assert!(small.get("/").await.text().contains("article-number-0149"));
    // A node on which it is off reads it all the same.
    assert!(thief(&plain, &stolen(&small)).get("/").await.text().contains("article-number-0149"));
}
