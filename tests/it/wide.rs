//! Many requests at once on one record with many fields: the figures that every library is asked about.

use std::sync::Arc;

use session::{Session, SessionData, Sessions, Token};
use session_tests::World;

macro_rules! wide {
    ($($field:ident)*) => {
        #[derive(SessionData, Clone)]
        struct Wide {
            #[session(merge = add)]
            count: u64,
            $($field: Option<u32>,)*
        }

        const SETTERS: &[fn(&Session<Wide>, u32)] = &[$(|session, value| {
            session.update(|data| data.$field = Some(value));
        }),*];

        fn all(session: &Session<Wide>) -> Vec<Option<u32>> {
            session.read(|data| vec![$(data.$field),*])
        }
    };
}

wide! {
    a0 a1 a2 a3 a4 a5 a6 a7 b0 b1 b2 b3 b4 b5 b6 b7 c0 c1 c2 c3 c4 c5 c6 c7 d0 d1 d2 d3 d4 d5 d6 d7
    e0 e1 e2 e3 e4 e5 e6 e7 f0 f1 f2 f3 f4 f5 f6 f7 g0 g1 g2 g3 g4 g5 g6 g7 h0 h1 h2 h3 h4 h5 h6 h7
}

async fn begin(world: &World) -> (Sessions<Wide>, Token) {
    let sessions = Sessions::<Wide>::of(Arc::clone(&world.runtime));
    let session = sessions.create();
    session.set_count(0);
    session.set_a0(Some(0));
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();
    (sessions, token)
}

async fn at_once(world: &World, waits: bool, change: fn(&Session<Wide>, usize)) -> Session<Wide> {
    let (sessions, token) = begin(world).await;
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let (sessions, token) = (sessions.clone(), token.clone());
            tokio::spawn(async move {
                let session = sessions.open(&token).await.unwrap().unwrap();
                if waits {
                    tokio::task::yield_now().await;
                }
                change(&session, number);
                sessions.save(&session).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    sessions.open(&token).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_increments_at_once_make_sixty_four() {
    for waits in [true, false] {
        let session =
            at_once(&World::new(), waits, |session, _| session.update_count(|count| *count += 1)).await;
        assert_eq!(session.count(), 64, "waits: {waits}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_different_fields_at_once_all_survive() {
    assert_eq!(SETTERS.len(), 64);
    for waits in [true, false] {
        let change = |session: &Session<Wide>, number: usize| {
            SETTERS[number](session, u32::try_from(number).unwrap() + 1);
        };
        let session = at_once(&World::new(), waits, change).await;
        let expected: Vec<_> = (1..=64).map(Some).collect();
        assert_eq!(all(&session), expected, "waits: {waits}");
    }
}
