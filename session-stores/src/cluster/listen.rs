//! The tasks that listen: one that knows the feeds, and one for each of them that subscribes, sends heartbeats and notices
//! silence. They end with the store, survive every error, and say what they see.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use session::{Applied, Error, ErrorKind};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::bus::{InvalidationBus, Signal};
use super::cache::Cache;
use super::layout::Layout;
use super::message::{self, Heard};
use super::pulse::{Beat, Pulse};
use super::{Moment, event};

/// How long what takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    pub(super) heartbeat: Duration,
    pub(super) lease: Duration,
    pub(super) subscribe_timeout: Duration,
}

/// How long nobody subscribes after that has failed once; twice as long each time, up to sixteen times.
const PAUSE: Duration = Duration::from_millis(50);
const PAUSE_DOUBLES: u32 = 4;

/// Listens until it is dropped.
pub(super) async fn listen<B: InvalidationBus>(cache: Arc<Cache>, bus: Arc<B>, rhythm: Rhythm) {
    let mut laid: Option<Arc<Layout>> = None;
    let mut feeds = JoinSet::new();
    loop {
        match bus.layout().await {
            Ok(layout) if !laid.as_ref().is_some_and(|laid| Arc::ptr_eq(laid, &layout)) => {
                // Those who listened before are gone before what they kept is.
                feeds.shutdown().await;
                cache.lay_out(&layout);
                event::laid_out(layout.feeds());
                for (feed, name) in layout.feeds().iter().enumerate() {
                    let (cache, bus, name) = (Arc::clone(&cache), Arc::clone(&bus), name.clone());
                    feeds.spawn(follow(cache, bus, feed, name, rhythm));
                }
                laid = Some(layout);
            }
            Ok(_) => {}
            Err(error) => event::layout_unknown(&error),
        }
        sleep(rhythm.heartbeat).await;
    }
}

/// Follows one feed, again and again.
async fn follow<B: InvalidationBus>(
    cache: Arc<Cache>,
    bus: Arc<B>,
    feed: usize,
    name: String,
    rhythm: Rhythm,
) {
    let mut failures: u32 = 0;
    loop {
        let line = Arc::new(Line::new(Arc::clone(&cache), feed, name.clone()));
        match line.follow(&*bus, rhythm).await {
            Ok(why) => {
                failures = 0;
                event::lost(&name, why);
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                event::subscribing_failed(&name, &error);
            }
        }
        let pause = PAUSE * 2_u32.pow(failures.min(PAUSE_DOUBLES));
        // Half to all of it, so that many nodes do not come back at one moment.
        sleep(pause / 2 + pause / 2 * u32::from(fastrand::u8(..)) / 256).await;
    }
}

/// One subscription.
struct Line {
    cache: Arc<Cache>,
    feed: usize,
    name: String,
    /// Tells its heartbeats from those of the one before, and of other nodes that follow the same feed.
    subscription: u64,
    state: Mutex<State>,
    lost: Notify,
}

struct State {
    generation: u64,
    pulse: Pulse,
    /// When it was last known to work.
    well_at: Moment,
}

impl Line {
    fn new(cache: Arc<Cache>, feed: usize, name: String) -> Self {
        let (generation, well_at) = (cache.new_generation(), cache.now());
        let state = Mutex::new(State { generation, pulse: Pulse::default(), well_at });
        Self { cache, feed, name, subscription: fastrand::u64(..), state, lost: Notify::new() }
    }

    /// Subscribes, and sends heartbeats until the subscription is lost: why it was.
    async fn follow<B: InvalidationBus>(
        self: &Arc<Self>,
        bus: &B,
        rhythm: Rhythm,
    ) -> Result<&'static str, Error> {
        let receiver = {
            let line = Arc::clone(self);
            Arc::new(move |signal: Signal<'_>| line.receive(signal))
        };
        let subscribed = timeout(rhythm.subscribe_timeout, bus.subscribe(self.feed, receiver)).await;
        let subscription = subscribed.map_err(|late| Error::unavailable(Applied::No, late))??;
        // However this ends, nothing is served by it any more.
        let _over = Over(self);
        self.renew(&mut self.state());
        event::subscribed(&self.name);
        loop {
            let (number, sent) = self.send();
            match bus.beat(&subscription, &message::beat(self.subscription, number)).await {
                Ok(true) => {}
                Ok(false) => return Ok("it is elsewhere now"),
                Err(error) => self.not_beaten(number, &error),
            }
            let wait = (sent + rhythm.heartbeat).saturating_sub(self.cache.now());
            tokio::select! {
                () = self.lost.notified() => return Ok("the connection was lost"),
                () = sleep(wait) => {}
            }
            if self.state().well_at + rhythm.lease <= self.cache.now() {
                return Ok("no heartbeat came back");
            }
        }
    }

    /// Takes what the feed gives. Called by whoever reads the connection, in its order.
    fn receive(&self, signal: Signal<'_>) {
        let heard = match signal {
            Signal::Payload(payload) => message::read(payload),
            Signal::Lost => {
                self.cache.lost(self.feed, self.state().generation);
                self.lost.notify_one();
                return;
            }
        };
        match heard {
            Some(Heard::Message(message)) => self.cache.hear(&message),
            Some(Heard::Beat { subscription, number }) if subscription == self.subscription => {
                self.beat(number);
            }
            Some(Heard::Beat { .. }) => {}
            None => {
                self.cache.unreadable();
                event::gap(&self.name, "a message could not be read");
                self.renew(&mut self.state());
            }
        }
    }

    fn beat(&self, number: u64) {
        let mut state = self.state();
        let sent = match state.pulse.hear(number) {
            Beat::Old => return,
            Beat::Proves(sent) => sent,
            Beat::Gap(sent) => {
                event::gap(&self.name, "a heartbeat did not come back");
                self.renew(&mut state);
                sent
            }
        };
        state.well_at = state.well_at.max(sent);
        self.cache.proven(self.feed, state.generation, sent);
    }

    /// Begins a generation: what is kept is erased.
    fn renew(&self, state: &mut State) {
        state.generation = self.cache.new_generation();
        self.cache.subscribed(self.feed, state.generation);
    }

    fn send(&self) -> (u64, Moment) {
        let now = self.cache.now();
        (self.state().pulse.send(now), now)
    }

    fn not_beaten(&self, number: u64, error: &Error) {
        event::beat_failed(&self.name, error);
        if matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::No, .. }) {
            self.state().pulse.unsend(number);
        }
    }

    /// Taken before the locks of shards and never after one.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Over<'l>(&'l Line);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.cache.lost(self.0.feed, self.0.state().generation);
    }
}
