use std::future::Future;
use std::sync::Arc;

use session::Error;

use super::layout::Layout;

/// How nodes tell each other what they wrote.
///
/// A near cache is as good as its bus. What one promises:
///
/// 1. *Write and message are one step.* The store around which the cache is publishes every commit and every delete on this
///    bus in the step that makes it: whoever reads the new state later, and whoever dies in between, the message is out.
/// 2. *A feed is in order.* What was published for the sessions of a feed comes in the order in which it was done, to
///    whoever has subscribed to that feed.
/// 3. *A beat goes the way of a write.* It is done where the writes of that feed's sessions are done, under the conditions
///    under which they are, and comes back on the feed in its order. So a beat that has come back proves that every message
///    of a write done before it has come, too.
/// 4. *Silence is possible, lies are not.* Messages may be lost; then beats are, or the feed says [`Signal::Lost`].
///
/// Payloads are opaque to a bus.
pub trait InvalidationBus: Send + Sync + 'static {
    /// A subscription to one feed. Dropping it ends it.
    type Subscription: Send + Sync + 'static;

    /// The feeds there are by now. The same `Arc` as long as nothing has changed; asked before every beat.
    ///
    /// # Errors
    /// `Unavailable`: nobody says; what was known stays.
    fn layout(&self) -> impl Future<Output = Result<Arc<Layout>, Error>> + Send;

    /// Subscribes to that feed. When this returns, messages come to `receiver`.
    ///
    /// # Errors
    /// `Unavailable`; `Unsupported` where that is for good.
    fn subscribe(
        &self,
        feed: usize,
        receiver: Receiver,
    ) -> impl Future<Output = Result<Self::Subscription, Error>> + Send;

    /// Sends a payload to this very subscription, in the way of a write. `false`: its feed is elsewhere now, subscribe
    /// anew.
    ///
    /// # Errors
    /// `Unavailable`.
    fn beat(
        &self,
        subscription: &Self::Subscription,
        payload: &[u8],
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Sends a payload to everybody, by itself.
    ///
    /// # Errors
    /// `Unavailable`.
    fn publish(&self, payload: &[u8]) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Takes what a feed gives, in its order. Quick, and never waits: it may be called by whoever reads the connection.
pub type Receiver = Arc<dyn Fn(Signal<'_>) + Send + Sync>;

/// What a feed gives.
#[derive(Debug, Clone, Copy)]
pub enum Signal<'s> {
    /// A payload.
    Payload(&'s [u8]),
    /// Something was lost, or nothing more will come.
    Lost,
}
