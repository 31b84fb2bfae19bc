//! Keys change without a logout, and what was sealed for one thing opens for no other.

use super::*;

#[tokio::test]
async fn keys_are_added_promoted_and_retired_without_a_logout() {
    let [old, new] = [(); 2].map(|()| Key::generate().expect("random bytes"));
    // One node is always a step ahead of the other.
    let (ahead, behind) = (Deployment::new(), Deployment::new());
    let behind = Deployment { clock: Arc::clone(&ahead.clock), ..behind };
    let clients = [ahead.browser(), behind.browser()];
    let steps = [
        KeyRing::new(&old),
        KeyRing::new(&old).and_opens(&new).expect("two keys"),
        KeyRing::new(&new).and_opens(&old).expect("two keys"),
        KeyRing::new(&new),
    ];
    let device = clients[0].device();
    let mut cookies = Vec::new();
    let mut views = 0;
    for pair in steps.windows(2) {
        behind.keys.replace(pair[0].clone());
        ahead.keys.replace(pair[1].clone());
        for node in [&clients[0], &clients[1], &clients[0]] {
            let client = if cookies.is_empty() { device.clone() } else { thief(node, &cookies) };
            client.post("/count", &[]).await;
            views += 1;
            cookies = stolen(&client);
            let page = thief(node, &cookies).get("/").await;
            assert!(page.text().contains(&format!(" {views} ")), "{}", page.text());
        }
    }
    behind.keys.replace(steps[3].clone());
    assert!(thief(&clients[1], &cookies).get("/").await.text().contains(" 9 "));
}

#[tokio::test]
async fn a_cookie_works_under_its_own_name_in_its_own_application_and_by_its_own_keys_alone() {
    let deployment = Deployment::new();
    let own = deployment.browser();
    own.post("/add", &[("sku", "apple")]).await;
    let value = own.jar().get(NAME).expect("a cookie").to_owned();
    assert!(seen_with(&deployment.browser(), &format!("{NAME}={value}")).await.text().contains("apple"));
    let elsewhere: [(&str, Client); 3] = [
        ("__Host-admin", deployment.browser_with(|config| config.cookie_name("__Host-admin"))),
        (NAME, deployment.browser_with(|config| config.application("blog"))),
        (NAME, Deployment { clock: Arc::clone(&deployment.clock), ..Deployment::new() }.browser()),
    ];
    for (name, client) in elsewhere {
        let page = seen_with(&client, &format!("{name}={value}")).await;
        assert_eq!((page.text(), page.set_cookies().len()), (NOBODY, 0), "{name}");
    }
}

#[tokio::test]
async fn one_store_serves_layers_of_two_cookies() {
    let deployment = Deployment::new();
    let store = deployment.store().build();
    let shops = ["__Host-one", "__Host-two"].map(|name| -> Client {
        TestClient::new(shop(deployment.runtime(store.clone(), |config| config.cookie_name(name))))
    });
    for client in &shops {
        client.post("/add", &[("sku", "apple")]).await;
        assert!(client.get("/").await.text().contains("apple"));
    }
    let value = shops[0].jar().get("__Host-one").expect("a cookie").to_owned();
    assert_eq!(seen_with(&shops[1], &format!("__Host-two={value}")).await.text(), NOBODY);
}
