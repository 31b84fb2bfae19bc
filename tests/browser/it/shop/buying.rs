//! A cart, several tabs, and an order.

use super::{add, desktop, shop, shop_on, sign_up};

#[tokio::test]
async fn what_is_in_the_cart_is_changed_wrapped_taken_out_and_ordered_once() {
    let (shop, browser) = (shop(), desktop().await);
    sign_up(&browser, &shop).await;
    add(&browser, &shop, "mug", 1).await;
    add(&browser, &shop, "vase", 1).await;
    browser.press_in("Tall vase", "Remove").await;
    browser.shows("Your cart is up to date.").await;
    assert!(!browser.text().await.contains("Tall vase"));
    browser.fill("Quantity", "3").await;
    browser.tick("Gift wrap").await;
    browser.press("Update").await;
    browser.shows("€ 72.00").await;

    browser.press("Check out").await;
    browser.shows("3 × Morning mug, wrapped").await;
    // An impatient finger: the same page is sent twice, as one and the same order.
    browser
        .run("const form = document.querySelector('main form'); form.target = 'other'; form.submit(); form.target = ''")
        .await;
    browser.press("Place the order").await;
    browser.shows("3 × Morning mug (wrapped)").await;
    let shown = browser.text().await;
    assert_eq!(shown.matches("No. ").count(), 1, "{shown}");
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Nothing in it yet").await;
    browser.quit().await;
}

#[tokio::test]
async fn tabs_that_fill_one_cart_at_once_lose_nothing() {
    const TABS: usize = 8;
    let (shop, browser) = (shop(), desktop().await);
    add(&browser, &shop, "bowl", 1).await;
    // All of them are sent before the first answer is there.
    for article in ["mug", "bowl"] {
        browser.open(format!("{}/articles/{article}", shop.origin())).await;
        browser
            .run(&format!(
                "const form = document.querySelector('main form');
                 for (let tab = 0; tab < {TABS} / 2; tab++) {{ form.target = '{article}' + tab; form.submit(); }}"
            ))
            .await;
    }
    assert_eq!(browser.tabs().await.len(), 1 + TABS);
    browser.open(shop.origin() + "/cart").await;
    browser.shows_in_the_end(&format!("Cart {}", 1 + TABS)).await;
    let quantities =
        browser.run("return [...document.querySelectorAll('.lines [type=number]')].map(n => +n.value)").await;
    let mut quantities: Vec<u64> =
        quantities.as_array().unwrap().iter().map(|quantity| quantity.as_u64().unwrap()).collect();
    quantities.sort_unstable();
    assert_eq!(quantities, [4, 5]);
    browser.quit().await;
}

#[tokio::test]
async fn the_cookie_store_keeps_a_cart_and_a_sign_in_through_a_restart() {
    let mut shop = shop_on("cookie", &[]);
    let browser = desktop().await;
    sign_up(&browser, &shop).await;
    add(&browser, &shop, "planter", 2).await;
    shop.kill();
    shop.start_again();
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Window planter").await;
    browser.shows("Ada").await;
    browser.quit().await;
}
