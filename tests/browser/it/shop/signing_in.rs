//! Accounts, sign-ins, and what is left after a sign-out.

use super::{PASSWORD, add, desktop, shop, shop_on, sign_in, sign_up};

#[tokio::test]
async fn a_cart_comes_along_through_signing_up_out_and_in() {
    let (shop, browser) = (shop(), desktop().await);
    add(&browser, &shop, "mug", 2).await;
    let anonymous = browser.cookie("session").await;
    sign_up(&browser, &shop).await;
    assert_ne!(browser.cookie("session").await, anonymous, "a sign-in gives the session another id");
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Morning mug").await;

    browser.open(shop.origin() + "/account").await;
    browser.press("Sign out").await;
    browser.shows("You are signed out.").await;
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Nothing in it yet").await;

    // A private page leads to the sign-in, and that leads back to it.
    browser.open(shop.origin() + "/admin").await;
    browser.shows("New here?").await;
    browser.fill("E-mail", "ada@example.com").await;
    browser.fill("Password", "not her password").await;
    browser.press("Sign in").await;
    browser.shows("Address and password do not fit together.").await;
    assert_eq!(browser.value("E-mail").await, "ada@example.com", "what was typed is not lost");
    sign_in(&browser).await;
    browser.shows("Welcome, Ada!").await;
    assert_eq!(browser.path().await, "/admin");
    browser.quit().await;
}

#[tokio::test]
async fn a_notice_is_shown_once() {
    let (shop, browser) = (shop(), desktop().await);
    add(&browser, &shop, "bowl", 1).await;
    browser.reload().await;
    browser.shows("Breakfast bowl").await;
    assert!(!browser.text().await.contains("is in your cart."));
    browser.quit().await;
}

#[tokio::test]
async fn the_back_button_shows_nothing_private_after_a_sign_out() {
    let (shop, browser) = (shop(), desktop().await);
    sign_up(&browser, &shop).await;
    browser.open(shop.origin() + "/account").await;
    browser.shows("Hello, Ada").await;
    browser.press("Sign out").await;
    browser.shows("You are signed out.").await;
    browser.back().await;
    browser.shows("New here?").await;
    assert_eq!(browser.path().await, "/sign-in");
    assert!(!browser.text().await.contains("Ada"));
    browser.quit().await;
}

#[tokio::test]
async fn a_password_that_was_typed_again_counts_for_a_while_and_in_one_session() {
    let shop = shop_on("memory", &[("SHOP_CONFIRMED", "8")]);
    let browser = desktop().await;
    sign_up(&browser, &shop).await;
    let signed_in = browser.cookie("session").await;
    browser.open(shop.origin() + "/account/password").await;
    browser.shows("Is it still you?").await;
    browser.fill("Password", "not her password").await;
    browser.press("Confirm").await;
    browser.shows("That is not your password.").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Confirm").await;
    browser.shows("A new password").await;
    assert_ne!(browser.cookie("session").await, signed_in, "more rights, another id");

    browser.shows_in_the_end("Is it still you?").await;
    assert_eq!(browser.path().await, "/account/confirm");
    browser.open(shop.origin() + "/account").await;
    browser.shows("Hello, Ada").await;
    browser.quit().await;
}
