//! The example shop in a real browser: what a person sees of sessions that survive deploys, restarts and outages.
//!
//! Each test has a shop and browsers of its own. A shop whose sessions outlive it keeps them in a Redis server.

mod attacks;
mod buying;
mod deploys;
mod devices;
mod looks;
mod signing_in;

use session_browser_tests::browser::{Browser, Screen};
use session_browser_tests::example::Example;

/// Sixty-four hexadecimal digits, the same for every start of a shop.
const KEY: &str = "8c1f0e7ad94b35268f60d1c7be52a9433e7d90c6154fa2b8d3671ce05f48ab92";
const PASSWORD: &str = "a sentence is fine";

/// A shop with its sessions in its own memory.
fn shop() -> Example {
    shop_on("memory", &[])
}

fn shop_on(store: &str, environment: &[(&'static str, &str)]) -> Example {
    let mut all = vec![("STORE", store), ("SESSION_KEY", KEY)];
    all.extend(environment);
    Example::start("shop", &all)
}

async fn desktop() -> Browser {
    Browser::start(Screen::Desktop).await
}

/// Opens an account for Ada, who is signed in then.
async fn sign_up(browser: &Browser, shop: &Example) {
    browser.open(shop.origin() + "/sign-up").await;
    browser.fill("Name", "Ada").await;
    browser.fill("E-mail", "ada@example.com").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Open an account").await;
    browser.shows("Welcome, Ada!").await;
}

/// Signs Ada in who has an account; the page that asks for it is open.
async fn sign_in(browser: &Browser) {
    browser.fill("E-mail", "ada@example.com").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
}

/// Puts some of an article into the cart, whose page is open then.
async fn add(browser: &Browser, shop: &Example, article: &str, quantity: u32) {
    browser.open(format!("{}/articles/{article}", shop.origin())).await;
    browser.fill("Quantity", &quantity.to_string()).await;
    browser.press("Add to cart").await;
    browser.shows("is in your cart.").await;
}
