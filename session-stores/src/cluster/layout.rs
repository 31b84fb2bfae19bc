use std::fmt;
use std::sync::Arc;

use session::Handle;

/// The feeds of a bus, and which of them tells of a session.
#[derive(Clone)]
pub struct Layout {
    feeds: Vec<String>,
    feed_of: Option<FeedOf>,
}

type FeedOf = Arc<dyn Fn(&Handle) -> Option<usize> + Send + Sync>;

impl Layout {
    /// One feed for all sessions.
    pub fn single(feed: impl Into<String>) -> Self {
        Self { feeds: vec![feed.into()], feed_of: None }
    }

    /// Several feeds, each by its name, and the number of the one that tells of a session; none where nobody does.
    pub fn new(
        feeds: Vec<String>,
        feed_of: impl Fn(&Handle) -> Option<usize> + Send + Sync + 'static,
    ) -> Self {
        Self { feeds, feed_of: Some(Arc::new(feed_of)) }
    }

    /// No feeds: nothing tells of any session.
    pub(super) const fn none() -> Self {
        Self { feeds: Vec::new(), feed_of: None }
    }

    /// The names of the feeds.
    pub fn feeds(&self) -> &[String] {
        &self.feeds
    }

    /// Which feed tells of that session.
    pub(super) fn feed_of(&self, handle: &Handle) -> Option<usize> {
        let feed = self.feed_of.as_ref().map_or(Some(0), |feed_of| feed_of(handle));
        feed.filter(|feed| *feed < self.feeds.len())
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("feeds", &self.feeds).finish_non_exhaustive()
    }
}
