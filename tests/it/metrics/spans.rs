//! What goes to the log: numbers by `LogMetrics`, and a span for each call of a store. No id is in either.

use std::fmt::Debug;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use session::Sessions;
use session::metrics::{LogMetrics, Meter};
use session::testing::block_on;
use session_stores::{Instrumented, MemoryStore};
use session_tests::Shop;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down every span and event, with its fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("session")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.0.lock().unwrap().push_str(attributes.metadata().name());
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
        self.0.lock().unwrap().push('\n');
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
        self.0.lock().unwrap().push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), " {}={value:?}", field.name()).unwrap();
    }
}

#[test]
fn every_call_is_a_span_and_every_number_a_line_and_neither_has_an_id() {
    let log = Log::default();
    let id = tracing::subscriber::with_default(log.clone(), || {
        block_on(async {
            let store = Instrumented::new(MemoryStore::new(), Meter::new(LogMetrics), "memory");
            let sessions = Sessions::<Shop, _>::new(store);
            let session = sessions.create();
            session.set_name(Some("Gretchen".to_owned()));
            sessions.save(&session).await.unwrap();
            let id = session.id().unwrap();
            sessions.get(id).await.unwrap();
            sessions.delete(id).await.unwrap();
            id
        })
    });
    let log = log.0.lock().unwrap().clone();
    for (operation, outcome) in [("commit", "committed"), ("load", "found"), ("delete", "ended")] {
        let fields = format!("session_store store=\"memory\" operation={operation:?}");
        assert!(log.contains(&fields), "{fields}: {log}");
        assert!(log.contains(&format!("outcome={outcome:?}")), "{log}");
        let number = format!("labels=store=memory operation={operation} outcome={outcome} by=1");
        assert!(log.contains(&number), "{number}: {log}");
    }
    let about_stores = log.lines().filter(|line| line.contains("session_store"));
    for line in about_stores {
        assert!(!line.contains(&id.encode()) && !line.contains(&format!("{id:?}")), "{line}");
        assert!(!line.contains("Gretchen"), "{line}");
    }
}
