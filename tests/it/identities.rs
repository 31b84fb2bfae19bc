//! Identities of an app's own type: what is nobody is said by the type.

use session::{Identity, SessionData, SessionValue, Sessions};
use session_tests::World;

/// Whose default is a trap.
#[derive(SessionValue, Clone, Debug, PartialEq)]
enum Visitor {
    Guest,
    Member(i64),
    Service(String),
}

impl Default for Visitor {
    fn default() -> Self {
        Self::Member(0)
    }
}

impl Identity for Visitor {
    type Principal = Self;

    fn of(principal: Self) -> Self {
        principal
    }

    fn nobody() -> Self {
        Self::Guest
    }

    fn is_present(&self) -> bool {
        *self != Self::Guest
    }
}

#[derive(SessionData, Clone, Debug)]
struct Data {
    #[session(identity)]
    visitor: Visitor,
    notes: Vec<String>,
}

#[tokio::test]
async fn a_type_of_the_apps_own_says_who_is_nobody() {
    let world = World::new();
    let sessions = Sessions::<Data>::of(world.runtime.clone());
    let session = sessions.create();
    assert!(!session.is_authenticated());
    session.update_notes(|notes| notes.push("as a guest".to_owned()));
    sessions.save(&session).await.unwrap();
    let as_guest = sessions.token(&session).unwrap();

    session.sign_in(Visitor::Member(7));
    sessions.save(&session).await.unwrap();
    let as_member = sessions.token(&session).unwrap();
    assert!(session.is_authenticated());
    assert!(sessions.open(&as_guest).await.unwrap().is_none(), "the id from before the login is dead");

    let session = sessions.open(&as_member).await.unwrap().unwrap();
    assert_eq!(*session.visitor(), Visitor::Member(7));
    assert_eq!(session.notes().len(), 1);
    // Somebody of another kind is somebody else.
    session.sign_in(Visitor::Service("billing".to_owned()));
    sessions.save(&session).await.unwrap();
    assert!(session.is_authenticated() && session.notes().is_empty());

    session.set_visitor(Visitor::Guest);
    sessions.save(&session).await.unwrap();
    assert!(!session.is_authenticated());
    assert!(sessions.open(&as_member).await.unwrap().is_none());
}
