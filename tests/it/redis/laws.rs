//! The public suite, on every deployment.

use session_tests::redis_subject::RedisSubject;

session::conformance! {
    mod single;
    subject = RedisSubject::single();
    also = [memory];
}

session::conformance! {
    mod secured;
    subject = RedisSubject::secured();
    also = [memory];
}

session::conformance! {
    mod cluster;
    subject = RedisSubject::cluster();
    also = [memory];
}

session::conformance! {
    mod watched;
    subject = RedisSubject::watched();
    also = [memory];
}
