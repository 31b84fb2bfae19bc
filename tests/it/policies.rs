//! The merge policies, as two requests of one session and two closures of one request meet them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::thread;

use session::codec::{DecodeError, Decoder, Encoder};
use session::value::Shape;
use session::{ErrorKind, Session, SessionData, SessionValue};
use session_tests::{Browser, POST, Pending, World};

#[derive(SessionValue, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u16, u16);

#[derive(SessionData, Clone, Debug)]
struct Desk {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(merge = first)]
    campaign: Option<String>,
    #[session(merge = max)]
    seen: Version,
    #[session(merge = min, default = f64::INFINITY)]
    best: f64,
    #[session(merge = add)]
    views: u8,
    #[session(merge = add)]
    balance: i8,
    #[session(merge = union)]
    tags: BTreeSet<String>,
    #[session(merge = append)]
    log: Vec<String>,
    #[session(merge = conflict)]
    draft: String,
    #[session(merge = Self::last_three)]
    pages: Vec<u32>,
    #[session(merge = append)]
    notes: Vec<Meddler>,
}

thread_local! {
    static MEDDLE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// A value whose encoding does something else, once.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Meddler(u8);

impl SessionValue for Meddler {
    const SHAPE: &'static Shape = <u8 as SessionValue>::SHAPE;
    const MIN: usize = 1;
    const MAX: Option<usize> = Some(1);

    fn encode(&self, encoder: &mut Encoder) {
        if let Some(meddle) = MEDDLE.take() {
            meddle();
        }
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        u8::decode(decoder).map(Self)
    }
}

impl Desk {
    fn last_three(base: &[u32], mine: &[u32], theirs: &[u32]) -> Vec<u32> {
        let new = mine.iter().filter(|page| !base.contains(page));
        let all: Vec<u32> = theirs.iter().chain(new).copied().collect();
        all[all.len().saturating_sub(3)..].to_vec()
    }
}

type Desks = Browser<Desk>;

/// A session that holds what `before` sets, and two requests that loaded it.
async fn two(before: impl FnOnce(&Session<Desk>)) -> (Desks, Pending<Desk>, Pending<Desk>) {
    let mut browser = World::new().browser_of::<Desk>();
    browser.visit(POST, async |session| before(session)).await;
    let (one, other) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    (browser, one, other)
}

/// Ends both, and gives what is stored then.
async fn both(browser: &Desks, one: Pending<Desk>, other: Pending<Desk>) -> Session<Desk> {
    for request in [one, other] {
        let failure = request.end(POST).await.failure;
        assert!(failure.is_none(), "{failure:?}");
    }
    browser.begin().await.unwrap().session
}

fn tags(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|tag| (*tag).to_owned()).collect()
}

#[tokio::test]
async fn every_policy_combines_what_two_requests_changed() {
    let (browser, one, other) = two(|session| {
        session.update(|data| {
            data.seen = Version(1, 9);
            data.views = 10;
            data.tags = tags(&["old", "kept"]);
            data.log = vec!["begin".to_owned()];
            data.pages = vec![1, 2, 3];
        });
    })
    .await;
    one.session.update(|data| {
        data.campaign = Some("one".to_owned());
        data.seen = Version(2, 0);
        data.best = 1.5;
        data.views += 1;
        data.balance += 5;
        data.tags = tags(&["kept", "one"]);
        data.log.push("one".to_owned());
        data.draft = "agreed".to_owned();
        data.pages = vec![2, 3, 4];
    });
    other.session.update(|data| {
        data.campaign = Some("other".to_owned());
        data.seen = Version(1, 10);
        data.best = 2.5;
        data.views += 2;
        data.balance -= 7;
        data.tags = tags(&["old", "kept", "other"]);
        data.log.push("other".to_owned());
        data.draft = "agreed".to_owned();
        data.pages = vec![2, 3, 5];
    });
    let session = both(&browser, one, other).await;
    assert_eq!(session.campaign().as_deref(), Some("one"));
    assert_eq!(session.seen(), Version(2, 0));
    assert_eq!(session.best().to_bits(), 1.5_f64.to_bits());
    assert_eq!((session.views(), session.balance()), (13, -2));
    assert_eq!(session.tags(), tags(&["kept", "one", "other"]));
    assert_eq!(*session.log(), ["begin", "one", "other"]);
    assert_eq!(session.draft(), "agreed");
    assert_eq!(*session.pages(), [3, 4, 5]);
}

#[tokio::test]
async fn a_policy_is_not_asked_where_one_request_changed_the_field() {
    let (browser, one, other) = two(|session| {
        session.set_draft("old".to_owned());
        session.set_log(vec!["old".to_owned()]);
        session.set_campaign(Some("old".to_owned()));
        session.set_seen(Version(9, 9));
    })
    .await;
    one.session.set_views(1);
    other.session.set_draft("new".to_owned());
    other.session.set_log(Vec::new());
    other.session.set_campaign(None);
    other.session.set_seen(Version(1, 0));
    let session = both(&browser, one, other).await;
    assert_eq!(session.draft(), "new");
    assert!(session.log().is_empty());
    assert_eq!(*session.campaign(), None);
    assert_eq!(session.seen(), Version(1, 0));
}

#[tokio::test]
async fn a_reset_of_a_counter_keeps_what_was_counted_meanwhile() {
    let (browser, one, other) = two(|session| session.set_views(10)).await;
    one.session.update_views(|views| *views += 1);
    other.session.set_views(0);
    assert_eq!(both(&browser, one, other).await.views(), 1);

    let (browser, one, other) = two(|session| session.set_views(250)).await;
    one.session.set_views(255);
    other.session.set_views(255);
    assert_eq!(both(&browser, one, other).await.views(), 255, "held at the bound, never wrapped");

    let set = |session: &Session<Desk>| {
        session.set_views(10);
        session.set_balance(10);
    };
    let (browser, one, other) = two(set).await;
    for request in [&one, &other] {
        request.session.set_views(0);
        request.session.set_balance(0);
    }
    let session = both(&browser, one, other).await;
    assert_eq!((session.views(), session.balance()), (0, -10), "two resets take it away twice");
}

#[tokio::test]
async fn a_refused_merge_fails_the_commit_and_writes_nothing() {
    let fields = [("draft", "one", "other"), ("log", "", "")];
    for (field, mine, theirs) in fields {
        let (browser, one, other) = two(|session| session.set_log(vec!["begin".to_owned()])).await;
        for (request, text) in [(&one, mine), (&other, theirs)] {
            match field {
                "draft" => request.session.set_draft(text.to_owned()),
                _ => request.session.update_log(|log| log[0] = format!("rewritten {request:p}")),
            }
            request.session.update_views(|views| *views += 1);
        }
        assert!(one.end(POST).await.failure.is_none());
        let failure = other.end(POST).await.failure.unwrap();
        assert!(
            matches!(failure.kind(), ErrorKind::Conflict { field: found } if *found == field),
            "{failure:?}"
        );
        assert_eq!(
            browser.begin().await.unwrap().session.views(),
            1,
            "a commit is written whole or not at all"
        );
    }
}

#[test]
fn closures_that_cannot_be_combined_fail_the_commit_until_the_field_is_set() {
    let session = World::new().sessions_of::<Desk>().create();
    let clash = || {
        session.update(|data| {
            data.draft = "outer".to_owned();
            session.set_draft("inner".to_owned());
        });
        session.update_draft(|draft| {
            draft.push('!');
            thread::scope(|scope| {
                scope.spawn(|| session.set_draft("another".to_owned()));
            });
        });
    };
    clash();
    let failure = session::testing::block_on(session.commit()).unwrap_err();
    assert_eq!(failure.kind(), &ErrorKind::Conflict { field: "draft" });
    session.set_draft("settled".to_owned());
    session::testing::block_on(session.commit()).unwrap();
    assert_eq!(session.draft(), "settled");
    session.set_draft("settled".to_owned());
    session.update(|data| {
        data.draft = "agreed".to_owned();
        session.set_draft("agreed".to_owned());
    });
    session::testing::block_on(session.commit()).unwrap();
}

/// A merge is overtaken by another change, and done again.
#[test]
fn a_closure_that_is_overtaken_twice_counts_once() {
    let session = World::new().sessions_of::<Desk>().create();
    let overtake = |note| {
        session.update_notes(|notes| notes.push(Meddler(note)));
        let again = session.clone();
        MEDDLE.set(Some(Box::new(move || again.set_balance(note.cast_signed()))));
    };
    session.update(|data| {
        data.notes.push(Meddler(1));
        data.views += 1;
        session.update_views(|views| *views += 1);
        overtake(2);
    });
    assert_eq!(*session.notes(), [Meddler(2), Meddler(1)]);
    assert_eq!((session.views(), session.balance()), (2, 2));

    session.update_notes(|notes| {
        notes.push(Meddler(3));
        overtake(4);
    });
    assert_eq!(*session.notes(), [2, 1, 4, 3].map(Meddler));
    assert_eq!(session.balance(), 4);
}

#[tokio::test]
async fn a_login_that_lost_its_session_takes_along_what_it_set_and_nothing_else() {
    let (mut browser, login, _) = two(|session| {
        session.update(|data| {
            data.draft = "theirs".to_owned();
            data.best = 1.0;
            data.views = 10;
            data.log = vec!["theirs".to_owned()];
            data.tags = tags(&["theirs"]);
        });
    })
    .await;
    let destroying = browser.begin().await.unwrap();
    destroying.session.destroy().await.unwrap();
    assert!(destroying.end(POST).await.failure.is_none());

    login.session.update(|data| {
        data.user_id = Some(1);
        data.campaign = Some("mine".to_owned());
        data.draft = "mine".to_owned();
        data.best = 3.0;
        data.views += 1;
        data.log.push("mine".to_owned());
        data.tags.insert("mine".to_owned());
    });
    let answer = login.end(POST).await;
    assert!(answer.failure.is_none(), "{:?}", answer.failure);
    browser.receive(&answer);
    let session = browser.begin().await.unwrap().session;
    assert_eq!(session.user_id(), Some(1));
    assert_eq!(session.campaign().as_deref(), Some("mine"));
    assert_eq!(session.draft(), "mine");
    assert_eq!(session.best().to_bits(), 3.0_f64.to_bits());
    assert_eq!(session.views(), 1);
    assert_eq!(*session.log(), ["mine"]);
    assert_eq!(session.tags(), tags(&["mine"]));
}

/// A page is rendered, and asks for a token, while the session is committed elsewhere.
#[test]
fn a_commit_misses_nothing_because_somebody_looks_at_the_changes() {
    let key = session::crypto::Key::generate().unwrap();
    let world = World::with(|config| config.keys(session::crypto::KeyRing::new(&key)));
    let session = world.sessions_of::<Desk>().create();
    session.set_views(1);
    session::testing::block_on(session.commit()).unwrap();
    session.update(|data| {
        data.views = 2;
        data.notes.push(Meddler(1));
    });
    let other = session.clone();
    MEDDLE.set(Some(Box::new(move || session::testing::block_on(other.commit()).unwrap())));
    session.csrf_token().unwrap();
    assert!(MEDDLE.take().is_none(), "it was looked at");
    let stored = session::testing::block_on(world.sessions_of::<Desk>().load(session.id().unwrap()));
    assert_eq!(stored.unwrap().unwrap().views(), 2);
}
