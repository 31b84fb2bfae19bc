//! Who goes on, and when: the only executor here, driven by the seed.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::client;
use super::data::{CLIENTS, Room};
use super::ground::Flaw;
use super::model::Violation;
use super::visit::Visit;
use super::world::World;

/// Steps of a schedule, before everything under way is let to its end.
const STEPS: usize = 500;
/// More than any schedule can need to end.
const PATIENCE: usize = 20_000;
/// How far time may go on in one step: within a commit, a twin's window, the time of a create, a grace, an id's age, a
/// session's idle span.
const SPANS: [Duration; 10] = [
    Duration::from_millis(50),
    Duration::from_millis(400),
    Duration::from_secs(2),
    Duration::from_secs(2),
    Duration::from_secs(11),
    Duration::from_secs(20),
    Duration::from_secs(61),
    Duration::from_secs(4 * 60),
    Duration::from_secs(11 * 60),
    Duration::from_secs(31 * 60),
];

/// What became of a schedule.
pub(super) struct Report {
    pub(super) violation: Option<Violation>,
    pub(super) log: Vec<String>,
    pub(super) requests: usize,
    pub(super) steps: usize,
}

struct Task {
    client: usize,
    future: Pin<Box<dyn Future<Output = ()>>>,
    woken: Arc<Woken>,
    /// It gave way and can go on. If not it waits for somebody, who will wake it.
    ready: bool,
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs the schedule of that seed.
pub(super) fn run(seed: u64, flaw: Flaw, memory: bool) -> Report {
    let world = Rc::new(World::new(seed, flaw, memory));
    let mut scheduler = Scheduler { world: Rc::clone(&world), tasks: Vec::new(), requests: 0, steps: 0 };
    while scheduler.steps < STEPS && !scheduler.failed() {
        scheduler.step();
    }
    scheduler.drain();
    scheduler.audit();
    let (requests, steps) = (scheduler.requests, scheduler.steps);
    drop(scheduler);
    let model = Rc::into_inner(world).expect("every task has ended").into_model();
    Report { violation: model.violation, log: model.log, requests, steps }
}

struct Scheduler {
    world: Rc<World>,
    tasks: Vec<Task>,
    requests: usize,
    steps: usize,
}

impl Scheduler {
    fn failed(&self) -> bool {
        self.world.model().violation.is_some()
    }

    fn step(&mut self) {
        let roll = self.world.dice().below(1000);
        match roll {
            0..12 => {
                let span = self.world.dice().pick(&SPANS);
                self.world.advance(span);
            }
            12..18 => self.cancel(),
            18..35 => self.world.deliver(),
            35..50 => {
                if self.world.wire.deliver() {
                    self.world.say("a late write arrives");
                }
            }
            50..75 if !self.world.failing => self.world.fail_over(),
            50..58 => self.world.fail_over(),
            75..300 => self.start(),
            _ => self.go_on(),
        }
        self.hand_over();
        self.steps += 1;
    }

    /// A client without a request sends one.
    fn start(&mut self) {
        let client = self.world.dice().below(CLIENTS);
        if self.tasks.iter().any(|task| task.client == client) {
            return;
        }
        let future = Box::pin(client::request(Rc::clone(&self.world), client));
        self.spawn(client, future);
        self.requests += 1;
    }

    fn spawn(&mut self, client: usize, future: Pin<Box<dyn Future<Output = ()>>>) {
        self.tasks.push(Task { client, future, woken: Arc::default(), ready: true });
    }

    fn go_on(&mut self) {
        let ready: Vec<usize> = (0..self.tasks.len()).filter(|index| self.tasks[*index].ready).collect();
        if !ready.is_empty() {
            let index = self.world.dice().pick(&ready);
            self.poll(index);
        }
    }

    /// A client hangs up, and its request is dropped where it stands.
    fn cancel(&mut self) {
        if !self.tasks.is_empty() {
            let index = self.world.dice().below(self.tasks.len());
            let task = self.tasks.remove(index);
            self.world.say(format!("client {}: hangs up", task.client));
        }
    }

    fn poll(&mut self, index: usize) {
        let task = &mut self.tasks[index];
        task.woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&task.woken));
        match task.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => drop(self.tasks.remove(index)),
            Poll::Pending => task.ready = task.woken.0.load(Ordering::SeqCst),
        }
        // Looks at what it did.
        drop(self.world.model());
    }

    /// Whoever was handed a lock goes on at once. A lock that can be had by whoever comes first would depend on how long
    /// somebody has waited for it, in real time, and a schedule must not.
    fn hand_over(&mut self) {
        while let Some(index) =
            self.tasks.iter().position(|task| !task.ready && task.woken.0.load(Ordering::SeqCst))
        {
            self.poll(index);
        }
    }

    /// Everything under way comes to its end.
    fn drain(&mut self) {
        for _ in 0..PATIENCE {
            self.hand_over();
            if self.failed() {
                self.tasks.clear();
            }
            if self.tasks.is_empty() {
                return;
            }
            if !self.tasks.iter().any(|task| task.ready) {
                break;
            }
            self.go_on();
        }
        let waiting: Vec<usize> = self.tasks.iter().map(|task| task.client).collect();
        self.world
            .model()
            .violated("everybody comes to an end", format!("clients {waiting:?} wait for nobody"));
        self.tasks.clear();
    }

    /// Every token that was ever given out is tried once more, without faults, after every write that is still on its
    /// way has arrived.
    fn audit(&mut self) {
        self.world.faults.heal();
        while !self.failed() && self.world.wire.deliver() {
            drop(self.world.model());
        }
        self.world.say("audit");
        let tokens = self.world.model().tokens.clone();
        for (_, token) in tokens.into_iter().rev().take(24) {
            if self.failed() {
                return;
            }
            let world = Rc::clone(&self.world);
            self.spawn(
                CLIENTS,
                Box::pin(async move { drop(Visit::<Room>::with(world, 0, Some(token)).await) }),
            );
            self.drain();
        }
    }
}
