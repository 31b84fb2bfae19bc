//! Signed session ids: what was not issued here is refused without a store call.

use session::config::SignedIds;
use session::crypto::SharedKeyRing;
use session::event::SessionEvent;
use session_tests::World;

use super::{Told, config, get, post, ring, shop, with};
use crate::adapters::send;

#[tokio::test]
async fn a_forged_or_malformed_id_is_refused_without_a_store_call() {
    let world = World::new();
    let told = Told::default();
    let app =
        shop(&world, config(&world, |config| config.signed_ids(SignedIds::Required).events(told.clone())));
    let cookie = send(&app, post("/sign-in")).await.cookie();
    let (name, value) = cookie.split_once('=').unwrap();
    let (id, tag) = value.split_once('.').unwrap();
    world.calls();

    let other = if tag.ends_with('A') { "Q" } else { "A" };
    for forged in [
        // As good as any, but not signed.
        id.to_owned(),
        format!("{id}.{}", "A".repeat(tag.len())),
        format!("{id}.{}{other}", &tag[..tag.len() - 1]),
        format!("{}.{tag}", "A".repeat(id.len())),
        format!("{id}.{tag}{tag}"),
        format!("{id}."),
        format!(".{tag}"),
        "x".repeat(1000),
    ] {
        let seen = send(&app, with(get("/"), &format!("{name}={forged}"))).await;
        assert_eq!((seen.body.as_str(), world.calls().total()), ("None 0", 0), "{forged}");
        assert!(seen.all("set-cookie").is_empty());
    }
    assert_eq!(told.count(|event| *event == SessionEvent::ForgedId), 3, "those that look like a signed id");

    assert_eq!(send(&app, with(get("/"), &cookie)).await.body, "Some(42) 0");
    assert_eq!(world.calls().load, 1);
}

#[tokio::test]
async fn a_change_of_keys_loses_no_signed_id_and_the_next_one_has_the_new_key() {
    let world = World::new();
    let keys = SharedKeyRing::new(ring(&[1]));
    let app =
        shop(&world, config(&world, |config| config.keys(keys.clone()).signed_ids(SignedIds::Required)));
    let old = send(&app, post("/sign-in")).await.cookie();

    keys.replace(ring(&[2, 1]));
    assert_eq!(send(&app, with(get("/"), &old)).await.body, "Some(42) 0");
    let new = send(&app, with(post("/sign-in"), &old)).await.cookie();
    keys.replace(ring(&[2]));
    assert_eq!(send(&app, with(get("/"), &new)).await.body, "Some(42) 0");
    world.calls();
    assert_eq!(send(&app, with(get("/"), &old)).await.body, "None 0");
    assert_eq!(world.calls().total(), 0);
}

/// Two nodes with neighbouring settings, in a rolling deploy: whoever signed in on one is signed in on the other.
#[tokio::test]
async fn signing_is_switched_on_and_off_in_a_fleet_without_a_logout() {
    let world = World::new();
    let node = |signed| shop(&world, config(&world, |config| config.signed_ids(signed)));
    let [off, migrating, required] = [SignedIds::Off, SignedIds::Migrating, SignedIds::Required].map(node);
    for (left, right) in [(&off, &migrating), (&migrating, &required)] {
        for (issuer, reader) in [(left, right), (right, left)] {
            let cookie = send(issuer, post("/sign-in")).await.cookie();
            let unsigned_is_over = !cookie.contains('.') && std::ptr::eq(reader, &raw const required);
            let expected = if unsigned_is_over { "None 0" } else { "Some(42) 0" };
            assert_eq!(send(reader, with(get("/"), &cookie)).await.body, expected);
        }
    }
    // Only what was issued before "migrating" is lost at the last step, and nothing at the way back.
    let unsigned = send(&off, post("/sign-in")).await.cookie();
    assert_eq!(send(&migrating, with(get("/"), &unsigned)).await.body, "Some(42) 0");
    assert_eq!(send(&required, with(get("/"), &unsigned)).await.body, "None 0");
    let signed = send(&required, post("/sign-in")).await.cookie();
    assert_eq!(send(&off, with(get("/"), &signed)).await.body, "Some(42) 0");
}
