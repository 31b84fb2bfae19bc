use super::*;

fn problems<V>(made: Result<V, Error>) -> Vec<String> {
    match made.err().expect("it is refused").kind() {
        ErrorKind::Config(problems) => problems.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_defaults_are_fine_and_answer_within_a_second() {
    let config = ResilienceConfig::default();
    assert!(config.longest_answer() < SECOND);
    assert!(resilient(Net::new(), config.clone()).is_ok());
    assert!(resilient_sharded(Net::new(), config).is_ok());
}

#[test]
fn settings_that_make_no_sense_are_refused_all_at_once() {
    let zero = Duration::ZERO;
    let config = ResilienceConfig {
        limits: TimeLimits {
            load: zero,
            commit: zero,
            touch: zero,
            delete: zero,
            health: zero,
            scan: zero,
            sweep: zero,
        },
        breaker: BreakerConfig {
            window: MS,
            reset_timeout: zero,
            failure_percent: 101,
            failures: 0,
            probes: 0,
            successes: 0,
            minimum_calls: 0,
        },
        retry: RetryPolicy {
            attempts: 0,
            base: SECOND,
            cap: MS,
            multiplier: f64::NAN,
            deadline: MS,
            ..RetryPolicy::default()
        },
        bulkhead: BulkheadConfig { max_in_flight: 0, max_waiting: usize::MAX, max_wait: zero },
        ..ResilienceConfig::default()
    };
    let seen = problems(resilient(Net::new(), config));
    assert_eq!(seen.len(), 7 + 6 + 3 + 2, "{seen:#?}");
    assert!(seen.iter().all(|problem| problem.contains(": ")), "each says the cure: {seen:#?}");
}

#[test]
fn each_wrapper_refuses_its_own() {
    let limits = TimeLimits { touch: Duration::ZERO, ..TimeLimits::default() };
    assert_eq!(problems(Timeout::new(Net::new(), limits)).len(), 1);
    let breaker = BreakerConfig { probes: 0, ..BreakerConfig::default() };
    assert_eq!(problems(CircuitBreaker::new(Net::new(), breaker)).len(), 1);
    let retry = RetryPolicy { deadline: Duration::ZERO, ..RetryPolicy::default() };
    assert_eq!(problems(Retry::new(Net::new(), retry, RetryBudget::default())).len(), 1);
    let bulkhead = BulkheadConfig { max_in_flight: usize::MAX, ..BulkheadConfig::default() };
    assert_eq!(problems(Bulkhead::new(Net::new(), bulkhead)).len(), 1);
}

#[test]
fn a_deadline_that_would_hide_a_hanging_store_from_the_breaker_is_refused() {
    let mut config = ResilienceConfig::default();
    config.retry.deadline = 300 * MS;
    let seen = problems(resilient(Net::new(), config.clone()));
    assert_eq!(seen.len(), 3, "commit, delete and scan: {seen:#?}");
    config.limits = TimeLimits { commit: 299 * MS, delete: 299 * MS, scan: 299 * MS, ..config.limits };
    assert!(resilient(Net::new(), config).is_ok());
}
