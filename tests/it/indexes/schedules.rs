//! Logins, upgrades of anonymous sessions and changes against log-outs everywhere, in an order that a seed says at every
//! store call, with calls that are late, fail, arrive twice or are not answered.
//!
//! Who began before a log-out everywhere began is not signed in when it is over; who began after it was over is.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use session::clock::{Clock as _, Timestamp};
use session::config::SessionConfig;
use session::testing::{Chances, Faulty};
use session::{Handle, Session, Sessions};
use session_stores::MemoryStore;

use super::{Account, Place};
use crate::simulation::dice::Dice;

const USER: i64 = 7;
const SCHEDULES: u64 = 3_000;
const CHANCES: Chances =
    Chances { fail_before: 40, lose_request: 40, lose_answer: 40, resend: 40, delay: 500, overtaken: 0 };

/// How everybody is logged out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As the library does it.
    Barred,
    /// As one might write it: those that are listed are ended, one by one.
    Listed,
}

/// What happened in one schedule.
#[derive(Default)]
struct Seen {
    /// Who signed in: since when, as what, and whether it was answered.
    logins: Vec<(Timestamp, Handle, bool)>,
    refused: usize,
    /// When log-outs began and when they were complete.
    revoked: Vec<(Timestamp, Timestamp)>,
}

struct Schedule {
    place: Place,
    faulty: Faulty<MemoryStore>,
    sessions: Sessions<Account, Faulty<MemoryStore>>,
    seen: RefCell<Seen>,
    dice: RefCell<Dice>,
}

type Task<'s> = Pin<Box<dyn Future<Output = ()> + 's>>;

impl Schedule {
    fn new(seed: u64) -> Self {
        let place = Place::new(SessionConfig::default());
        let faulty = Faulty::seeded(place.store.clone(), seed, CHANCES);
        let sessions = Sessions::new(faulty.clone());
        Self { place, faulty, sessions, seen: RefCell::default(), dice: RefCell::new(Dice::new(seed)) }
    }

    fn now(&self) -> Timestamp {
        self.place.clock.now()
    }

    fn below(&self, end: usize) -> usize {
        self.dice.borrow_mut().below(end)
    }

    /// Polls whoever the dice say until all are done. Every poll takes up to two milliseconds.
    fn run(&self, mut tasks: Vec<Task<'_>>) {
        let mut context = Context::from_waker(Waker::noop());
        while !tasks.is_empty() {
            let at = self.below(tasks.len());
            if tasks[at].as_mut().poll(&mut context).is_ready() {
                drop(tasks.swap_remove(at));
            }
            self.place.clock.advance(Duration::from_millis(self.below(3) as u64));
        }
    }

    /// Saves, and asks again a few times if there is no answer; whether it was saved.
    async fn save(&self, session: &Session<Account>) -> bool {
        for _ in 0..3 {
            match self.sessions.save(session).await {
                Ok(()) => return true,
                Err(error) if error.is_unavailable() => {}
                Err(error) => {
                    assert!(error.is_gone(), "{error:?}");
                    self.seen.borrow_mut().refused += 1;
                    return false;
                }
            }
        }
        false
    }

    async fn sign_in(&self, session: &Session<Account>, began: Timestamp) {
        session.sign_in(USER);
        let is_answered = self.save(session).await;
        if let Some(handle) = session.id() {
            self.seen.borrow_mut().logins.push((began, handle, is_answered));
        }
    }

    async fn client(&self) {
        for _ in 0..3 {
            let mut began = self.now();
            let mut session = self.sessions.create();
            if self.below(3) == 0 {
                // With a cart, in a request of its own.
                session.set_views(1);
                if !self.save(&session).await {
                    continue;
                }
                began = self.now();
                let token = self.sessions.token(&session).expect("it is stored");
                match self.sessions.open(&token).await {
                    Ok(Some(opened)) => session = opened,
                    _ => continue,
                }
            }
            self.sign_in(&session, began).await;
            session.set_views(2);
            self.save(&session).await;
        }
    }

    async fn log_out_everywhere(&self, way: Way) {
        let began = self.now();
        let of = self.sessions.by_user_id(&USER);
        loop {
            let is_complete = match way {
                Way::Barred => of.revoke_all().await.is_ok_and(|revoked| revoked.is_complete()),
                Way::Listed => match of.list().await {
                    Ok(listed) => {
                        let mut all = true;
                        for device in &listed.devices {
                            all &= of.revoke(device.handle()).await.is_ok();
                        }
                        all
                    }
                    Err(_) => false,
                },
            };
            if is_complete {
                break;
            }
        }
        self.seen.borrow_mut().revoked.push((began, self.now()));
    }

    /// What is wrong at the end of it, if anything is.
    fn wrong(&self) -> Option<String> {
        self.faulty.heal();
        let seen = self.seen.borrow();
        for (began, handle, is_answered) in &seen.logins {
            let found = session::testing::block_on(self.sessions.load(*handle)).expect("it is healed");
            let is_signed_in = found.is_some_and(|session| session.user_id() == Some(USER));
            if is_signed_in && seen.revoked.iter().any(|(start, _)| began <= start) {
                return Some(format!("who began at {began:?} outlived one of {:?}", seen.revoked));
            }
            if *is_answered && !is_signed_in && seen.revoked.iter().all(|(_, end)| began > end) {
                return Some(format!("who began at {began:?} was ended by one of {:?}", seen.revoked));
            }
        }
        None
    }
}

/// Runs a schedule: what happened, and what was wrong.
fn schedule(seed: u64, way: Way) -> (Seen, Option<String>) {
    let schedule = Schedule::new(seed);
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for _ in 0..3 {
        tasks.push(Box::pin(schedule.client()));
    }
    for _ in 0..=schedule.below(2) {
        tasks.push(Box::pin(schedule.log_out_everywhere(way)));
    }
    schedule.run(tasks);
    let wrong = schedule.wrong();
    (schedule.seen.into_inner(), wrong)
}

#[test]
fn no_schedule_lets_a_login_outrun_a_revocation() {
    let (mut refused, mut outlived, mut ended) = (0, 0, 0);
    for seed in 0..SCHEDULES {
        let (seen, wrong) = schedule(seed, Way::Barred);
        assert_eq!(wrong, None, "seed {seed}");
        refused += seen.refused;
        for (began, ..) in &seen.logins {
            match seen.revoked.iter().all(|(_, end)| began > end) {
                true => outlived += 1,
                false => ended += 1,
            }
        }
    }
    // Schedules in which nobody meets prove nothing.
    assert!(refused > 100 && outlived > 100 && ended > 100, "{refused} {outlived} {ended}");
}

#[test]
fn it_is_found_that_a_login_outruns_a_list() {
    assert!((0..SCHEDULES).any(|seed| schedule(seed, Way::Listed).1.is_some()));
}
