use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way to a server on which commands are as ever, and what happens to the messages of subscriptions is up to the test.
#[derive(Debug)]
pub struct Muffle {
    port: u16,
    hearing: watch::Sender<Hearing>,
}

/// What becomes of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hearing {
    /// They arrive.
    #[default]
    Well,
    /// They are dropped without a word, while the connection stays.
    Deaf,
    /// They are not read, so the server has to keep them.
    Stalled,
}

impl Muffle {
    /// A way to that port of this machine, which ends with the runtime.
    pub async fn to(server: u16) -> Self {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port"), server)
    }

    fn on(listener: TcpListener, server: u16) -> Self {
        let port = listener.local_addr().expect("a bound port").port();
        let hearing = watch::Sender::new(Hearing::Well);
        let heard = hearing.subscribe();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, server, heard.clone()));
            }
        });
        Self { port, hearing }
    }

    /// The near end as a store's address.
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What becomes of messages from now on.
    pub fn set(&self, hearing: Hearing) {
        self.hearing.send_replace(hearing);
    }
}

async fn carry(mut near: TcpStream, server: u16, mut hearing: watch::Receiver<Hearing>) {
    let Ok(mut far) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await else { return };
    let (mut asked, mut answer) = (vec![0; 1 << 14], vec![0; 1 << 14]);
    let mut subscribes = false;
    let mut lost = false;
    loop {
        let stalls = subscribes && *hearing.borrow() == Hearing::Stalled;
        tokio::select! {
            read = near.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                subscribes |= asked[..length].windows(9).any(|word| word == b"SUBSCRIBE");
                if far.write_all(&asked[..length]).await.is_err() {
                    return;
                }
            }
            read = far.read(&mut answer), if !stalls => {
                let Ok(length @ 1..) = read else { return };
                lost |= subscribes && *hearing.borrow() == Hearing::Deaf;
                // A stream has no holes: what has lost something gets nothing any more.
                if !lost && near.write_all(&answer[..length]).await.is_err() {
                    return;
                }
            }
            changed = hearing.changed() => if changed.is_err() { return },
        }
    }
}
