//! Several tabs of one browser: one cookie jar, one session.

use thirtyfour::WindowHandle;

use super::Browser;

impl Browser {
    /// Opens another tab and goes there.
    pub async fn open_tab(&self) -> WindowHandle {
        let tab = self.driver.new_tab().await.expect("a tab");
        self.driver.switch_to_window(tab.clone()).await.expect("the tab");
        tab
    }

    /// The tab that it shows.
    pub async fn tab(&self) -> WindowHandle {
        self.driver.window().await.expect("a tab")
    }

    /// All its tabs.
    pub async fn tabs(&self) -> Vec<WindowHandle> {
        self.driver.windows().await.expect("tabs")
    }

    /// Goes to another tab.
    pub async fn show_tab(&self, tab: &WindowHandle) {
        self.driver.switch_to_window(tab.clone()).await.expect("the tab");
    }
}
