//! The scripts are the rules: whatever is done in whatever order, a server answers as `decide` and `decide_touch` do, and
//! what it keeps is, byte for byte, what Rust would have kept.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;
use session::clock::Timestamp;
use session::record::{Binding, Credential, Nonce, Packing, Previous, Principal, Record, Stamp};
use session::store::{
    Absolute, Commit, Condition, Draft, Gone, Rotation, Slot, Store as _, Times, Touch, Touched, Verdict,
    Write, decide, decide_touch,
};
use session::testing::conformance::Subject as _;
use session::{Handle, Proof};
use session_tests::redis_subject::RedisSubject;

/// How long keys are kept beyond what they hold, with a clock that the test has.
const SLACK: Duration = Duration::from_secs(120);
const TOMBSTONE_LIFE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
enum Step {
    Commit(Box<Intent>),
    /// One of the writes so far once more, as a retry sends it, or the network.
    Again {
        which: Index,
        answer_lost: bool,
    },
    Touch {
        number: u8,
        secret: u8,
        threshold: u32,
    },
    Delete {
        number: u8,
    },
    Pass(Pass),
}

/// How far the clock goes on.
#[derive(Debug, Clone)]
enum Pass {
    Seconds(u32),
    /// To a deadline that stands in a record, or to just before it.
    ToDeadline {
        number: u8,
        absolute: bool,
        before: bool,
    },
    /// To the end of a grace.
    ToGrace {
        number: u8,
        before: bool,
    },
}

/// A write, as far as it does not follow from what there is.
#[derive(Debug, Clone)]
struct Intent {
    number: u8,
    creates: bool,
    /// Which of the record's past states it is based on, newest first.
    base: usize,
    /// A base that nobody ever had.
    forged: Option<(u64, u8)>,
    secret: u8,
    new_secret: u8,
    /// The previous secret stays for so long; with a successor or without.
    previous: Option<(u32, bool)>,
    rotation: Rotation,
    authenticates: bool,
    absolute: Option<u32>,
    idle: u32,
    window: i32,
    versions: (u32, u32),
    flags: [bool; 4],
    bound: bool,
    fields: usize,
}

fn intent() -> impl Strategy<Value = Intent> {
    let rotation = prop_oneof![
        3 => Just(Rotation::None), 1 => Just(Rotation::Periodic), 1 => Just(Rotation::Strict)
    ];
    let place = (0_u8..3, prop::bool::weighted(0.3), prop_oneof![3 => Just(0_usize), 1 => 0_usize..12]);
    let forged = prop::option::weighted(0.1, (prop_oneof![0_u64..20, Just(u64::MAX)], any::<u8>()));
    let secrets = (1_u8..4, 1_u8..4, prop::option::weighted(0.4, (0_u32..100, any::<bool>())));
    let times = (
        rotation,
        prop::bool::weighted(0.2),
        prop::option::weighted(0.4, 1_u32..400),
        prop_oneof![Just(0_u32), 1_u32..10, 50_u32..300],
        prop_oneof![Just(30_i32), -2_i32..3],
    );
    let rest = ((0_u32..4, 0_u32..4), any::<[bool; 4]>(), any::<bool>(), 0_usize..60);
    (place, forged, secrets, times, rest).prop_map(
        |((number, creates, base), forged, (secret, new_secret, previous), times, rest)| {
            let (rotation, authenticates, absolute, idle, window) = times;
            let (versions, flags, bound, fields) = rest;
            Intent {
                number,
                creates,
                base,
                forged,
                secret,
                new_secret,
                previous,
                rotation,
                authenticates,
                absolute,
                idle,
                window,
                versions,
                flags,
                bound,
                fields,
            }
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pass = prop_oneof![
        3 => (0_u32..40).prop_map(Pass::Seconds),
        2 => (0_u8..3, any::<bool>(), any::<bool>())
            .prop_map(|(number, absolute, before)| Pass::ToDeadline { number, absolute, before }),
        1 => (0_u8..3, any::<bool>()).prop_map(|(number, before)| Pass::ToGrace { number, before }),
    ];
    let step = prop_oneof![
        10 => intent().prop_map(|intent| Step::Commit(Box::new(intent))),
        3 => (any::<Index>(), any::<bool>()).prop_map(|(which, answer_lost)| Step::Again { which, answer_lost }),
        3 => (0_u8..3, 1_u8..4, prop_oneof![Just(0_u32), 1_u32..60])
            .prop_map(|(number, secret, threshold)| Step::Touch { number, secret, threshold }),
        1 => (0_u8..3).prop_map(|number| Step::Delete { number }),
        4 => pass.prop_map(Step::Pass),
    ];
    prop::collection::vec(step, 1..60)
}

/// What is kept under a handle, and until when.
struct Kept {
    /// A record, or the mark of a delete.
    what: Result<Record, Timestamp>,
    until: Timestamp,
}

/// What Rust makes of the same steps.
#[derive(Default)]
struct Model {
    kept: BTreeMap<u8, Kept>,
    /// Every state that a record ever had, newest last.
    past: BTreeMap<u8, Vec<Stamp>>,
    sent: Vec<(u8, Write)>,
}

/// An answer, with the record as its bytes.
#[derive(Debug, PartialEq)]
enum Said {
    Committed(Vec<u8>),
    Conflict(Vec<u8>),
    Gone(Gone),
    Unknown,
    Until(Timestamp),
    Ended(bool),
}

impl Model {
    fn sweep(&mut self, now: Timestamp) {
        self.kept.retain(|_, kept| now < kept.until);
    }

    fn slot(&self, number: u8, now: Timestamp) -> Slot<'_> {
        match self.kept.get(&number).map(|kept| &kept.what) {
            Some(Ok(record)) => Slot::Record(record),
            Some(Err(until)) if now < *until => Slot::Tombstone,
            _ => Slot::Vacant,
        }
    }

    fn record(&self, number: u8) -> Option<&Record> {
        self.kept.get(&number)?.what.as_ref().ok()
    }

    fn keep(&mut self, number: u8, record: Record, now: Timestamp) {
        let deadline = record.header.deadline().max(record.header.created.after(TOMBSTONE_LIFE));
        let until = deadline.max(now).after(SLACK);
        self.kept.insert(number, Kept { what: Ok(record), until });
    }

    fn commit(&mut self, number: u8, write: &Write, now: Timestamp) -> Said {
        match (decide(self.slot(number, now), write, now), self.record(number)) {
            (Verdict::Apply(record), _) => {
                self.past.entry(number).or_default().push(record.header.stamp());
                self.keep(number, record.clone(), now);
                Said::Committed(record.encode())
            }
            (Verdict::Applied, Some(record)) => Said::Committed(record.encode()),
            (Verdict::Conflict, Some(record)) => Said::Conflict(record.encode()),
            (Verdict::Gone(why), _) => Said::Gone(why),
            (Verdict::Unknown, _) => Said::Unknown,
            (verdict, None) => panic!("{verdict:?} of nothing"),
        }
    }

    fn touch(&mut self, number: u8, touch: &Touch, now: Timestamp) -> Said {
        match (decide_touch(self.slot(number, now), touch, now), self.record(number)) {
            (Err(why), _) => Said::Gone(why),
            (Ok(None), Some(record)) => Said::Until(record.header.idle_deadline),
            (Ok(Some(deadline)), Some(record)) => {
                let mut touched = record.clone();
                touched.header.idle_deadline = deadline;
                self.keep(number, touched, now);
                Said::Until(deadline)
            }
            (Ok(_), None) => panic!("a touch of nothing"),
        }
    }

    fn delete(&mut self, number: u8, now: Timestamp) -> Said {
        let lives = self.record(number).is_some_and(|record| !record.header.is_expired(now));
        if lives {
            let until = now.after(TOMBSTONE_LIFE);
            self.kept.insert(number, Kept { what: Err(until), until: until.after(SLACK) });
        }
        Said::Ended(lives)
    }

    fn write(&self, intent: &Intent, now: Timestamp) -> Write {
        let past = self.past.get(&intent.number).map_or(&[][..], Vec::as_slice);
        let base = past.len().checked_sub(1 + intent.base).map(|place| past[place]);
        let forged = intent.forged.map(|(revision, nonce)| Stamp { revision, nonce: Nonce([nonce; 8]) });
        let condition = match forged.or(base).filter(|_| !intent.creates) {
            Some(stamp) => Condition::Matches { stamp, proof: proof(intent.secret) },
            None => Condition::Absent { not_after: moved(now, intent.window) },
        };
        let previous = intent.previous.map(|(seconds, has_next)| Previous {
            proof: proof(intent.secret),
            until: now.after(Duration::from_secs(seconds.into())),
            next: has_next.then_some([9; 16]),
        });
        let [persistent, remembered, compressed, sealed] = intent.flags;
        let draft = Draft {
            persistent,
            remembered,
            schema_version: intent.versions.0,
            min_reader: intent.versions.1,
            lineage: [intent.number; 16],
            principal: Principal([intent.new_secret; 16]),
            // Packed fields are anything at all.
            packing: Packing { compressed, sealed: sealed || !compressed },
            credential: Some(Credential { proof: proof(intent.new_secret), previous }),
            binding: intent.bound.then_some(Binding { key: [1; 4], address: [2; 12], agent: [3; 12] }),
        };
        let span = |seconds: u32| Duration::from_secs(seconds.into());
        let times = Times {
            idle_span: span(intent.idle),
            absolute: intent.absolute.map_or(Absolute::Keep, |seconds| Absolute::Span(span(seconds))),
            authenticates: intent.authenticates,
            rotation: intent.rotation,
        };
        let nonce = Nonce((self.sent.len() as u64).to_le_bytes());
        let fields = Bytes::from(vec![intent.new_secret; intent.fields]);
        Write::new(handle(intent.number), condition, nonce, draft, times, fields)
    }

    fn moment(&self, pass: &Pass, now: Timestamp) -> Timestamp {
        let record = |number: u8| self.record(number).map(|record| &record.header);
        let (moment, before) = match *pass {
            Pass::Seconds(seconds) => (Some(now.after(Duration::from_secs(seconds.into()))), false),
            Pass::ToDeadline { number, absolute, before } => {
                let deadline = record(number).map(|header| match absolute {
                    true => header.absolute_deadline,
                    false => header.deadline(),
                });
                (deadline, before)
            }
            Pass::ToGrace { number, before } => {
                let credential = record(number).and_then(|header| header.credential.as_ref());
                (credential.and_then(|credential| credential.previous.as_ref()).map(|p| p.until), before)
            }
        };
        let moment = moment.unwrap_or(now);
        Timestamp::from_millis(moment.as_millis() - u64::from(before))
    }

    /// Where the clock goes if it should go to `moment`: not into the last seconds of what is kept, of which the server's
    /// own clock, which does not stand still, leaves nobody knows how much.
    fn certain(&self, mut moment: Timestamp) -> Timestamp {
        let uncertain = Duration::from_secs(20);
        while let Some(kept) =
            self.kept.values().find(|kept| moment < kept.until && kept.until.since(moment) < uncertain)
        {
            moment = kept.until;
        }
        moment
    }
}

fn moved(now: Timestamp, seconds: i32) -> Timestamp {
    let millis = now.as_millis().saturating_add_signed(i64::from(seconds) * 1000);
    Timestamp::from_millis(millis)
}

fn handle(number: u8) -> Handle {
    Handle::from_bytes([number; 16])
}

fn proof(number: u8) -> Proof {
    Proof::from_bytes([number; 32])
}

/// The same steps on the server.
struct Side(RedisSubject);

impl Side {
    fn commit(&self, write: &Write) -> Said {
        match self.0.run(self.0.store().commit(write)).expect("the server is up") {
            Commit::Committed { record, sealed: None } => Said::Committed(record.encode()),
            Commit::Conflict(record) => Said::Conflict(record.encode()),
            Commit::Gone(why) => Said::Gone(why),
            Commit::OutcomeUnknown => Said::Unknown,
            Commit::Full(_) => unreachable!("nothing here has a limit"),
            other @ Commit::Committed { .. } => panic!("{other:?}"),
        }
    }

    fn touch(&self, touch: &Touch) -> Said {
        match self.0.run(self.0.store().touch(touch)).expect("the server is up") {
            Touched::Until { idle_deadline, .. } => Said::Until(idle_deadline),
            Touched::Gone(why) => Said::Gone(why),
        }
    }

    fn delete(&self, number: u8) -> Said {
        Said::Ended(self.0.run(self.0.store().delete(&handle(number))).expect("the server is up"))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_server_answers_and_keeps_what_the_rules_say(steps in steps()) {
        let server = Side(RedisSubject::single());
        let mut model = Model::default();
        for step in &steps {
            let now = server.0.store().now();
            model.sweep(now);
            let (said, expected) = match step {
                Step::Commit(intent) => {
                    let write = model.write(intent, now);
                    model.sent.push((intent.number, write.clone()));
                    (server.commit(&write), model.commit(intent.number, &write, now))
                }
                Step::Again { which, answer_lost } => {
                    if model.sent.is_empty() {
                        continue;
                    }
                    let (number, mut write) = which.get(&model.sent).clone();
                    write.answer_lost = *answer_lost;
                    (server.commit(&write), model.commit(number, &write, now))
                }
                Step::Touch { number, secret, threshold } => {
                    let threshold = Duration::from_secs((*threshold).into());
                    let touch = Touch::new(handle(*number), proof(*secret), threshold);
                    (server.touch(&touch), model.touch(*number, &touch, now))
                }
                Step::Delete { number } => (server.delete(*number), model.delete(*number, now)),
                Step::Pass(pass) => {
                    server.0.advance(model.certain(model.moment(pass, now)).since(now));
                    continue;
                }
            };
            prop_assert_eq!(said, expected, "after {:?}", step);
            for number in 0..3 {
                let kept = model.kept.get(&number).map(|kept| match &kept.what {
                    Ok(record) => record.encode(),
                    Err(until) => [&[0], until.as_millis().to_le_bytes().as_slice()].concat(),
                });
                prop_assert_eq!(server.0.value(&handle(number)), kept, "session {} after {:?}", number, step);
            }
        }
    }
}
