//! Reading and using the page that a browser shows.

use std::future::Future;
use std::time::Duration;

use thirtyfour::error::WebDriverResult;
use thirtyfour::{By, WebElement};

use super::Browser;

/// How often and for how long something is looked for: a minute.
const LOOKS: u32 = 1200;
const BETWEEN: Duration = Duration::from_millis(50);

impl Browser {
    /// Opens an address.
    pub async fn open(&self, address: impl AsRef<str>) {
        self.driver.goto(address.as_ref()).await.expect("an address");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.driver.refresh().await.expect("a page");
    }

    /// Goes back, as the browser's own button does.
    pub async fn back(&self) {
        self.driver.back().await.expect("a page before this one");
    }

    /// The path that it shows: `/cart`.
    pub async fn path(&self) -> String {
        self.driver.current_url().await.expect("an address").path().to_owned()
    }

    /// What can be read on the page, with single spaces between the words: how lines break is a matter of the screen.
    pub async fn text(&self) -> String {
        self.try_text().await.expect("a page")
    }

    /// Waits until that can be read on the page.
    pub async fn shows(&self, text: &str) {
        for _ in 0..LOOKS {
            // A page that is just being left has no text.
            if self.try_text().await.is_ok_and(|shown| shown.contains(text)) {
                return;
            }
            tokio::time::sleep(BETWEEN).await;
        }
        self.give_up(&format!("{text:?}")).await;
    }

    /// Loads the page again until that can be read on it.
    pub async fn shows_in_the_end(&self, text: &str) {
        for _ in 0..LOOKS {
            if self.try_text().await.is_ok_and(|shown| shown.contains(text)) {
                return;
            }
            tokio::time::sleep(BETWEEN).await;
            self.reload().await;
        }
        self.give_up(&format!("{text:?}")).await;
    }

    /// Fills in the field of that label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("a field to type into");
    }

    /// Ticks the box of that label, or takes the tick away.
    pub async fn tick(&self, label: &str) {
        self.field(label).await.click().await.expect("a box");
    }

    /// What stands in the field of that label.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.value().await.expect("a field").unwrap_or_default()
    }

    /// Presses the button on which that stands; where there is none, follows the link.
    pub async fn press(&self, words: &str) {
        let (button, link) = (on("button", words), on("a", words));
        self.press_at(&format!("//{button} | //{link}[not(//{button})]")).await;
    }

    /// The same, in the row of a list that contains `row`.
    pub async fn press_in(&self, row: &str, words: &str) {
        let (row, words) = (quoted(row), quoted(words));
        let path = format!(
            "//li[contains(normalize-space(), {row})]//*[self::a or self::button][normalize-space()={words}]"
        );
        self.press_at(&path).await;
    }

    /// What a script gives back, as JSON. For what a person cannot do, above all mischief.
    pub async fn run(&self, script: &str) -> serde_json::Value {
        let result = self.driver.execute(script, Vec::new()).await.expect("the script runs");
        result.json().clone()
    }

    /// The session's cookie, as the browser has it.
    pub async fn cookie(&self, name: &str) -> Option<String> {
        self.driver.get_named_cookie(name).await.ok().map(|cookie| cookie.value)
    }

    async fn field(&self, label: &str) -> WebElement {
        let path = format!("//label[normalize-space()={}]", quoted(label));
        let id = self
            .found(|| async { self.driver.find(By::XPath(path.clone())).await?.attr("for").await }, &path)
            .await
            .unwrap_or_else(|| panic!("the label {label:?} is no field's"));
        self.driver
            .find(By::Id(id))
            .await
            .unwrap_or_else(|_| panic!("there is no field for the label {label:?}"))
    }

    async fn press_at(&self, path: &str) {
        let element = self.found(|| self.driver.find(By::XPath(path)), path).await;
        element.click().await.unwrap_or_else(|why| panic!("{path} cannot be pressed: {why}"));
    }

    /// Looks for something until it is there.
    async fn found<R, F: Future<Output = WebDriverResult<R>>>(&self, look: impl Fn() -> F, what: &str) -> R {
        for _ in 0..LOOKS {
            match look().await {
                Ok(found) => return found,
                Err(_) => tokio::time::sleep(BETWEEN).await,
            }
        }
        self.give_up(what).await
    }

    pub(super) async fn try_text(&self) -> WebDriverResult<String> {
        let text = self.driver.find(By::Tag("body")).await?.text().await?;
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// An element on which just that stands, as an `XPath`.
fn on(element: &str, words: &str) -> String {
    format!("{element}[normalize-space()={}]", quoted(words))
}

/// Text in an `XPath`; there is no way to escape a quote in one.
fn quoted(text: &str) -> String {
    match text.contains('"') {
        true => format!("'{text}'"),
        false => format!("\"{text}\""),
    }
}
