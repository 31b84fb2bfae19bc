//! The public suite, on every deployment.

use std::time::Duration;

use session_stores::RedisStore;
use session_stores::wrap::{ResilienceConfig, Resilient, TimeLimits, resilient_sharded};
use session_tests::redis_subject::RedisSubject;

/// Every wrapper, each with patience for a machine that has other things to do.
fn resilient(store: &RedisStore) -> Resilient<RedisStore> {
    let long = Duration::from_secs(40);
    let limits = TimeLimits {
        load: long,
        commit: long,
        touch: long,
        delete: long,
        health: long,
        scan: long,
        sweep: long,
    };
    let mut config = ResilienceConfig { limits, ..ResilienceConfig::default() };
    config.retry.deadline = 2 * long;
    config.bulkhead.max_wait = long;
    resilient_sharded(store.clone(), config).expect("settings that make sense")
}

session::conformance! {
    mod single;
    subject = RedisSubject::single();
    also = [scan, memory, index, clean_up, revoke];
}

session::conformance! {
    mod secured;
    subject = RedisSubject::secured();
    also = [scan, memory, index, clean_up, revoke];
}

session::conformance! {
    mod cluster;
    subject = RedisSubject::cluster();
    also = [scan, memory, index, clean_up, revoke];
}

session::conformance! {
    mod watched;
    subject = RedisSubject::watched();
    also = [scan, memory, index, clean_up, revoke];
}

session::conformance! {
    mod behind_a_cable;
    subject = RedisSubject::behind_a_cable();
    only = [outage];
}

session::conformance! {
    mod over_a_connection;
    subject = RedisSubject::over_a_connection();
    also = [memory, index, revoke];
}

session::conformance! {
    mod single_behind_every_wrapper;
    subject = RedisSubject::single().wrapped(resilient);
    also = [scan, memory];
}

session::conformance! {
    mod cluster_behind_every_wrapper;
    subject = RedisSubject::cluster().wrapped(resilient);
    also = [scan, memory];
}

session::conformance! {
    mod sealed_and_compressed;
    subject = RedisSubject::single().wrapped(crate::redis::dump::sealed);
    also = [memory];
}
