//! Attacks as an attacker would try them, from the outside and step by step.

use session::config::SignedIds;
use session::event::SessionEvent;
use session_tests::World;

use super::csrf::guarded;
use super::{Told, config, get, post, shop, with};
use crate::adapters::send;

/// Session fixation: the attacker begins a session, plants its cookie in the victim's browser, and waits for the sign-in.
#[tokio::test]
async fn a_planted_cookie_opens_nothing_once_the_victim_has_signed_in() {
    let world = World::new();
    let app = shop(&world, config(&world, |config| config));
    let planted = send(&app, get("/views")).await.cookie();
    assert_eq!(send(&app, with(get("/"), &planted)).await.body, "None 1", "the attacker's session is there");

    let victim = send(&app, with(post("/sign-in"), &planted)).await.cookie();
    assert_eq!(send(&app, with(get("/"), &victim)).await.body, "Some(42) 1");
    assert_eq!(send(&app, with(get("/"), &planted)).await.body, "None 0");
    // Neither does it write into the victim's session, nor does the victim see what it wrote.
    let own = send(&app, with(get("/views"), &planted)).await;
    assert_ne!(own.cookie(), victim);
    assert_eq!(send(&app, with(get("/"), &victim)).await.body, "Some(42) 1");
}

/// Cookie tossing: where the cookie's name has no `__Host-`, a sibling host can plant values that browsers send before the
/// session's own. It need not make them up: anybody who visits is given some, and a signature is no obstacle.
#[tokio::test]
async fn planted_ids_can_crowd_out_a_session_but_never_lose_it() {
    for signed in [SignedIds::Off, SignedIds::Required] {
        let world = World::new();
        let told = Told::default();
        let shared = config(&world, |config| {
            let cookie = config.cookie_name("__Secure-shop").cookie_domain("example.org");
            cookie.signed_ids(signed).events(told.clone())
        });
        let app = shop(&world, shared);
        let own = send(&app, post("/sign-in")).await.cookie();
        let mut cookies = Vec::new();
        for _ in 0..3 {
            cookies.push(send(&app, get("/views")).await.cookie());
        }
        cookies.push(own.clone());
        world.calls();
        let seen = send(&app, with(get("/"), &cookies.join("; "))).await;
        assert_eq!((seen.body.as_str(), seen.all("set-cookie").len()), ("None 0", 0), "{signed:?}");
        assert_eq!(world.calls().total(), 0, "what cannot be told apart is not looked up");
        assert_eq!(told.count(|event| *event == SessionEvent::TooManyCookies), 1);
        assert_eq!(send(&app, with(get("/"), &own)).await.body, "Some(42) 0");
    }
}

const FLOOD: usize = 100_000;

/// As many cookies as fill a flood, joined as a browser would join them.
fn flood(cookie: impl Fn(usize) -> String) -> String {
    let (mut number, mut header) = (0, String::new());
    while header.len() < FLOOD {
        header.push_str(&cookie(number));
        header.push_str("; ");
        number += 1;
    }
    header
}

#[tokio::test]
async fn a_hundred_kilobytes_of_cookies_cost_no_more_store_calls_and_lose_no_session() {
    for signed in [SignedIds::Off, SignedIds::Required] {
        let world = World::new();
        let app = shop(&world, config(&world, |config| config.signed_ids(signed)));
        let own = send(&app, post("/sign-in")).await.cookie();
        let (name, value) = own.split_once('=').unwrap();
        // What has an id's form, and opens nothing.
        let like_an_id = |number: usize| format!("{name}={number:A>42}A{}", &value[43..]);
        let junk: [(&str, String); 7] = [
            ("other cookies", flood(|number| format!("other{number}=value"))),
            ("names that begin like ours", flood(|number| format!("{name}{number}={value}"))),
            ("one long name", format!("{}; ", "n".repeat(FLOOD))),
            ("one long value of ours", format!("{name}={}; ", "A".repeat(FLOOD))),
            ("short values of ours", flood(|number| format!("{name}={number}"))),
            ("separators", ";".repeat(FLOOD)),
            ("our own, again and again", flood(|_| own.clone())),
        ];
        world.calls();
        for (what, junk) in junk {
            for header in [format!("{junk}{own}"), format!("{own}; {junk}")] {
                let seen = send(&app, with(get("/"), &header)).await;
                let told = (seen.body.as_str(), seen.all("set-cookie").len(), world.calls().total());
                assert_eq!(told, ("Some(42) 0", 0, 1), "{what}, {signed:?}");
            }
        }
        // One header for each cookie, as HTTP/2 allows.
        let lines = (0..1000).map(|number| format!("other{number}={}", "x".repeat(90))).chain([own.clone()]);
        let request = lines.fold(get("/"), |request, line| with(request, &line));
        assert_eq!(send(&app, request).await.body, "Some(42) 0");
        assert_eq!(world.calls().total(), 1);

        let seen = send(&app, with(get("/"), &(flood(like_an_id) + &own))).await;
        let told = (seen.body.as_str(), seen.all("set-cookie").len(), world.calls().total());
        assert_eq!(told, ("None 0", 0, 0), "{signed:?}");
        assert_eq!(send(&app, with(get("/"), &own)).await.body, "Some(42) 0", "nothing was lost");
    }
}

/// Login CSRF: a foreign page signs the visitor in as somebody else. There is no session yet, and so no token.
#[tokio::test]
async fn a_forged_login_is_refused_by_the_browsers_word_and_not_by_a_token() {
    let world = World::new();
    let app = guarded(&world, session::CsrfGuard::new());
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let forged = post("/sign-in").header("host", "shop.example").header(header, value);
        let seen = send(&app, forged).await;
        assert_eq!((seen.status(), seen.all("set-cookie").len()), (403, 0), "{header}: {value}");
    }
    // A client that says nothing is believed: it is no browser that could have been made to.
    let silent = send(&app, post("/sign-in")).await;
    assert_eq!((silent.status(), silent.all("set-cookie").len()), (200, 1));
}
