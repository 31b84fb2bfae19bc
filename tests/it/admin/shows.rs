//! What operators see.

use http::StatusCode;
use session::SessionConfig;
use session::admin::{Component, ComponentState};
use session::store::{Condition, Load, Locator, Store as _};

use super::{App, at};

#[tokio::test]
async fn somebodys_sessions_are_found_with_a_way_to_each_and_nobody_elses() {
    let app = App::new();
    let (one, two, other) = (app.sign_in(7).await, app.sign_in(7).await, app.sign_in(8).await);
    let page = app.get("/ops/sessions/sessions?of=7").await;
    assert_eq!(page.status, StatusCode::OK);
    for token in [&one, &two] {
        assert!(page.text.contains(&format!("href=\"{}\"", at(token))), "{}", page.text);
        assert!(page.text.contains(&format!("action=\"{}/end?of=7\"", at(token))), "{}", page.text);
    }
    assert!(!page.text.contains(&other.handle().encode()));

    let nobody = app.get("/ops/sessions/sessions?of=9").await;
    assert!(nobody.text.contains("There are none."));
    let odd = app.get("/ops/sessions/sessions?of=%3Cscript%3E").await;
    assert!(odd.text.contains("&lt;script&gt;"));
    assert_eq!(app.get("/ops/sessions/sessions").await.header("location"), "/ops/sessions/");
}

#[tokio::test]
async fn a_session_is_seen_with_its_fields_but_for_what_nobody_may_see() {
    let app = App::new();
    let token = app.sign_in(7).await;
    app.events();
    let page = app.get(&at(&token)).await.text;
    assert!(page.contains("<td><code>user_id</code><td>7<"), "{page}");
    assert!(page.contains("<td><code>views</code><td>3<"));
    assert!(page.contains("[[sku: tea, quantity: 1], [sku: cake, quantity: 1]]"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(&#39;hi&#39;)&lt;/script&gt;"));
    assert!(page.contains("<td><code>api_token</code><td><span class=hidden>secret</span>"));
    assert!(page.contains("<td><code>email</code><td><span class=hidden>personal, hidden</span>"));
    assert!(!page.contains("hunter2") && !page.contains("ada@example.org"), "{page}");
    assert_eq!(app.events(), [], "looking is not using");
}

#[tokio::test]
async fn what_is_personal_is_shown_where_the_app_says_so_and_secrets_never() {
    let app = App::with(session::admin::Admin::show_personal);
    let token = app.sign_in(7).await;
    let page = app.get(&at(&token)).await.text;
    assert!(page.contains("ada@example.org"));
    assert!(!page.contains("hunter2"));
}

#[tokio::test]
async fn the_front_page_has_health_counters_a_look_up_and_the_inventory() {
    let app = App::with(|admin| admin.component("mail", async || Component::warned(vec!["slow".to_owned()])));
    app.sign_in(7).await;
    app.sign_in(8).await;
    let page = app.get("/ops/sessions").await.text;
    assert!(page.contains("<td>store<td><span class=\"state well\">well</span>"), "{page}");
    assert!(page.contains("<td>mail<td><span class=\"state warned\">warned</span><td>slow"), "{page}");
    assert!(page.contains("<dt>created</dt><dd>2</dd>"), "{page}");
    assert!(page.contains("action=\"/ops/sessions/sessions\"") && page.contains("By user id"));
    assert!(page.contains("<code>email</code><td>personal"));
    assert!(page.contains("<code>api_token</code><td>secret"));
}

#[tokio::test]
async fn health_is_for_machines_too() {
    let app = App::new();
    let well = app.get("/ops/sessions/health").await;
    assert_eq!(well.status, StatusCode::OK);
    let json: serde_json::Value = serde_json::from_str(&well.text).unwrap();
    assert_eq!(json["state"], "well");
    assert_eq!(json["components"]["store"]["state"], "well");

    app.faults.cut(true);
    let failing = app.get("/ops/sessions/health").await;
    assert_eq!(failing.status, StatusCode::SERVICE_UNAVAILABLE);
    let json: serde_json::Value = serde_json::from_str(&failing.text).unwrap();
    assert_eq!(json["components"]["store"]["state"], "failing");
    assert!(json["components"]["store"]["details"][0].as_str().unwrap().contains("cannot be reached"));
    // The pages go on, and say why there is nothing to see.
    assert!(app.get("/ops/sessions").await.text.contains("state failing"));
    let list = app.get("/ops/sessions/sessions?of=7").await;
    assert_eq!(list.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(list.text.contains("cannot be reached"));
}

#[tokio::test]
async fn details_of_health_are_text_in_json_whatever_is_in_them() {
    let odd = "a \"quote\", a \\ and a \n";
    let app = App::with(|admin| admin.component("odd", move || async move { Component::failing(odd) }));
    let page = app.get("/ops/sessions/health").await;
    let json: serde_json::Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(json["components"]["odd"]["details"][0], odd);
    assert_eq!(json["state"], ComponentState::Failing.name());
}

/// A record that does not decode is in the list, with a button that ends it.
#[tokio::test]
async fn what_cannot_be_read_is_listed_and_can_be_ended() {
    let app = App::with(|admin| {
        admin.look_up("anything", async |sessions, _| {
            let mut ids = sessions.ids();
            let mut handles = Vec::new();
            while let Some(id) = ids.next().await {
                handles.push(id?);
            }
            Ok(handles)
        })
    });
    let token = app.sign_in(7).await;
    let at_handle = Locator::Handle(token.handle());
    let Ok(Load::Found(record)) = app.faults.load(&at_handle).await else { panic!("it is there") };
    let sessions =
        session::Sessions::<super::Member, _>::with_config(app.faults.clone(), SessionConfig::default());
    assert!(sessions.get(token.handle()).await.is_err(), "it has other keys");
    let condition = Condition::Matches {
        stamp: record.header.stamp(),
        proof: record.header.credential.as_ref().unwrap().proof,
    };
    let draft = session::store::Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 99,
        lineage: record.header.lineage,
        principal: record.header.principal,
        packing: record.header.packing,
        credential: record.header.credential.clone(),
        binding: None,
    };
    let times = session::store::Times {
        idle_span: record.header.idle_span,
        absolute: session::store::Absolute::Keep,
        authenticates: false,
        rotation: session::store::Rotation::None,
    };
    let nonce = session::record::Nonce([9; 8]);
    let write = session::store::Write::new(token.handle(), condition, nonce, draft, times, record.fields);
    let _ = app.faults.commit(&write).await.unwrap();

    let page = app.get("/ops/sessions/sessions?of=all").await;
    assert!(page.text.contains("must not read"), "{}", page.text);
    assert!(page.text.contains(&format!("action=\"{}/end?of=all\"", at(&token))));
}
