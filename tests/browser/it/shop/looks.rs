//! Every page, on a desk and on a phone: it fits, its fields have labels, and the browser has nothing to complain of. The
//! pictures are in `target/screenshots`, to be looked at.

use session_browser_tests::browser::{Browser, Screen};

use super::devices::phone;
use super::{PASSWORD, add, shop, shop_on, sign_up};

/// What is wrong with a page for whoever reads it on a small screen or does not see it.
const FLAWS: &str = "
    const flaws = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) flaws.push(`it is ${wide} pixels too wide`);
    if (document.querySelectorAll('h1').length != 1) flaws.push('it has not one heading');
    if (!document.documentElement.lang || !document.title) flaws.push('it has no language or title');
    for (const field of document.querySelectorAll('input:not([type=hidden], [hidden]), select, textarea'))
        if (!field.labels.length) flaws.push(`${field.name} has no label`);
    for (const target of document.querySelectorAll('main button, main a.button, nav a'))
        if (target.getBoundingClientRect().height < 44) flaws.push(`${target.textContent} is too small for a finger`);
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    if (new Set(ids).size != ids.length) flaws.push('two elements have one id');
    return flaws;
";

async fn look(browser: &Browser, screen: Screen, name: &str) {
    let flaws = browser.run(FLAWS).await;
    assert_eq!(flaws, serde_json::json!([]), "{name} on a {screen:?}");
    let screen = format!("{screen:?}").to_lowercase();
    browser.picture(&format!("shop-{name}-{screen}")).await;
}

async fn look_around(screen: Screen) {
    let (shop, browser) = (shop(), Browser::start(screen).await);
    let open = async |path: &str| browser.open(shop.origin() + path).await;
    for (path, name) in [
        ("/", "catalogue"),
        ("/articles/teapot", "article"),
        ("/cart", "cart-empty"),
        ("/sign-in", "sign-in"),
    ] {
        open(path).await;
        look(&browser, screen, name).await;
    }
    browser.fill("E-mail", "ada@example.com").await;
    browser.fill("Password", "not her password").await;
    browser.press("Sign in").await;
    browser.shows("do not fit together").await;
    look(&browser, screen, "sign-in-mistake").await;
    open("/sign-up").await;
    look(&browser, screen, "sign-up").await;
    sign_up(&browser, &shop).await;
    look(&browser, screen, "account-new").await;
    add(&browser, &shop, "mug", 2).await;
    add(&browser, &shop, "planter", 1).await;
    look(&browser, screen, "cart").await;
    open("/checkout").await;
    look(&browser, screen, "checkout").await;
    browser.press("Place the order").await;
    browser.shows("Thank you!").await;
    look(&browser, screen, "account").await;
    let elsewhere = phone(&shop).await;
    open("/account/devices").await;
    browser.shows("Firefox on Android").await;
    look(&browser, screen, "devices").await;
    elsewhere.quit().await;
    open("/account/password").await;
    look(&browser, screen, "confirm").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Confirm").await;
    browser.shows("A new password").await;
    look(&browser, screen, "password").await;
    open("/admin").await;
    browser.shows("Behind the counter").await;
    look(&browser, screen, "admin").await;
    browser.press("All sessions: how they are, whose they are, and a way to end them").await;
    browser.fill("By customer's name", "Ada").await;
    browser.press("Find").await;
    browser.shows("customer's name Ada").await;
    browser.picture(&format!("shop-sessions-{screen:?}").to_lowercase()).await;
    let complaints = browser.complaints().await;
    assert_eq!(
        complaints.iter().filter(|line| !line.contains("422")).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    open("/nowhere").await;
    browser.shows("Nothing on this shelf").await;
    look(&browser, screen, "failure").await;
    for store in ["cookie", "cookie+marks"] {
        let shop = shop_on(store, &[]);
        sign_up(&browser, &shop).await;
        browser.open(shop.origin() + "/account/devices").await;
        browser.shows("This shop keeps no sessions").await;
        look(&browser, screen, &format!("devices-{store}")).await;
    }
    browser.quit().await;
}

#[tokio::test]
async fn every_page_fits_a_desk_and_can_be_read_aloud() {
    look_around(Screen::Desktop).await;
}

#[tokio::test]
async fn every_page_fits_a_phone_and_its_fingers() {
    look_around(Screen::Phone).await;
}
