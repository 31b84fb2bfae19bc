use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{EventSink, SessionEvent};

/// A sink that hands events over, and the other end, where they can be dealt with at leisure: written to a database, sent
/// somewhere. Belongs to no async runtime.
///
/// It holds `capacity` events at the most, 1 at the least. One that finds it full is dropped, and counted
/// ([`Receiver::dropped`]): a consumer that is too slow must not hold up requests.
///
/// ```
/// use session::config::SessionConfig;
/// use session::event::{SessionEvent, channel};
///
/// let (sink, events) = channel(1024);
/// let config = SessionConfig::builder().events(sink).build()?;
/// # let consume = async move {
/// while let Some(event) = events.recv().await {
///     if let SessionEvent::Destroyed { session } = event {
///         println!("{session} has logged out; {} events were missed", events.dropped());
///     }
/// }
/// # };
/// # Ok::<(), session::Error>(())
/// ```
pub fn channel(capacity: usize) -> (ChannelSink, Receiver) {
    let (sender, receiver) = async_channel::bounded(capacity.max(1));
    let dropped = Arc::<AtomicU64>::default();
    (ChannelSink { sender, dropped: Arc::clone(&dropped) }, Receiver { receiver, dropped })
}

/// The end of a [`channel`] into which events go. Clones put them into the same channel.
#[derive(Clone)]
pub struct ChannelSink {
    sender: async_channel::Sender<SessionEvent>,
    dropped: Arc<AtomicU64>,
}

impl EventSink for ChannelSink {
    fn on_event(&self, event: &SessionEvent) {
        // Neither waits nor blocks: full and closed are both answered at once.
        if self.sender.is_full() || self.sender.try_send(event.clone()).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The end of a [`channel`] where events come out. Clones share them: each event comes out once.
#[derive(Clone)]
pub struct Receiver {
    receiver: async_channel::Receiver<SessionEvent>,
    dropped: Arc<AtomicU64>,
}

impl Receiver {
    /// The next event, when there is one; `None` when there will be no more, because every sink of the channel is gone.
    pub async fn recv(&self) -> Option<SessionEvent> {
        self.receiver.recv().await.ok()
    }

    /// The next event, if there is one already.
    pub fn try_recv(&self) -> Option<SessionEvent> {
        self.receiver.try_recv().ok()
    }

    /// How many events were dropped so far, because the channel was full or nobody had the other end.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for ChannelSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelSink").field("waiting", &self.sender.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (waiting, dropped) = (self.receiver.len(), self.dropped());
        f.debug_struct("Receiver").field("waiting", &waiting).field("dropped", &dropped).finish()
    }
}
