//! What a store is asked, with what outcome, how long it took and how much it was.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use session::metrics::{ALL, OPERATIONS};
use session::store::{Commit, Condition, Load, Locator, Scan as _, Store, Touch, Write};
use session::testing::{Fault, Faulty, ManualClock, Operation, block_on};
use session::{Handle, Sessions};
use session_stores::{Instrumented, MemoryStore};
use session_tests::Shop;

use super::cache::report_once;
use super::kinds::one_of_each;
use super::{Recorder, Told, labels, names, sum};

type Measured = Instrumented<Faulty<MemoryStore>>;

fn store(recorder: &Recorder) -> Measured {
    let clock = Arc::new(ManualClock::default());
    let store = Faulty::new(MemoryStore::builder().clock(clock).build());
    Instrumented::new(store, recorder.meter(), "memory")
}

/// A session in the store, and a write that would change it if nobody else does before.
async fn somebody(store: &Measured) -> (Handle, Write) {
    let sessions = Sessions::<Shop, _>::new(store.clone());
    let session = sessions.create();
    session.set_user_id(Some(1));
    sessions.save(&session).await.unwrap();
    let handle = session.id().unwrap();
    let Ok(Load::Found(record)) = store.inner().load(&Locator::Handle(handle)).await else {
        panic!("it is there")
    };
    let proof = record.header.credential.as_ref().unwrap().proof;
    let condition = Condition::Matches { stamp: record.header.stamp(), proof };
    let draft = session::store::Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 0,
        lineage: record.header.lineage,
        principal: record.header.principal,
        packing: record.header.packing,
        credential: record.header.credential.clone(),
        binding: None,
    };
    let times = session::store::Times {
        idle_span: Duration::from_secs(60),
        absolute: session::store::Absolute::Keep,
        authenticates: false,
        rotation: session::store::Rotation::None,
    };
    let nonce = session::record::Nonce([9; 8]);
    (handle, Write::new(handle, condition, nonce, draft, times, record.fields))
}

/// Every operation with every outcome that it has in a store that works, and one that fails.
pub(super) fn measure_everything(recorder: &Recorder) {
    block_on(async {
        let store = store(recorder);
        let (handle, write) = somebody(&store).await;
        let at = Locator::Handle(handle);
        assert!(matches!(store.load(&at).await, Ok(Load::Found(_))));
        assert_eq!(store.load_many(&[handle, handle]).await.unwrap().len(), 2);
        assert!(matches!(store.commit(&write).await, Ok(Commit::Committed { .. })));
        let mut late = write.clone();
        late.nonce = session::record::Nonce([8; 8]);
        assert!(matches!(store.commit(&late).await, Ok(Commit::Conflict(_))));
        let Condition::Matches { proof, .. } = write.condition else { panic!("an update") };
        let _ = store.touch(&Touch::new(handle, proof, Duration::ZERO)).await.unwrap();
        store.scan(None, 10).await.unwrap();
        assert_eq!(store.count().await.unwrap(), 1);
        store.health().await.unwrap();

        store.inner().next(Operation::Load, Fault::FailBefore);
        assert!(store.load(&at).await.is_err());
        store.inner().hang(true);
        {
            let mut hung_up = pin!(store.load(&at));
            assert!(hung_up.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        store.inner().hang(false);

        assert!(store.delete(&handle).await.unwrap());
        assert!(!store.delete(&handle).await.unwrap());
        assert!(matches!(store.load(&at).await, Ok(Load::Absent)));
        assert!(matches!(store.commit(&late).await, Ok(Commit::Gone(_))));
        let _ = store.touch(&Touch::new(handle, proof, Duration::ZERO)).await.unwrap();
        store.clear().await.unwrap();
    });
}

fn measured() -> Vec<Told> {
    let recorder = Recorder::default();
    measure_everything(&recorder);
    recorder.take()
}

#[test]
fn every_operation_is_counted_with_its_outcome() {
    let told = measured();
    let outcomes = [
        ("load", &["found", "absent", "unavailable", "dropped"][..]),
        ("load_many", &["answered"]),
        ("commit", &["committed", "conflict", "gone"]),
        ("touch", &["touched", "gone"]),
        ("delete", &["ended", "absent"]),
        ("health", &["well"]),
        ("scan", &["answered"]),
        ("count", &["answered"]),
        ("clear", &["answered"]),
    ];
    let all = outcomes.iter().flat_map(|(operation, outcomes)| {
        let labels = move |outcome| format!("store=\"memory\",operation={operation:?},outcome={outcome:?}");
        outcomes.iter().map(labels)
    });
    assert_eq!(labels(&told, OPERATIONS.name), all.collect::<BTreeSet<_>>());
    // The create and the update.
    let committed = "store=\"memory\",operation=\"commit\",outcome=\"committed\"";
    assert_eq!(sum(&told, OPERATIONS.name, committed), 2.0);
}

#[test]
fn every_call_has_its_time_and_every_record_its_bytes() {
    let told = measured();
    let of = |name: &str| told.iter().filter(|told| told.name == name).count();
    assert_eq!(of("session_store_operation_seconds"), of(OPERATIONS.name), "whatever became of it");
    assert_eq!(labels(&told, "session_store_operation_seconds").len(), 9);
    let read = sum(&told, "session_store_record_bytes", "store=\"memory\",operation=\"load\"");
    let batch = sum(&told, "session_store_record_bytes", "store=\"memory\",operation=\"load_many\"");
    assert!(read > 0.0);
    assert_eq!(batch, 2.0 * read);
    assert_eq!(sum(&told, "session_live", "store=\"memory\""), 1.0, "as it was counted");
}

#[test]
fn what_is_measured_is_answered_as_without() {
    let recorder = Recorder::default();
    block_on(async {
        let store = store(&recorder);
        let sessions = Sessions::<Shop, _>::new(store.clone());
        let session = sessions.create();
        session.set_views(3);
        sessions.save(&session).await.unwrap();
        assert_eq!(sessions.count_by(|session| session.views() == 3).await.unwrap().matched, 1);
        store.inner().cut(true);
        assert!(sessions.get(session.id().unwrap()).await.unwrap_err().is_unavailable());
    });
}

/// Everything that there is, from what a program does: none of the metrics is only a name.
#[test]
fn every_metric_is_told_of() {
    let recorder = Recorder::default();
    measure_everything(&recorder);
    let sink = session::metrics::MetricsEvents::new(recorder.meter());
    for event in one_of_each() {
        session::event::EventSink::on_event(&sink, &event);
    }
    report_once(&recorder);
    let all: BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(names(&recorder.take()), all);
}
