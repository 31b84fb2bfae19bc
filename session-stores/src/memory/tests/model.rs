//! Whatever is done in whatever order, the store answers as one map does that is never swept.

use std::collections::HashMap;

use proptest::prelude::*;
use session::store::{Slot, Verdict, decide, decide_touch};

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Create {
        number: u64,
        nonce: u64,
        idle: u32,
        somebody: bool,
    },
    /// Once more, as a retry sends it, or the network.
    Resend {
        which: prop::sample::Index,
    },
    Update {
        number: u64,
        nonce: u64,
        secret: u8,
        fields: usize,
        rotate: bool,
        stale: bool,
    },
    Touch {
        number: u64,
        secret: u8,
        threshold: u32,
    },
    Delete {
        number: u64,
    },
    Load {
        number: u64,
    },
    Pass {
        seconds: u32,
    },
    Cleanup,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = || 0_u64..4;
    let step = prop_oneof![
        3 => (number(), 0_u64..1000, prop_oneof![1_u32..5, 50_u32..200], any::<bool>())
            .prop_map(|(number, nonce, idle, somebody)| Step::Create { number, nonce, idle, somebody }),
        2 => any::<prop::sample::Index>().prop_map(|which| Step::Resend { which }),
        4 => (number(), 0_u64..1000, 1_u8..3, 0_usize..50, any::<bool>(), any::<bool>()).prop_map(
            |(number, nonce, secret, fields, rotate, stale)| {
                Step::Update { number, nonce, secret, fields, rotate: rotate && stale, stale }
            }
        ),
        2 => (number(), 1_u8..3, 0_u32..20)
            .prop_map(|(number, secret, threshold)| Step::Touch { number, secret, threshold }),
        1 => number().prop_map(|number| Step::Delete { number }),
        2 => number().prop_map(|number| Step::Load { number }),
        2 => (1_u32..40).prop_map(|seconds| Step::Pass { seconds }),
        1 => Just(Step::Cleanup),
    ];
    prop::collection::vec(step, 1..80)
}

/// What stands under a handle in the model.
#[derive(Debug, Clone)]
enum Stands {
    Record(Box<Record>),
    Tombstone(Timestamp),
}

/// One map. It forgets nothing, so it knows more of why something is gone: all kinds of `Gone` are one here.
#[derive(Default)]
struct Model(HashMap<Handle, Stands>);

/// An answer as far as model and store must agree.
#[derive(Debug, PartialEq)]
enum Said {
    Committed(Box<(session::record::Header, Bytes)>),
    Conflict(Box<(session::record::Header, Bytes)>),
    Until(Timestamp),
    Gone,
    Unknown,
}

fn committed(record: &Record) -> Said {
    Said::Committed(Box::new((record.header.clone(), record.fields.clone())))
}

impl Model {
    fn live(&self, handle: Handle, now: Timestamp) -> Option<&Record> {
        match self.0.get(&handle) {
            Some(Stands::Record(record)) if !record.header.is_expired(now) => Some(record),
            _ => None,
        }
    }

    /// What a write or touch is decided on: over means ended, as long as a late create could still come.
    fn slot(&self, handle: Handle, now: Timestamp) -> Slot<'_> {
        let (until, record) = match self.0.get(&handle) {
            None => return Slot::Vacant,
            Some(Stands::Tombstone(until)) => (*until, None),
            Some(Stands::Record(record)) if record.header.is_expired(now) => {
                (record.header.created.after(60 * SECOND), None)
            }
            Some(Stands::Record(record)) => (now, Some(record)),
        };
        match record {
            Some(record) => Slot::Record(record),
            None if now < until => Slot::Tombstone,
            None => Slot::Vacant,
        }
    }

    fn commit(&mut self, write: &Write, now: Timestamp) -> Said {
        match (decide(self.slot(write.handle, now), write, now), self.live(write.handle, now)) {
            (Verdict::Apply(record), _) => {
                let said = committed(&record);
                self.0.insert(write.handle, Stands::Record(Box::new(record)));
                said
            }
            (Verdict::Applied, Some(record)) => committed(record),
            (Verdict::Conflict, Some(record)) => {
                Said::Conflict(Box::new((record.header.clone(), record.fields.clone())))
            }
            (Verdict::Unknown, _) => Said::Unknown,
            (Verdict::Gone(_), _) => Said::Gone,
            (verdict, None) => panic!("{verdict:?} of nothing"),
        }
    }

    fn touch(&mut self, touch: &Touch, now: Timestamp) -> Said {
        let Ok(moved) = decide_touch(self.slot(touch.handle, now), touch, now) else { return Said::Gone };
        let Some(Stands::Record(record)) = self.0.get_mut(&touch.handle) else { unreachable!() };
        record.header.idle_deadline = moved.unwrap_or(record.header.idle_deadline);
        Said::Until(record.header.idle_deadline)
    }

    fn delete(&mut self, handle: Handle, now: Timestamp) -> bool {
        let live = self.live(handle, now).is_some();
        if live {
            self.0.insert(handle, Stands::Tombstone(now.after(60 * SECOND)));
        }
        live
    }
}

fn said(answer: Commit) -> Said {
    match answer {
        Commit::Committed { record, .. } => committed(&record),
        Commit::Conflict(record) => Said::Conflict(Box::new((record.header, record.fields))),
        Commit::Gone(_) => Said::Gone,
        Commit::OutcomeUnknown => Said::Unknown,
        Commit::Full(_) => unreachable!("nothing here has a limit"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_as_a_single_map_does(steps in steps()) {
        let t = Fixture::new();
        let mut model = Model::default();
        // What was sent, to be sent again; and what was once loaded, to be written back late.
        let (mut sent, mut bases) = (Vec::<Write>::new(), HashMap::<u64, Record>::new());
        for step in steps {
            let time = t.clock.now();
            let write = match step {
                Step::Create { number, nonce: by, idle, somebody } => {
                    let mut write = living(t.create(number), idle * SECOND);
                    write.nonce = nonce(by);
                    Some(if somebody { signed_in(write) } else { write })
                }
                Step::Resend { which } if !sent.is_empty() => {
                    let mut write = which.get(&sent).clone();
                    write.answer_lost = true;
                    Some(write)
                }
                Step::Update { number, nonce: by, secret, fields, rotate, stale } => {
                    let base = bases.get(&number).filter(|_| stale).cloned().or_else(|| t.load(number));
                    base.map(|base| {
                        bases.insert(number, base.clone());
                        let mut write = with_fields(update(number, &base, by), vec![7; fields]);
                        let stamp = base.header.stamp();
                        write.condition = Condition::Matches { stamp, proof: proof(secret) };
                        write.times.rotation = if rotate { Rotation::Strict } else { Rotation::None };
                        let secret = if rotate { 3 - secret } else { secret };
                        write.draft.credential = Some(Credential::only(proof(secret)));
                        write
                    })
                }
                Step::Touch { number, secret, threshold } => {
                    let touch = Touch::new(handle(number), proof(secret), threshold * SECOND);
                    let answer = match now(t.store.touch(&touch)).unwrap() {
                        Touched::Until { idle_deadline, .. } => Said::Until(idle_deadline),
                        Touched::Gone(_) => Said::Gone,
                    };
                    prop_assert_eq!(answer, model.touch(&touch, time));
                    None
                }
                Step::Delete { number } => {
                    prop_assert_eq!(t.delete(number), model.delete(handle(number), time));
                    None
                }
                Step::Load { number } => {
                    let found = t.load(number).map(|record| (record.header, record.fields));
                    let live = model.live(handle(number), time);
                    prop_assert_eq!(found, live.map(|record| (record.header.clone(), record.fields.clone())));
                    None
                }
                Step::Pass { seconds } => {
                    t.pass(seconds * SECOND);
                    None
                }
                Step::Cleanup => {
                    t.store.cleanup();
                    None
                }
                Step::Resend { .. } => None,
            };
            if let Some(write) = write {
                prop_assert_eq!(said(t.commit(&write)), model.commit(&write, time));
                sent.push(write);
            }
            t.audit();
        }
    }
}
