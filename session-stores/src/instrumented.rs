use session::clock::Timestamp;
use session::config::SessionConfig;
use session::metrics::{Label, Meter, OPERATION_SECONDS, OPERATIONS, RECORD_BYTES, Stopwatch};
use session::record::Record;
use session::store::{
    Capabilities, Commit, Cursor, Freshness, Health, Index, Load, Loads, Locator, Member, Page, Scan, Store,
    Term, Touch, Touched, Write,
};
use session::{Error, Handle};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span};

/// A store whose every call is measured: how many, with what outcome, how long they took, and the bytes of their records.
/// See [`session::metrics`] for the numbers.
///
/// Outermost it measures what requests wait for, attempts and all; around a bare store, each attempt. Both at once are two
/// names: `Instrumented::new(resilient(Instrumented::new(redis, meter, "redis"), …)?, meter, "store")`.
///
/// A call whose future is dropped before its answer has the outcome `dropped`: a client that hung up, or a limit outside.
/// Each call is also a `tracing` span of the target `session`, with store, operation and outcome, at the level `debug`. No
/// number and no span has an id.
///
/// ```
/// use session::metrics::{LogMetrics, Meter};
/// use session_stores::Instrumented;
/// # #[cfg(feature = "memory")] {
/// use session_stores::MemoryStore;
///
/// let store = Instrumented::new(MemoryStore::new(), Meter::new(LogMetrics), "memory");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Instrumented<S> {
    store: S,
    meter: Meter,
    name: &'static str,
}

impl<S> Instrumented<S> {
    /// Measures the calls to `store`, which numbers and spans call by that name.
    pub const fn new(store: S, meter: Meter, name: &'static str) -> Self {
        Self { store, meter, name }
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }

    async fn measured<V>(
        &self,
        operation: &'static str,
        outcome: impl FnOnce(&V) -> &'static str,
        call: impl Future<Output = Result<V, Error>>,
    ) -> Result<V, Error> {
        let span =
            debug_span!(target: "session", "session_store", store = self.name, operation, outcome = Empty);
        let running = Running {
            of: self,
            operation,
            span: span.clone(),
            watch: Stopwatch::start(),
            outcome: "dropped",
        };
        let answer = call.instrument(span).await;
        running.end(match &answer {
            Ok(answer) => outcome(answer),
            Err(error) => error.kind().name(),
        });
        answer
    }

    fn read(&self, operation: &'static str, record: &Record) {
        self.bytes(operation, record.fields.len());
    }

    #[expect(clippy::cast_precision_loss, reason = "records are not that large")]
    fn bytes(&self, operation: &'static str, bytes: usize) {
        self.meter.observe(&RECORD_BYTES, &self.labels(operation), bytes as f64);
    }

    fn labels(&self, operation: &'static str) -> [Label; 2] {
        [("store", self.name.into()), ("operation", operation.into())]
    }
}

/// A call that is under way. It is told of when it ends, however it ends.
struct Running<'i, S> {
    of: &'i Instrumented<S>,
    operation: &'static str,
    span: Span,
    watch: Stopwatch,
    outcome: &'static str,
}

impl<S> Running<'_, S> {
    fn end(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl<S> Drop for Running<'_, S> {
    fn drop(&mut self) {
        self.span.record("outcome", self.outcome);
        let [store, operation] = self.of.labels(self.operation);
        let meter = &self.of.meter;
        meter.increment(&OPERATIONS, &[store, operation, ("outcome", self.outcome.into())], 1);
        meter.observe(&OPERATION_SECONDS, &[store, operation], self.watch.elapsed().as_secs_f64());
    }
}

impl<S: Store> Store for Instrumented<S> {
    type Kind = S::Kind;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.load_within(at, Freshness::Promised).await
    }

    async fn load_within(&self, at: &Locator, freshness: Freshness) -> Result<Load, Error> {
        let answer = self.measured("load", found, self.store.load_within(at, freshness)).await;
        if let Ok(Load::Found(record)) = &answer {
            self.read("load", record);
        }
        answer
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        let answer = self.measured("load_many", |_| "answered", self.store.load_many(handles)).await;
        for load in answer.iter().flatten() {
            if let Ok(Load::Found(record)) = load {
                self.read("load_many", record);
            }
        }
        answer
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.bytes("commit", write.fields.len());
        let outcome = |commit: &Commit| match commit {
            Commit::Committed { .. } => "committed",
            Commit::Conflict(_) => "conflict",
            Commit::Gone(_) => "gone",
            Commit::OutcomeUnknown => "outcome_unknown",
            Commit::Full(_) => "full",
        };
        self.measured("commit", outcome, self.store.commit(write)).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let outcome = |touched: &Touched| match touched {
            Touched::Until { .. } => "touched",
            Touched::Gone(_) => "gone",
        };
        self.measured("touch", outcome, self.store.touch(touch)).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let outcome = |ended: &bool| if *ended { "ended" } else { "absent" };
        self.measured("delete", outcome, self.store.delete(handle)).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    fn past(&self) -> Timestamp {
        self.store.past()
    }

    async fn health(&self) -> Result<Health, Error> {
        let outcome = |health: &Health| if health.warnings.is_empty() { "well" } else { "warned" };
        self.measured("health", outcome, self.store.health()).await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        let store = self.store.configured(config)?;
        Ok(store.map(|store| Self { store, meter: self.meter.clone(), name: self.name }))
    }
}

impl<S: Scan> Scan for Instrumented<S> {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.measured("scan", |_| "answered", self.store.scan(cursor, limit)).await
    }

    async fn count(&self) -> Result<u64, Error> {
        let count = self.measured("count", |_| "answered", self.store.count()).await?;
        self.meter.live(self.name, count);
        Ok(count)
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.measured("clear", |_| "answered", self.store.clear()).await
    }
}

impl<S: Index> Index for Instrumented<S> {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        self.measured("members", |_| "answered", self.store.members(term)).await
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        self.measured("bar", |_| "answered", self.store.bar(term, except)).await
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let outcome = |ended: &bool| if *ended { "ended" } else { "absent" };
        self.measured("end", outcome, self.store.end(handle)).await
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        self.measured("unlist", |()| "answered", self.store.unlist(term, members)).await
    }
}

fn found(load: &Load) -> &'static str {
    match load {
        Load::Found(_) => "found",
        Load::Absent => "absent",
    }
}

#[cfg(feature = "resilience")]
impl<S: crate::wrap::Sharded> crate::wrap::Sharded for Instrumented<S> {
    fn shard_of(&self, handle: &Handle) -> usize {
        self.store.shard_of(handle)
    }
}
