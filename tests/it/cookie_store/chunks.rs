//! A session in several cookies is one session or none.

use super::*;

fn browser(deployment: &Deployment) -> Client {
    deployment.browser_with(|config| config.cookie_chunks(4))
}

fn names(client: &Client) -> Vec<String> {
    let mut names: Vec<_> = client.jar().iter().map(|cookie| cookie.name.clone()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_session_takes_as_many_cookies_as_it_needs_and_gives_them_back() {
    let client = browser(&Deployment::new());
    for (bytes, cookies) in [(100, 1), (3_000, 2), (6_500, 3), (11_000, 4), (6_500, 3), (100, 1), (11_000, 4)]
    {
        client.post("/add", &[("sku", "apple")]).await;
        let page = client.post("/fill", &[("bytes", &bytes.to_string())]).await;
        assert_eq!(page.status, StatusCode::OK, "{bytes}");
        assert_eq!(names(&client).len(), cookies, "{bytes}: {:?}", names(&client));
        assert!(client.get("/").await.text().contains("apple"));
        assert!(client.get("/").await.set_cookies().is_empty());
    }
    assert_eq!(names(&client), [NAME, "__Host-session.1", "__Host-session.2", "__Host-session.3"]);
    let page = client.post("/destroy", &[]).await;
    assert_eq!(page.set_cookies().len(), 4);
    assert!(page.set_cookies().iter().all(|line| line.contains("Max-Age=0") && line.contains("Secure")));
    assert_eq!(client.jar().iter().count(), 0);
}

#[tokio::test]
async fn more_than_all_cookies_hold_is_an_error() {
    let client = browser(&Deployment::new());
    client.post("/fill", &[("bytes", "11000")]).await;
    let before = stolen(&client);
    let page = client.post("/fill", &[("bytes", "13000")]).await;
    assert_eq!((page.status, page.set_cookies().len()), (StatusCode::INSUFFICIENT_STORAGE, 0));
    assert_eq!(stolen(&client), before);
}

#[tokio::test]
async fn a_mixture_of_two_versions_is_no_session_and_costs_nobody_a_cookie() {
    let client = browser(&Deployment::new());
    client.post("/fill", &[("bytes", "6500")]).await;
    let older = stolen(&client);
    client.post("/count", &[]).await;
    let newer = stolen(&client);
    assert!(thief(&client, &newer).get("/").await.text().starts_with("None \"\" [] 1"));
    for mixed in 0..older.len() {
        let mut cookies = newer.clone();
        let other = older.iter().find(|cookie| cookie.name == cookies[mixed].name).expect("the same names");
        cookies[mixed] = other.clone();
        let client = thief(&client, &cookies);
        let page = client.get("/").await;
        assert_eq!((page.text(), page.set_cookies().len()), (NOBODY, 0), "{mixed}");
        assert_eq!(client.jar().iter().count(), 3);
    }
}

#[tokio::test]
async fn a_session_that_has_lost_a_part_is_absent_and_the_next_one_tidies_up() {
    let client = browser(&Deployment::new());
    client.post("/fill", &[("bytes", "6500")]).await;
    for lost in 0..3 {
        let mut cookies = stolen(&client);
        cookies.remove(lost);
        let client = thief(&client, &cookies);
        assert_eq!(client.get("/").await.text(), NOBODY, "{lost}");
        client.post("/add", &[("sku", "apple")]).await;
        assert_eq!(names(&client), [NAME], "what is left of the old one is taken away");
        assert!(client.get("/").await.text().contains("apple"));
    }
}

/// Every 97th character of each part: all of a text, byte by byte, are tried where nothing but the text is opened.
#[tokio::test]
async fn every_part_counts_and_every_character_of_it() {
    let client = browser(&Deployment::new());
    client.post("/fill", &[("bytes", "6500")]).await;
    client.post("/add", &[("sku", "apple")]).await;
    let own = stolen(&client);
    let header = |cookies: &[StoredCookie]| {
        let pairs = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value));
        pairs.collect::<Vec<_>>().join("; ")
    };
    assert!(seen_with(&client, &header(&own)).await.text().contains("apple"));
    for part in 0..own.len() {
        let mut without = own.clone();
        without.remove(part);
        assert_eq!(seen_with(&client, &header(&without)).await.text(), NOBODY, "without part {part}");
        let length = own[part].value.len();
        for at in (0..length).step_by(97).chain(length - 3..length) {
            let mut cookies = own.clone();
            let other = if cookies[part].value.as_bytes()[at] == b'A' { "B" } else { "A" };
            cookies[part].value.replace_range(at..=at, other);
            let page = seen_with(&client, &header(&cookies)).await;
            assert_eq!((page.text(), page.set_cookies().len()), (NOBODY, 0), "character {at} of part {part}");
        }
    }
}

#[tokio::test]
async fn parts_cannot_change_places() {
    let client = browser(&Deployment::new());
    client.post("/fill", &[("bytes", "11000")]).await;
    let value = |part: &str| client.jar().get(&format!("{NAME}{part}")).expect("a part").to_owned();
    let (first, parts) = (value(""), [value(".1"), value(".2"), value(".3")]);
    let header = |one: usize, two: usize, three: usize| {
        format!("{NAME}={first}; {NAME}.1={}; {NAME}.2={}; {NAME}.3={}", parts[one], parts[two], parts[three])
    };
    let live = |page: TestResponse| page.headers.get("cache-control").is_some() && page.text() != "broken";
    assert!(live(seen_with(&client, &header(0, 1, 2)).await));
    // Told apart by what a session of views shows.
    client.post("/count", &[]).await;
    let (first, parts) = (value(""), [value(".1"), value(".2"), value(".3")]);
    for (one, two, three) in [(0, 1, 2), (1, 0, 2), (0, 2, 1), (2, 1, 0), (0, 0, 0)] {
        let header = format!(
            "{NAME}={first}; {NAME}.1={}; {NAME}.2={}; {NAME}.3={}",
            parts[one], parts[two], parts[three]
        );
        let whole = seen_with(&client, &header).await.text().contains(" 1 ");
        assert_eq!(whole, (one, two, three) == (0, 1, 2));
    }
}

#[tokio::test]
async fn somebody_elses_part_does_not_hide_ones_own() {
    let client = browser(&Deployment::new());
    client.post("/fill", &[("bytes", "3000")]).await;
    client.post("/count", &[]).await;
    let value = |part: &str| client.jar().get(&format!("{NAME}{part}")).expect("a part").to_owned();
    let (first, second) = (value(""), value(".1"));
    for header in [
        format!("{NAME}.1=AAAA; {NAME}={first}; {NAME}.1={second}"),
        format!("{NAME}={first}; {NAME}.1={second}; {NAME}.1=AAAA"),
        format!("{NAME}=2.AAAA; {NAME}={first}; {NAME}.1={second}"),
        format!("{NAME}.2=AAAA; {NAME}={first}; {NAME}.1={second}"),
    ] {
        assert!(seen_with(&client, &header).await.text().contains(" 1 "), "{header:.40}");
    }
}

#[tokio::test]
async fn a_node_that_writes_one_cookie_reads_several() {
    let deployment = Deployment::new();
    let (four, one) = (browser(&deployment), deployment.browser());
    four.post("/fill", &[("bytes", "6500")]).await;
    four.post("/count", &[]).await;
    let client = thief(&one, &stolen(&four));
    assert!(client.get("/").await.text().contains(" 1 "));
    let page = client.post("/count", &[]).await;
    assert_eq!((page.status, names(&client).len()), (StatusCode::INSUFFICIENT_STORAGE, 3));
    client.post("/fill", &[("bytes", "10")]).await;
    assert_eq!(names(&client), [NAME]);
}

#[tokio::test]
async fn several_cookies_are_remembered_and_touched_together() {
    async fn stay(session: Session<Shop>) {
        session.set_user_id(Some(1));
        session.set_name(Some(noise(3_000)));
        session.remember();
    }
    let deployment = Deployment::new();
    let runtime = deployment.runtime(deployment.store().build(), |config| config.cookie_chunks(2));
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&runtime));
    let client: Client =
        TestClient::new(shop(runtime).merge(Router::new().route("/stay", post(stay)).layer(layer)));
    client.post("/stay", &[]).await;
    assert!(client.jar().iter().count() == 2 && client.jar().iter().all(|cookie| cookie.persistent));
    deployment.clock.advance(std::time::Duration::from_secs(24 * 3600));
    let page = client.get("/").await;
    assert_eq!(page.set_cookies().len(), 2);
    assert!(page.set_cookies().iter().all(|line| line.ends_with("Max-Age=2505600")), "29 days");
    assert!(client.get("/").await.text().starts_with("Some(1)"));
}
