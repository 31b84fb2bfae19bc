//! Nothing that was ended comes back.

use std::time::Duration;

use shuttle::future::block_on;

use super::{Place, explore, spawn};
use session::config::SessionLimit;

#[test]
fn no_commit_outlives_a_logout() {
    explore(|| {
        let place = Place::new();
        let session = place.session();
        let handle = session.id().expect("it is stored");
        let (writing, leaving) = (place.again(&session), place.again(&session));
        let writer = spawn(&place, move |place| {
            writing.set_theme("light".to_owned());
            // Either is right: it came in time, or the session is gone.
            block_on(place.sessions.save(&writing)).is_ok()
        });
        let logout = spawn(&place, move |_| block_on(leaving.destroy()).expect("memory answers"));
        writer.join().expect("it writes");
        logout.join().expect("it ends");
        assert!(!place.is_live(handle));
    });
}

#[test]
fn a_logout_wins_over_a_rotation() {
    explore(|| {
        let place = Place::new();
        let session = place.session();
        let handle = session.id().expect("it is stored");
        let (rotating, leaving) = (place.again(&session), place.again(&session));
        let rotation = spawn(&place, move |place| {
            rotating.rotate_id();
            block_on(place.sessions.save(&rotating)).is_ok()
        });
        let logout = spawn(&place, move |_| block_on(leaving.destroy()).expect("memory answers"));
        rotation.join().expect("it rotates");
        logout.join().expect("it ends");
        assert!(!place.is_live(handle));
    });
}

#[test]
fn no_login_that_began_before_outlives_a_logout_everywhere() {
    explore(|| {
        let place = Place::new();
        let session = place.sessions.create();
        place.clock.advance(Duration::from_secs(1));
        let login = spawn(&place, move |place| {
            session.sign_in(7);
            // Either is right: it was made and ended, or it was refused.
            let _made = block_on(place.sessions.save(&session));
        });
        let everywhere = spawn(&place, |place| {
            let revoked = block_on(place.sessions.by_user_id(&7).revoke_all()).expect("memory answers");
            assert!(revoked.is_complete());
        });
        login.join().expect("it signs in");
        everywhere.join().expect("it ends");
        assert_eq!(block_on(place.sessions.count()).expect("memory answers"), 0);
    });
}

#[test]
fn logins_at_once_keep_to_the_limit() {
    explore(|| {
        let place =
            Place::with(|config| config.limit(SessionLimit { most: Some(2), ..SessionLimit::default() }));
        let logins = [(); 3].map(|()| {
            spawn(&place, |place| {
                let session = place.sessions.create();
                session.sign_in(7);
                block_on(place.sessions.save(&session)).is_ok()
            })
        });
        let made = logins.map(|login| login.join().expect("it signs in"));
        let live = block_on(place.sessions.count()).expect("memory answers");
        assert!(live <= 2, "{live} of {made:?}");
    });
}
