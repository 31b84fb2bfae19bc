use session::crypto::{Key, KeyRing};

use super::*;

session::conformance! {
    mod laws;
    subject = OnClock::new(|clock| CookieStore::builder().keys(ring()).clock(clock).build()
        .for_config(&SessionConfig::default()).unwrap());
    only = [sealed];
}

fn ring() -> KeyRing {
    KeyRing::new(&Key::generate().unwrap())
}
