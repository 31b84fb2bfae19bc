//! Metrics of sessions for Prometheus: `cargo run --example metrics`, then open the address that it prints, use the page,
//! and look at `/metrics`. `dashboard.json` beside this file is a dashboard for Grafana: import it, and choose the
//! Prometheus that scrapes `/metrics`.
//!
//! `/admin` has the pages for operators. `PORT` chooses the port (default 3000; 0 takes any free one), `ADMIN_PASSWORD` what
//! opens those pages.

mod app;
mod operator;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;

use session::crypto::Key;
use session::metrics::{FacadeMetrics, Meter};
use session_stores::MemoryStore;
use tokio::net::TcpListener;

/// Counting looks at every session, so it is not done for every scrape.
const COUNT_EVERY: Duration = Duration::from_secs(15);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scraped = app::prometheus()?.install_recorder()?;
    let meter = Meter::new(FacadeMetrics::new());
    let store = app::store(MemoryStore::new(), &meter)?;
    tokio::spawn(app::count(store.clone(), COUNT_EVERY));

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    // Random text of the right length for a password.
    let random = Key::generate()?.to_text();
    let password = std::env::var("ADMIN_PASSWORD").unwrap_or_else(|_| random.expose().clone());
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    writeln!(std::io::stdout(), "/admin opens for `operator` with the password `{password}`")?;
    let router = app::router(store, &meter, scraped, &password);
    axum::serve(listener, router).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

/// Ready when somebody presses ctrl-c. Without a way to learn of it, the server runs until it is killed.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
