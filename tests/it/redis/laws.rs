//! The public suite, on every deployment.

use session_tests::redis_subject::RedisSubject;

session::conformance! {
    mod single;
    subject = RedisSubject::single();
    also = [scan, memory, index, clean_up];
}

session::conformance! {
    mod secured;
    subject = RedisSubject::secured();
    also = [scan, memory, index, clean_up];
}

session::conformance! {
    mod cluster;
    subject = RedisSubject::cluster();
    also = [scan, memory, index, clean_up];
}

session::conformance! {
    mod watched;
    subject = RedisSubject::watched();
    also = [scan, memory, index, clean_up];
}

session::conformance! {
    mod behind_a_cable;
    subject = RedisSubject::behind_a_cable();
    only = [outage];
}

session::conformance! {
    mod over_a_connection;
    subject = RedisSubject::over_a_connection();
    also = [memory, index];
}
