//! Two browsers, one account.

use session_browser_tests::browser::{Browser, Screen};
use session_browser_tests::example::Example;
use session_tests::servers::Server;

use super::{desktop, shop, shop_on, sign_in, sign_up};

const PHONE: &str = "Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";

/// A phone on which Ada is signed in; she has an account already.
pub(super) async fn phone(shop: &Example) -> Browser {
    let phone = Browser::with_user_agent(Screen::Phone, Some(PHONE)).await;
    phone.open(shop.origin() + "/sign-in").await;
    sign_in(&phone).await;
    phone.shows("Welcome, Ada!").await;
    phone
}

/// Whether whoever sits there has to sign in to see the account.
async fn is_signed_out(browser: &Browser, shop: &Example) {
    browser.open(shop.origin() + "/account").await;
    browser.shows("New here?").await;
}

async fn is_signed_in(browser: &Browser, shop: &Example) {
    browser.open(shop.origin() + "/account").await;
    browser.shows("Hello, Ada").await;
}

async fn one_device_ends_another(shop: Example) {
    let desk = desktop().await;
    sign_up(&desk, &shop).await;
    let phone = phone(&shop).await;
    desk.open(shop.origin() + "/account").await;
    desk.run("document.querySelector('main a[href=\"/account/devices\"]').click()").await;
    desk.shows("You are signed in on 2 devices.").await;
    desk.shows("Chrome on Linux This device").await;
    desk.press_in("Firefox on Android", "Sign out").await;
    desk.shows("That device is signed out.").await;
    desk.shows("You are signed in on 1 device.").await;
    assert!(!desk.text().await.contains("Firefox on Android"));

    // It is over on the very next page, and the device that it was ended from stays signed in.
    phone.reload().await;
    phone.shows("New here?").await;
    is_signed_in(&desk, &shop).await;
    phone.quit().await;
    desk.quit().await;
}

#[tokio::test]
async fn a_device_is_listed_and_signed_out_from_another_one() {
    one_device_ends_another(shop()).await;
}

#[tokio::test]
async fn a_device_is_signed_out_from_another_one_with_the_sessions_in_redis() {
    let redis = Server::start(&[]);
    one_device_ends_another(shop_on(&redis.address(), &[])).await;
}

#[tokio::test]
async fn signing_out_everywhere_else_spares_this_device_and_everywhere_spares_none() {
    let redis = Server::start(&[]);
    let (shop, desk) = (shop_on(&redis.address(), &[]), desktop().await);
    sign_up(&desk, &shop).await;
    let phone = phone(&shop).await;
    desk.open(shop.origin() + "/account/devices").await;
    desk.press("Sign out everywhere else").await;
    desk.shows("You are signed out everywhere else.").await;
    desk.shows("You are signed in on 1 device.").await;
    is_signed_out(&phone, &shop).await;
    is_signed_in(&desk, &shop).await;

    // The phone comes back with the password, and then ends both.
    sign_in(&phone).await;
    phone.shows("Welcome, Ada!").await;
    phone.open(shop.origin() + "/account/devices").await;
    phone.shows("You are signed in on 2 devices.").await;
    phone.press("Sign out everywhere").await;
    phone.shows("You are signed out everywhere.").await;
    is_signed_out(&phone, &shop).await;
    is_signed_out(&desk, &shop).await;
    phone.quit().await;
    desk.quit().await;
}

#[tokio::test]
async fn a_form_that_ends_a_device_needs_its_token() {
    let (shop, desk) = (shop(), desktop().await);
    sign_up(&desk, &shop).await;
    let phone = phone(&shop).await;
    for button in ["Sign out everywhere else", "Sign out everywhere", "Sign out"] {
        desk.open(shop.origin() + "/account/devices").await;
        desk.shows("You are signed in on 2 devices.").await;
        desk.run("document.querySelectorAll('[name=csrf_token]').forEach(field => field.remove())").await;
        desk.press(button).await;
        desk.shows("That was not sent from here").await;
    }
    is_signed_in(&phone, &shop).await;
    phone.quit().await;
    desk.quit().await;
}

#[tokio::test]
async fn where_browsers_keep_the_sessions_the_page_says_so_and_offers_what_there_is() {
    let (shop, desk) = (shop_on("cookie", &[]), desktop().await);
    sign_up(&desk, &shop).await;
    desk.open(shop.origin() + "/account/devices").await;
    desk.shows("This shop keeps no sessions").await;
    assert!(!desk.text().await.contains("Sign out everywhere"));
    desk.press("Sign out here").await;
    desk.shows("You are signed out.").await;
    desk.quit().await;
}

#[tokio::test]
async fn with_marks_signing_out_everywhere_ends_also_what_browsers_keep() {
    let (shop, desk) = (shop_on("cookie+marks", &[]), desktop().await);
    sign_up(&desk, &shop).await;
    let phone = phone(&shop).await;
    phone.open(shop.origin() + "/account/devices").await;
    phone.shows("This shop keeps no sessions").await;
    phone.press("Sign out everywhere").await;
    phone.shows("You are signed out everywhere.").await;
    is_signed_out(&phone, &shop).await;
    is_signed_out(&desk, &shop).await;
    sign_in(&desk).await;
    desk.shows("Welcome, Ada!").await;
    phone.quit().await;
    desk.quit().await;
}
