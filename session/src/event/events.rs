use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{EventSink, SessionEvent, Tracing};

/// How often a sink may panic before it gets no more events: one that is broken for one kind of event still tells of the
/// others, and one that is broken for good does not go on costing an unwinding, and a line of log, for each request.
const MAX_PANICS: u64 = 16;

/// Where events go. A clone goes to the same sinks and costs a reference count.
///
/// By default they become `tracing` events ([`Tracing`]), and nothing is allocated or locked for that. What
/// [`with`](Self::with) adds comes on top; [`none`](Self::none) begins without it.
#[derive(Clone, Default)]
pub struct Events(
    /// None: `Tracing` alone.
    Option<Arc<[Arc<Listener>]>>,
);

impl Events {
    /// Events that nobody hears, to begin a list of sinks without [`Tracing`].
    pub fn none() -> Self {
        Self(Some(Arc::default()))
    }

    /// With another sink. They are called in the order in which they were added.
    #[must_use]
    pub fn with<S: EventSink>(self, sink: S) -> Self {
        let before: Vec<_> = match &self.0 {
            None => vec![Arc::new(Listener::new(Tracing))],
            Some(listeners) => listeners.to_vec(),
        };
        Self(Some(before.into_iter().chain([Arc::new(Listener::new(sink))]).collect()))
    }

    /// Tells all sinks. For stores and wrappers around them; the runtime tells of sessions by itself.
    ///
    /// Say what has happened when it has, and hold no lock.
    pub fn emit(&self, event: &SessionEvent) {
        match &self.0 {
            None => Tracing.on_event(event),
            Some(listeners) => listeners.iter().for_each(|listener| listener.tell(event)),
        }
    }

    /// How often sinks have panicked, together. A sink that has done so 16 times gets no more events.
    pub fn panics(&self) -> u64 {
        self.0.iter().flat_map(|listeners| listeners.iter()).map(|listener| listener.panics()).sum()
    }
}

/// Besides [`Tracing`].
impl<S: EventSink> From<S> for Events {
    fn from(sink: S) -> Self {
        Self::default().with(sink)
    }
}

/// Shows which sinks there are, by their types.
impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        match &self.0 {
            None => list.entry(&Tracing),
            Some(listeners) => list.entries(listeners.iter()),
        };
        list.finish()
    }
}

/// A sink, and what it has done so far.
struct Listener {
    sink: Box<dyn EventSink>,
    name: &'static str,
    panics: AtomicU64,
}

impl Listener {
    fn new<S: EventSink>(sink: S) -> Self {
        Self { sink: Box::new(sink), name: std::any::type_name::<S>(), panics: AtomicU64::new(0) }
    }

    fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// No panic leaves this: the request that caused the event has nothing to do with it.
    fn tell(&self, event: &SessionEvent) {
        if self.panics() >= MAX_PANICS {
            return;
        }
        // Nothing of ours is changed inside; what the sink breaks in itself is its own.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.sink.on_event(event))) {
            let panics = self.panics.fetch_add(1, Ordering::Relaxed) + 1;
            let (sink, event) = (self.name, event.name());
            ::tracing::error!(target: "session", sink, event, panics, "a sink for events panicked");
            // What was thrown may panic when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
