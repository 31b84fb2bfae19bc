use std::fmt;

use super::SessionEvent;

/// Receives events.
///
/// Called on the thread and in the task of whoever caused the event, so an implementation takes microseconds: it counts,
/// or hands over. Anything that waits for something belongs to the other end of a [`channel`](super::channel).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no sink for events",
    note = "a closure becomes one through `session::event::from_fn`"
)]
pub trait EventSink: Send + Sync + 'static {
    /// That happened.
    fn on_event(&self, event: &SessionEvent);
}

impl<S: EventSink + ?Sized> EventSink for std::sync::Arc<S> {
    fn on_event(&self, event: &SessionEvent) {
        (**self).on_event(event);
    }
}

/// A sink that calls `listener` with every event.
pub const fn from_fn<F: Fn(&SessionEvent) + Send + Sync + 'static>(listener: F) -> FromFn<F> {
    FromFn(listener)
}

/// The sink that [`from_fn`] makes.
#[derive(Clone, Copy)]
pub struct FromFn<F>(F);

impl<F: Fn(&SessionEvent) + Send + Sync + 'static> EventSink for FromFn<F> {
    fn on_event(&self, event: &SessionEvent) {
        (self.0)(event);
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}
