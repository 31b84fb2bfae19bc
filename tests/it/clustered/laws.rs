//! The public suite, over a near cache that works.

use session_tests::clustered;

session::conformance! {
    mod single;
    subject = clustered::single();
    also = [scan, memory];
}

session::conformance! {
    mod cluster;
    subject = clustered::cluster();
    also = [scan, memory];
}
