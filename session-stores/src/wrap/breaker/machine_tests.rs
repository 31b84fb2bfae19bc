use proptest::prelude::*;

use super::*;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A circuit and the time.
struct Bench {
    machine: Machine,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        Self::with(BreakerConfig::default())
    }

    fn with(config: BreakerConfig) -> Self {
        Self { machine: Machine::new(config), now: Timestamp::from_millis(1_000_000) }
    }

    /// One that has just opened.
    fn open() -> Self {
        let mut bench = Self::new();
        bench.calls(5, Verdict::Failed);
        bench.is(Breaker::Open);
        bench
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now.after(span);
    }

    fn enter(&mut self) -> Ticket {
        self.machine.admit(self.now).0.expect("a call is let through")
    }

    fn refused(&mut self) -> Duration {
        self.machine.admit(self.now).0.expect_err("a call is refused")
    }

    fn leave(&mut self, ticket: Ticket, verdict: Verdict) -> Option<Change> {
        self.machine.settle(ticket, verdict, self.now)
    }

    fn calls(&mut self, calls: u32, verdict: Verdict) {
        for _ in 0..calls {
            let ticket = self.enter();
            self.leave(ticket, verdict);
        }
    }

    fn view(&self) -> View {
        self.machine.view(self.now)
    }

    fn is(&self, state: Breaker) {
        assert_eq!(self.view().state, state);
    }
}

#[test]
fn it_opens_when_enough_calls_and_a_large_enough_part_of_them_failed() {
    let config = BreakerConfig { minimum_calls: 10, failures: 4, failure_percent: 50, ..Default::default() };
    let mut few = Bench::with(config);
    few.calls(9, Verdict::Failed);
    few.is(Breaker::Closed);
    few.calls(1, Verdict::Failed);
    few.is(Breaker::Open);

    let mut busy = Bench::with(config);
    busy.calls(100, Verdict::Answered);
    busy.calls(99, Verdict::Failed);
    busy.is(Breaker::Closed);
    busy.calls(1, Verdict::Failed);
    busy.is(Breaker::Open);

    let mut lucky = Bench::with(BreakerConfig { minimum_calls: 1, failures: 4, ..config });
    lucky.calls(3, Verdict::Failed);
    lucky.is(Breaker::Closed);
}

#[test]
fn failures_that_are_long_ago_do_not_count() {
    let mut bench = Bench::new();
    bench.calls(4, Verdict::Failed);
    bench.pass(10 * SECOND);
    bench.calls(4, Verdict::Failed);
    bench.is(Breaker::Closed);
    assert_eq!(bench.view().failures, 4);
    bench.calls(1, Verdict::Failed);
    bench.is(Breaker::Open);
}

#[test]
fn dropped_calls_are_nothing() {
    let mut bench = Bench::new();
    bench.calls(100, Verdict::Nothing);
    assert_eq!((bench.view().calls, bench.view().failures), (0, 0));
}

#[test]
fn an_open_circuit_refuses_and_says_when_it_will_not() {
    let mut bench = Bench::open();
    assert_eq!(bench.refused(), SECOND);
    bench.pass(600 * MS);
    assert_eq!(bench.refused(), 400 * MS);
    assert_eq!(bench.view().retry_in, Some(400 * MS));
    bench.pass(399 * MS);
    assert_eq!(bench.refused(), MS);
    bench.pass(MS);
    assert_eq!(bench.view().retry_in, Some(Duration::ZERO));
    bench.is(Breaker::Open);
    bench.enter();
    bench.is(Breaker::HalfOpen);
}

#[test]
fn a_half_open_circuit_lets_only_its_probes_through() {
    let mut bench = Bench::with(BreakerConfig { probes: 2, ..Default::default() });
    bench.calls(5, Verdict::Failed);
    bench.pass(SECOND);
    let first = bench.enter();
    let second = bench.enter();
    bench.refused();
    bench.leave(first, Verdict::Nothing);
    let third = bench.enter();
    bench.refused();
    bench.leave(second, Verdict::Answered);
    bench.is(Breaker::HalfOpen);
    bench.leave(third, Verdict::Answered);
    bench.is(Breaker::Closed);
    assert_eq!((bench.view().calls, bench.view().failures), (0, 0));
}

#[test]
fn a_probe_that_fails_opens_the_circuit_again_for_the_whole_time() {
    let mut bench = Bench::open();
    bench.pass(SECOND);
    let probe = bench.enter();
    bench.pass(300 * MS);
    bench.leave(probe, Verdict::Failed);
    assert_eq!(bench.refused(), SECOND);
}

#[test]
fn a_call_from_before_a_change_says_nothing_after_it() {
    let mut bench = Bench::new();
    let (late_success, late_failure) = (bench.enter(), bench.enter());
    bench.calls(5, Verdict::Failed);
    bench.pass(SECOND);
    let probe = bench.enter();
    assert_eq!(bench.leave(late_success, Verdict::Answered), None);
    assert_eq!(bench.leave(late_failure, Verdict::Failed), None);
    bench.is(Breaker::HalfOpen);
    // Nor do they free the place of a probe that is still under way.
    bench.refused();
    bench.leave(probe, Verdict::Answered);
    bench.calls(1, Verdict::Answered);
    bench.is(Breaker::Closed);
}

#[test]
fn probes_that_hang_do_not_keep_the_circuit_half_open() {
    let mut bench = Bench::open();
    bench.pass(SECOND);
    let hung = bench.enter();
    bench.pass(999 * MS);
    assert_eq!(bench.refused(), MS);
    bench.is(Breaker::HalfOpen);
    bench.pass(MS);
    assert_eq!(bench.refused(), SECOND);
    bench.is(Breaker::Open);
    bench.pass(SECOND);
    let probe = bench.enter();
    assert_eq!(bench.leave(hung, Verdict::Failed), None);
    bench.leave(probe, Verdict::Answered);
    bench.calls(1, Verdict::Answered);
    bench.is(Breaker::Closed);
}

#[test]
fn a_circuit_that_waits_long_for_its_next_probe_does_not_take_it_for_hung() {
    let mut bench = Bench::open();
    bench.pass(SECOND);
    bench.calls(1, Verdict::Answered);
    bench.pass(3600 * SECOND);
    let probe = bench.enter();
    assert_eq!(bench.refused(), SECOND);
    bench.leave(probe, Verdict::Answered);
    bench.is(Breaker::Closed);
}

#[test]
fn every_change_is_told() {
    use Breaker::{Closed, HalfOpen, Open};
    let mut bench = Bench::new();
    bench.calls(4, Verdict::Failed);
    let ticket = bench.enter();
    assert_eq!(bench.leave(ticket, Verdict::Failed), Some(Change { from: Closed, to: Open }));
    bench.pass(SECOND);
    let (probe, told) = bench.machine.admit(bench.now);
    assert_eq!(told, Some(Change { from: Open, to: HalfOpen }));
    assert_eq!(bench.leave(probe.unwrap(), Verdict::Answered), None);
    let probe = bench.enter();
    assert_eq!(bench.leave(probe, Verdict::Answered), Some(Change { from: HalfOpen, to: Closed }));
    assert_eq!(bench.view().generation, 3);
}

#[test]
fn resetting_closes_and_forgets_also_what_is_under_way() {
    let mut bench = Bench::open();
    assert!(bench.machine.reset().is_some());
    bench.is(Breaker::Closed);
    bench.calls(4, Verdict::Failed);
    let late = bench.enter();
    assert_eq!(bench.machine.reset(), None);
    assert_eq!(bench.leave(late, Verdict::Failed), None);
    assert_eq!((bench.view().calls, bench.view().state), (0, Breaker::Closed));
    assert_eq!(bench.view().last_failure, Some(bench.now));
}

#[derive(Debug, Clone)]
enum Step {
    Enter,
    /// The call of that index, if there are so many.
    Leave(usize, Verdict),
    /// A call whose end nobody hears of.
    Forget(usize),
    Pass(u64),
    Reset,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let verdict =
        prop_oneof![2 => Just(Verdict::Answered), 4 => Just(Verdict::Failed), 1 => Just(Verdict::Nothing)];
    let step = prop_oneof![
        10 => Just(Step::Enter),
        10 => (0_usize..8, verdict).prop_map(|(index, verdict)| Step::Leave(index, verdict)),
        1 => (0_usize..8).prop_map(Step::Forget),
        4 => (0_u64..1500).prop_map(Step::Pass),
        1 => Just(Step::Reset),
    ];
    prop::collection::vec(step, 0..300)
}

proptest! {
    /// Whatever happens in whatever order: a circuit that is open lets nobody through, one that is half open its probes
    /// at the most, calls of another generation change nothing, and once the store answers, the circuit closes by itself.
    #[test]
    fn a_circuit_keeps_its_promises(steps in steps(), probes in 1_u32..4, successes in 1_u32..4) {
        let config = BreakerConfig { probes, successes, ..Default::default() };
        let mut bench = Bench::with(config);
        let mut under_way: Vec<Ticket> = Vec::new();
        for step in steps {
            let before = bench.view();
            match step {
                Step::Enter => match bench.machine.admit(bench.now).0 {
                    Ok(ticket) => {
                        prop_assert!(before.retry_in.is_none_or(|retry_in| retry_in.is_zero()));
                        under_way.push(ticket);
                    }
                    Err(retry_in) => {
                        prop_assert!(before.state != Breaker::Closed);
                        prop_assert!(retry_in <= config.reset_timeout && !retry_in.is_zero());
                    }
                },
                Step::Leave(index, verdict) if index < under_way.len() => {
                    let ticket = under_way.swap_remove(index);
                    let current = ticket.generation == before.generation;
                    let change = bench.machine.settle(ticket, verdict, bench.now);
                    prop_assert!(current || (change.is_none() && bench.view() == before));
                }
                Step::Forget(index) if index < under_way.len() => drop(under_way.swap_remove(index)),
                Step::Leave(..) | Step::Forget(_) => {}
                Step::Pass(millis) => bench.pass(Duration::from_millis(millis)),
                Step::Reset => drop(bench.machine.reset()),
            }
            let view = bench.view();
            prop_assert!(view.generation >= before.generation && view.generation <= before.generation + 1);
            if view.state == Breaker::HalfOpen {
                let now = view.generation;
                let current = under_way.iter().filter(|ticket| ticket.generation == now).count();
                prop_assert!(current <= probes as usize);
            }
        }
        // Those under way never come back; the store answers from now on.
        for _ in 0..20 {
            bench.pass(config.reset_timeout);
            if let Ok(ticket) = bench.machine.admit(bench.now).0 {
                bench.machine.settle(ticket, Verdict::Answered, bench.now);
            }
        }
        bench.is(Breaker::Closed);
    }
}
