//! The scripts are the rules: whatever is done in whatever order, a server answers as `decide` and `decide_touch` do, and
//! what it keeps is, byte for byte, what Rust would have kept.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;
use session::clock::Timestamp;
use session::record::{Binding, Credential, Nonce, Packing, Previous, Principal, Stamp};
use session::store::{Absolute, Commit, Condition, Draft, Rotation, Store as _, Times, Touch, Write};
use session::testing::conformance::Subject as _;
use session::{Handle, Proof};
use session_tests::redis_subject::RedisSubject;

use super::expected::{Said, Shelf};

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

/// What Rust makes of the same steps.
#[derive(Default)]
struct Model {
    shelf: Shelf,
    /// Every state that a record ever had, newest last.
    past: BTreeMap<u8, Vec<Stamp>>,
    sent: Vec<(u8, Write)>,
}

impl Model {
    fn commit(&mut self, number: u8, write: &Write, now: Timestamp) -> Said {
        let answer = self.shelf.commit(write, now);
        if let Commit::Committed { record, .. } = &answer {
            let past = self.past.entry(number).or_default();
            let stamp = record.header.stamp();
            // It may be what an earlier attempt has made.
            if past.last() != Some(&stamp) {
                past.push(stamp);
            }
        }
        answer.into()
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
        let record = |number: u8| self.shelf.record(&handle(number)).map(|record| &record.header);
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
        self.0.run(self.0.store().commit(write)).expect("the server is up").into()
    }

    fn touch(&self, touch: &Touch) -> Said {
        self.0.run(self.0.store().touch(touch)).expect("the server is up").into()
    }

    fn delete(&self, number: u8) -> Said {
        Said::Ended(self.0.run(self.0.store().delete(&handle(number))).expect("the server is up"))
    }
}

proptest! {
    #![proptest_config(session_tests::cases(200))]

    #[test]
    fn a_server_answers_and_keeps_what_the_rules_say(steps in steps()) {
        let server = Side(RedisSubject::single());
        let mut model = Model::default();
        for step in &steps {
            let now = server.0.store().now();
            model.shelf.sweep(now);
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
                    (server.touch(&touch), model.shelf.touch(&touch, now))
                }
                Step::Delete { number } => (server.delete(*number), model.shelf.delete(&handle(*number), now)),
                Step::Pass(pass) => {
                    server.0.advance(model.shelf.certain(model.moment(pass, now)).since(now));
                    continue;
                }
            };
            prop_assert_eq!(said, expected, "after {:?}", step);
            for number in 0..3 {
                let kept = model.shelf.value(&handle(number));
                prop_assert_eq!(server.0.value(&handle(number)), kept, "session {} after {:?}", number, step);
            }
        }
    }
}
