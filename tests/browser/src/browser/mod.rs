//! A real browser for tests: headless Chromium, spoken to by `WebDriver`.
//!
//! Every [`Browser`] has a profile of its own, so two of them are two devices. Tests use it as a person does: they read
//! what is shown, fill in fields by their labels, and press what says so on it. What does not happen within a minute does
//! not happen; nothing waits for a time that was guessed. Only addresses of this machine are ever opened.

mod driver;
mod page;
mod tabs;

use std::path::PathBuf;

use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use session_tests::servers::process::folder;

/// A browser with a profile of its own. End it with [`quit`](Self::quit); one that a failing test leaves behind ends with
/// the test's process.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    profile: PathBuf,
}

/// How large the browser's window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 1280 by 900.
    Desktop,
    /// 390 by 844, by touch.
    Phone,
}

/// What a test's browser needs and must not do: no sandbox inside a container, no traffic of its own, no key ring of a
/// desktop. Its network is part of the browser's own process, which holds the cookies: a process of its own that crashes
/// is started again without a word and with an empty jar, and looks like sessions that a server has lost.
const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter",
    "--enable-features=NetworkServiceInProcess2",
    "--password-store=basic",
    "--window-size=1280,900",
];

impl Browser {
    /// A browser that nobody has used yet.
    pub async fn start(screen: Screen) -> Self {
        Self::with_user_agent(screen, None).await
    }

    /// The same, which says of itself that it is another one.
    pub async fn with_user_agent(screen: Screen, user_agent: Option<&str>) -> Self {
        let mut wanted = DesiredCapabilities::chrome();
        let mut flag = |flag: &str| wanted.add_arg(flag).expect("a flag");
        FLAGS.into_iter().for_each(&mut flag);
        let profile = folder();
        flag(&format!("--user-data-dir={}", profile.display()));
        if let Some(user_agent) = user_agent {
            flag(&format!("--user-agent={user_agent}"));
        }
        wanted.set_binary(&driver::chromium()).expect("a path");
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a level");
        if screen == Screen::Phone {
            let phone = serde_json::json!({
                "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "mobile": true, "touch": true }
            });
            wanted.add_experimental_option("mobileEmulation", phone).expect("an option");
        }
        let driver = WebDriver::new(driver::address(), wanted).await;
        Self { driver: driver.expect("Chromium starts"), profile }
    }

    /// What a page or the browser has complained of since the last time: scripts that failed, resources that were
    /// missing or refused.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("a log");
        log.into_iter().map(|entry| entry.message).collect()
    }

    /// Fails the test, and says all that tells a fault of the server from one of the browser: what the page shows, which
    /// cookies there are, and what Chromium wrote into its own log.
    async fn give_up(&self, waited_for: &str) -> ! {
        let page = self.try_text().await.unwrap_or_else(|why| format!("nothing: {why}"));
        let cookies = self.driver.get_all_cookies().await.map(|cookies| {
            cookies.into_iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect::<Vec<_>>()
        });
        let log = std::fs::read_to_string(self.profile.join("chrome_debug.log")).unwrap_or_default();
        // There is no desktop, of which it complains every time.
        let log: Vec<&str> = log.lines().filter(|line| !line.contains("dbus")).collect();
        panic!(
            "waited a minute for {waited_for}; the page shows:\n{page}\nits cookies: {cookies:?}\nthe browser's log:\n{}",
            log.join("\n")
        )
    }

    /// Keeps a picture of what is on the screen in `target/screenshots`.
    pub async fn picture(&self, name: &str) {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/screenshots"));
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.expect("a picture");
    }

    /// Ends it.
    pub async fn quit(self) {
        self.driver.quit().await.expect("Chromium ends");
    }
}
