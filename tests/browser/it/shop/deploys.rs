//! Restarts, outages and a new version of the session's struct, while somebody is in the shop.

use session_browser_tests::example::Example;
use session_tests::servers::{KEEPS_WRITES, Server};

use super::{KEY, add, desktop, shop_on, sign_up};

/// A Redis server that has on its disk what it has acknowledged.
fn redis() -> Server {
    Server::start(&KEEPS_WRITES)
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let redis = redis();
    let mut shop = shop_on(&redis.address(), &[]);
    let browser = desktop().await;
    sign_up(&browser, &shop).await;
    add(&browser, &shop, "teapot", 2).await;
    browser.press("Check out").await;
    browser.shows("Place the order").await;
    let cookie = browser.cookie("session").await;

    shop.kill();
    shop.start_again();
    // The page from before the restart still works: its form is the session's, not the process's.
    browser.press("Place the order").await;
    browser.shows("Thank you! Your order has the number 1.").await;
    browser.shows("2 × Round teapot").await;
    browser.shows("Hello, Ada").await;
    assert_eq!(browser.cookie("session").await, cookie);
    browser.quit().await;
}

#[tokio::test]
async fn an_outage_of_redis_is_a_page_that_says_so_and_logs_nobody_out() {
    let redis = redis();
    let shop = shop_on(&redis.address(), &[]);
    let browser = desktop().await;
    sign_up(&browser, &shop).await;
    add(&browser, &shop, "cup", 4).await;
    let cookie = browser.cookie("session").await;

    redis.kill();
    browser.open(shop.origin() + "/account").await;
    browser.shows("Back in a moment").await;
    browser.open(shop.origin() + "/").await;
    browser.shows("You are still signed in").await;
    assert_eq!(browser.cookie("session").await, cookie);

    redis.start_again();
    browser.shows_in_the_end("Stoneware for slow mornings").await;
    browser.open(shop.origin() + "/account").await;
    browser.shows("Hello, Ada").await;
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Espresso cup").await;
    assert_eq!(browser.cookie("session").await, cookie);
    browser.quit().await;
}

#[tokio::test]
async fn a_new_version_of_the_session_finds_the_old_carts_and_the_old_version_finds_the_new_ones() {
    let redis = redis();
    let mut shop = Example::start("shop_v1", &[("STORE", &redis.address()), ("SESSION_KEY", KEY)]);
    let browser = desktop().await;
    browser.open(shop.origin()).await;
    browser.press("Add to cart").await;
    browser.shows("mug × 1").await;
    browser.fill("Name", "Ada").await;
    browser.fill("E-mail", "ada@example.com").await;
    browser.fill("Password", super::PASSWORD).await;
    browser.press("Sign up").await;
    browser.shows("Hello, Ada").await;

    shop.deploy("shop");
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Morning mug").await;
    browser.shows("Ada").await;
    browser.fill("Quantity", "12").await;
    browser.tick("Gift wrap").await;
    browser.press("Update").await;
    browser.shows("€ 288.00").await;
    browser.open(shop.origin() + "/account/devices").await;
    browser.shows("This device").await;

    // The new version is rolled back …
    shop.deploy("shop_v1");
    browser.open(shop.origin()).await;
    browser.shows("mug × 12").await;
    browser.shows("Hello, Ada").await;
    browser.press("Add to cart").await;
    browser.shows("mug × 13").await;

    // … and comes again. What the old one did not know is still there.
    shop.deploy("shop");
    browser.open(shop.origin() + "/checkout").await;
    browser.shows("13 × Morning mug, wrapped").await;
    browser.quit().await;
}
