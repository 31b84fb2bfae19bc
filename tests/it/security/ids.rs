//! What a session id is, where it comes from, and where it is looked for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session_tests::World;

use super::{config, get, post, shop, with};
use crate::adapters::send;

fn bytes(cookie: &str) -> Vec<u8> {
    let (_, value) = cookie.split_once('=').expect("a pair");
    URL_SAFE_NO_PAD.decode(value).expect("base64")
}

/// The same user signs in twice, at one moment of the store's clock: nothing that both have may show.
#[tokio::test]
async fn a_cookie_tells_nothing_of_its_session() {
    let world = World::new();
    let app = shop(&world, config(&world, |config| config));
    let [one, two] =
        [send(&app, post("/sign-in")).await, send(&app, post("/sign-in")).await].map(|seen| seen.cookie());
    let (one, two) = (bytes(&one), bytes(&two));
    assert_eq!((one.len(), two.len()), (32, 32), "128 bits of handle and 128 of secret");
    let alike = one.iter().zip(&two).filter(|(one, two)| one == two).count();
    assert!(alike < 8, "{alike} of 32 bytes are alike, where chance makes one of 256");
}

#[tokio::test]
async fn every_bit_of_an_id_is_as_often_one_as_zero() {
    const IDS: usize = 400;
    let world = World::new();
    let app = shop(&world, config(&world, |config| config));
    let mut ones = [0_usize; 256];
    for _ in 0..IDS {
        let id = bytes(&send(&app, post("/")).await.cookie());
        for (bit, ones) in ones.iter_mut().enumerate() {
            *ones += usize::from(id[bit / 8] >> (bit % 8) & 1);
        }
    }
    // Nine standard deviations of 10 around 200: one run in 10¹⁶ would fail by chance.
    let odd: Vec<_> = ones.iter().enumerate().filter(|(_, ones)| !(110..=290).contains(*ones)).collect();
    assert!(odd.is_empty(), "of {IDS} ids these bits are ones: {odd:?}");
}

#[tokio::test]
async fn an_id_is_taken_from_the_cookie_alone() {
    let world = World::new();
    let app = shop(&world, config(&world, |config| config));
    let cookie = send(&app, post("/sign-in")).await.cookie();
    let (name, value) = cookie.split_once('=').expect("a pair");
    world.calls();
    for request in [
        get(&format!("/?{name}={value}")),
        get(&format!("/?session={value}&sid={value}")),
        get("/").header("authorization", format!("Bearer {value}")),
        get("/").header(name, value),
        get("/").header("x-session-id", value),
        get("/").header("set-cookie", &cookie),
        get("/").header("cookie2", &cookie),
    ] {
        assert_eq!(send(&app, request).await.body, "None 0");
    }
    assert_eq!(world.calls().total(), 0);
    assert_eq!(send(&app, with(get("/"), &cookie)).await.body, "Some(42) 0");
}
