use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::redis_subject::runtime;

/// A connection to a server that can be cut: then what is connected through it is closed, and nothing new comes through.
#[derive(Debug)]
pub struct Cable {
    port: u16,
    cut: Arc<watch::Sender<bool>>,
}

impl Cable {
    /// A cable to that port of this machine.
    pub fn to(server: u16) -> Self {
        let cut = Arc::new(watch::Sender::new(false));
        let listener = runtime().block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        runtime().spawn(carry(listener, server, Arc::clone(&cut)));
        Self { port, cut }
    }

    /// The near end.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Cuts it, or mends it.
    pub fn cut(&self, cut: bool) {
        self.cut.send_replace(cut);
    }
}

async fn carry(listener: TcpListener, server: u16, cut: Arc<watch::Sender<bool>>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let mut cut = cut.subscribe();
        tokio::spawn(async move {
            let carried = async {
                let mut far = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await?;
                copy_bidirectional(&mut near, &mut far).await
            };
            tokio::select! {
                biased;
                _ = cut.wait_for(|cut| *cut) => {}
                _ = carried => {}
            }
        });
    }
}
