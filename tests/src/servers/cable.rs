use std::io;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::time::Duration;

use redis::io::tcp::socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::redis_subject::runtime;

/// A connection to a server on which things go wrong, when a test says so.
#[derive(Debug)]
pub struct Cable {
    port: u16,
    fault: watch::Sender<Fault>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing: everything passes, at once.
    #[default]
    None,
    /// Connections are closed, and so is every new one.
    Cut,
    /// The same with a reset instead of an end.
    Reset,
    /// Nothing passes either way, and nobody is told. What was sent is there when that is over, however late, as on a
    /// network that sends again.
    BlackHole,
    /// What is asked arrives, and the answers do not. A stream has no holes: a connection that has lost an answer gets
    /// no other one, afterwards either.
    NoAnswers,
    /// The connections that there are have lost their far end, and their near end does not know it. New ones are good.
    HalfOpen,
    /// Everything takes so much longer, in each direction.
    Slow(Duration),
    /// So many bytes pass in a second, in each direction.
    Narrow(u32),
}

impl Fault {
    /// What ends a connection.
    const fn ends(self) -> bool {
        matches!(self, Self::Cut | Self::Reset | Self::HalfOpen)
    }
}

impl Cable {
    /// A cable to that port of this machine, without a fault.
    pub fn to(server: u16) -> Self {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("a bound port").port();
        let fault = watch::Sender::new(Fault::None);
        runtime().spawn(accept(listener, server, fault.subscribe()));
        Self { port, fault }
    }

    /// The near end.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The near end as a store's address.
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// From now on, until something else is said.
    pub fn suffers(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

/// Ends with the cable.
async fn accept(listener: StdListener, server: u16, mut fault: watch::Receiver<Fault>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((near, _)) = accepted else { return };
                tokio::spawn(carry(near, server, fault.clone()));
            }
            changed = fault.changed() => if changed.is_err() { return },
        }
    }
}

/// One connection, to its end.
async fn carry(mut near: TcpStream, server: u16, mut fault: watch::Receiver<Fault>) {
    let before = *fault.borrow_and_update();
    if matches!(before, Fault::Cut | Fault::Reset) {
        return end(&near, before);
    }
    let Ok(mut far) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await else { return };
    let (up, down) = (fault.clone(), fault.clone());
    let ended = async {
        // What happened to the connections of before did not happen to this one.
        if before.ends() && fault.changed().await.is_err() {
            return Fault::Cut;
        }
        fault.wait_for(|fault| fault.ends()).await.map_or(Fault::Cut, |fault| *fault)
    };
    let how = {
        let ((near_in, near_out), (far_in, far_out)) = (near.split(), far.split());
        tokio::select! {
            biased;
            how = ended => how,
            _ = pass(near_in, far_out, up, false) => Fault::Cut,
            _ = pass(far_in, near_out, down, true) => Fault::Cut,
        }
    };
    if how == Fault::HalfOpen {
        drop(far);
        // Until the near end gives up by itself.
        let mut unread = [0; 1024];
        while near.read(&mut unread).await.is_ok_and(|read| read > 0) {}
    }
    end(&near, how);
}

/// Closed when it is dropped: at once and without a word, if that is a reset.
fn end(near: &TcpStream, how: Fault) {
    if how == Fault::Reset {
        let reset = SockRef::from(near).set_linger(Some(Duration::ZERO));
        reset.expect("a socket");
    }
}

/// Carries what is sent in one direction, until one side closes or the cable is gone.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut fault: watch::Receiver<Fault>,
    is_answer: bool,
) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 14];
    let mut is_lost = false;
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let open = fault.wait_for(|fault| *fault != Fault::BlackHole).await;
        let fault = *open.map_err(io::Error::other)?;
        is_lost |= is_answer && fault == Fault::NoAnswers;
        if is_lost {
            continue;
        }
        match fault {
            Fault::Slow(span) => {
                sleep(span).await;
                to.write_all(&buffer[..read]).await?;
            }
            Fault::Narrow(rate) => {
                // Fifty pieces a second.
                let piece = (rate as usize / 50).max(1);
                for piece in buffer[..read].chunks(piece) {
                    to.write_all(piece).await?;
                    sleep(Duration::from_secs(piece.len() as u64) / rate.max(1)).await;
                }
            }
            _ => to.write_all(&buffer[..read]).await?,
        }
    }
}
