//! The one `chromedriver` of a test's process, which starts and ends the browsers.

use std::sync::OnceLock;

use session_tests::servers::process::{Launch, Process};

const CURE: &str = "The tests in a browser run in Chromium. `cargo xtask test` installs it on Debian and Ubuntu; otherwise \
                    install it (Debian: `apt-get install chromium chromium-driver`), or name the programs by CHROMIUM \
                    and CHROMEDRIVER.";

/// The browser, unless `CHROMIUM` names another.
pub(super) fn chromium() -> String {
    std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned())
}

/// Where the driver listens. The first one who asks starts it, on a free port; it ends with the test's process, and its
/// browsers with it.
pub(super) fn address() -> &'static str {
    static DRIVER: OnceLock<(Process, String)> = OnceLock::new();
    let (_, address) = DRIVER.get_or_init(|| {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "/usr/bin/chromedriver".to_owned());
        let launch = Launch {
            program: &program,
            arguments: &["--port=0".to_owned()],
            environment: &[],
            ready: "started successfully on port",
            cure: CURE,
        };
        let (process, line) =
            Process::launch(&launch).unwrap_or_else(|why| panic!("no chromedriver: {why:?}"));
        let port = line.rsplit(' ').next().unwrap_or_default().trim_end_matches('.');
        (process, format!("http://127.0.0.1:{port}"))
    });
    address
}
