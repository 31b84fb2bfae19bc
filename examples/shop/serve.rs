//! From a router to a server that says where it is and ends in peace.

use std::error::Error;
use std::io::Write as _;
use std::net::Ipv4Addr;

use axum::Router;
use tokio::net::TcpListener;

/// Serves on the port that `PORT` names until somebody presses ctrl-c; requests that are under way are answered first.
pub(crate) async fn run(app: Router) -> Result<(), Box<dyn Error>> {
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("port {port} cannot be used ({error}): choose another with PORT=…"))?;
    writeln!(std::io::stdout(), "http://localhost:{}", listener.local_addr()?.port())?;
    axum::serve(listener, app).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

/// Without a way to learn of ctrl-c, the server runs until it is killed.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
