//! What other sites try.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use session_browser_tests::example::Example;

use super::{add, desktop, shop, sign_up};

/// Another site with a form that puts 99 vases into the cart of whoever presses the button: its port, on this machine.
async fn another_site(shop: &Example) -> u16 {
    let page = format!(
        "<form method=post action={}/cart><input name=article value=vase><input name=quantity value=99>
         <button>Win a prize</button></form>",
        shop.origin()
    );
    let site = Router::new().route("/", get(async move || Html(page)));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, site).await });
    port
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (shop, browser) = (shop(), desktop().await);
    sign_up(&browser, &shop).await;
    add(&browser, &shop, "mug", 1).await;
    let port = another_site(&shop).await;
    // Another port of this host is sent the cookie, another host is not.
    for host in ["localhost", "127.0.0.1"] {
        browser.open(format!("http://{host}:{port}")).await;
        browser.press("Win a prize").await;
        browser.shows("That was not sent from here").await;
    }
    browser.open(shop.origin() + "/cart").await;
    browser.shows("Morning mug").await;
    assert!(!browser.text().await.contains("Tall vase"));
    browser.quit().await;
}

#[tokio::test]
async fn a_form_without_its_token_is_refused_and_a_token_ends_with_its_login() {
    let (shop, browser) = (shop(), desktop().await);
    add(&browser, &shop, "mug", 1).await;
    browser.open(shop.origin() + "/articles/vase").await;
    browser.run("document.querySelector('[name=csrf_token]').remove()").await;
    browser.press("Add to cart").await;
    browser.shows("That was not sent from here").await;

    // A page from before the sign-in, in a tab that was left open.
    browser.open(shop.origin() + "/articles/vase").await;
    let old = browser.tab().await;
    browser.open_tab().await;
    sign_up(&browser, &shop).await;
    browser.show_tab(&old).await;
    browser.press("Add to cart").await;
    browser.shows("That was not sent from here").await;
    browser.back().await;
    browser.reload().await;
    browser.press("Add to cart").await;
    browser.shows("1 × Tall vase is in your cart.").await;
    browser.quit().await;
}
