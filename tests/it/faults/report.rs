use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::ground::Strike;

/// What happened, and what must not have.
#[derive(Default)]
pub(super) struct Report {
    over: AtomicBool,
    /// Grows when something may be lost to a failover, and when that is over.
    era: AtomicU64,
    losing: AtomicBool,
    silent: AtomicBool,
    /// For how long this machine stood still, in microseconds.
    stalled: AtomicU64,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    numbers: BTreeMap<String, u64>,
    longest: BTreeMap<&'static str, Duration>,
    anomalies: Vec<String>,
    memory: u64,
}

/// When something was so: at some moment between when it was asked and when it was answered, each an era. Not of when the
/// answer arrives: a request that read from a master which is then replaced writes to the next one, and is answered there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) asked: u64,
    pub(super) answered: u64,
}

/// How much this process may grow; what one run needs once, with room.
const GROWTH: u64 = 96 << 10;

/// The promise.
const SECOND: Duration = Duration::from_secs(1);

/// Of a request that was answered at all: a load and a commit that both took their time.
const LONGEST: Duration = Duration::from_secs(2);

impl Report {
    /// Watches from now on for how long nobody is let run on this machine.
    pub(super) fn start() -> Arc<Self> {
        let report = Arc::new(Self::default());
        report.lock().memory = memory();
        let watch = Arc::clone(&report);
        tokio::spawn(async move {
            let tick = Duration::from_millis(5);
            while !watch.is_over() {
                let begun = Instant::now();
                tokio::time::sleep(tick).await;
                // A timer is up to a millisecond late of itself.
                let late = begun.elapsed().saturating_sub(tick + Duration::from_millis(2));
                watch.stalled.fetch_add(micros(late), Ordering::Relaxed);
            }
        });
        report
    }

    /// Nobody answers from now on, or somebody does again.
    pub(super) fn silent(&self, is_silent: bool) {
        self.silent.store(is_silent, Ordering::SeqCst);
    }

    pub(super) fn strikes(&self, strike: Strike) {
        if strike.loses() {
            self.losing.store(true, Ordering::SeqCst);
            self.era.fetch_add(1, Ordering::SeqCst);
        }
        self.count(&format!("strike {strike:?}"));
    }

    pub(super) fn calm(&self) {
        if self.losing.swap(false, Ordering::SeqCst) {
            self.era.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Changes when something may have been lost since.
    pub(super) fn era(&self) -> u64 {
        self.era.load(Ordering::SeqCst)
    }

    /// Whether something may have been lost since then.
    pub(super) fn may_have_lost_since(&self, moment: Moment) -> bool {
        let era = self.era();
        if !self.is_losing() && moment.asked != era && moment.answered == era {
            self.count("answers of before a calm that came after it");
        }
        self.is_losing() || moment.asked != era
    }

    pub(super) fn is_losing(&self) -> bool {
        self.losing.load(Ordering::SeqCst)
    }

    pub(super) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub(super) fn count(&self, what: &str) {
        *self.lock().numbers.entry(what.to_owned()).or_default() += 1;
    }

    pub(super) fn anomaly(&self, what: String) {
        let mut counted = self.lock();
        // Enough to see what it is.
        if counted.anomalies.len() < 50 {
            counted.anomalies.push(what);
        }
    }

    pub(super) fn recovered(&self, took: Duration) {
        self.longest("recovery", took);
    }

    /// A request, to be timed.
    pub(super) fn clock(&self) -> Clock<'_> {
        let is_silent = self.silent.load(Ordering::SeqCst);
        Clock { report: self, begun: Instant::now(), stalled: self.stalled(), is_silent }
    }

    /// The process's memory is this run's alone only if nothing else runs in it.
    pub(super) fn anomalies(&self, is_alone: bool) -> Vec<String> {
        let mut anomalies = self.lock().anomalies.clone();
        let grown = self.grown();
        if is_alone && grown > GROWTH {
            anomalies.push(format!("this process has grown by {grown} KiB"));
        }
        anomalies
    }

    /// A run in which nothing happens would keep every promise.
    pub(super) fn expect_work(&self) {
        let numbers = &self.lock().numbers;
        for what in ["acknowledged", "unanswered", "logouts", "logins", "dead tokens refused"] {
            assert!(numbers.get(what).is_some_and(|count| *count > 0), "no {what}: {numbers:?}");
        }
    }

    pub(super) fn lines(&self, name: &str, seed: u64) -> Vec<String> {
        let counted = self.lock();
        let numbers = counted.numbers.iter().map(|(what, count)| format!("  {what}: {count}"));
        let longest = counted.longest.iter().map(|(what, span)| format!("  longest {what}: {span:?}"));
        let rest = [
            format!("  this machine stood still for {:?}", self.stalled()),
            format!("  grown by {} KiB", self.grown_from(counted.memory)),
            format!("  anomalies: {}", counted.anomalies.len()),
        ];
        [format!("{name}, seed {seed}")].into_iter().chain(numbers).chain(longest).chain(rest).collect()
    }

    fn stalled(&self) -> Duration {
        Duration::from_micros(self.stalled.load(Ordering::Relaxed))
    }

    fn grown(&self) -> u64 {
        let before = self.lock().memory;
        self.grown_from(before)
    }

    #[expect(clippy::unused_self, reason = "it is the process that this reports on")]
    fn grown_from(&self, before: u64) -> u64 {
        memory().saturating_sub(before)
    }

    fn longest(&self, what: &'static str, took: Duration) {
        let mut counted = self.lock();
        let longest = counted.longest.entry(what).or_default();
        *longest = took.max(*longest);
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time of one request.
pub(super) struct Clock<'r> {
    report: &'r Report,
    begun: Instant,
    stalled: Duration,
    is_silent: bool,
}

impl Clock<'_> {
    pub(super) fn stop(self, what: &str) {
        let took = self.begun.elapsed();
        let fair = took.saturating_sub(self.report.stalled().saturating_sub(self.stalled));
        // Whoever is answered after all may be on their way to a second question.
        let is_silent = self.is_silent && self.report.silent.load(Ordering::SeqCst);
        self.report.longest("answer", took);
        self.report.longest("answer, apart from standstill of this machine", fair);
        if is_silent {
            self.report.longest("answer in a black hole, apart from standstill", fair);
        }
        if fair >= LONGEST || (is_silent && fair >= SECOND) {
            self.report
                .anomaly(format!("{what} was answered after {took:?}, {fair:?} apart from standstill"));
        }
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// What this process has in memory, in KiB; 0 where that cannot be known.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
    size.and_then(|size| size.parse().ok()).unwrap_or(0)
}
