//! What stands on the server's disk, for whoever gets hold of it.

use std::path::Path;
use std::sync::LazyLock;

use session::crypto::{Key, KeyRing};
use session::store::Store;
use session::{Secret, SessionConfig, SessionData, Sessions};
use session_stores::{Compressed, Encrypted, RedisStore};
use session_tests::servers::Server;

use super::store;

/// Session data with everything in it that nobody else should read.
#[derive(SessionData, Clone, Debug)]
#[session(version = 1)]
struct Patient {
    #[session(identity)]
    user_id: Option<i64>,
    name: String,
    notes: Vec<String>,
    #[session(secret)]
    key: Secret<String>,
    #[session(flash)]
    notice: Option<String>,
}

const NAME: &str = "Ada Lovelace-Byron of Ockham";
const KEY: &str = "sk_live_4f9c1e77ab30d2";
const NOTICE: &str = "Your results have arrived";

fn keys() -> KeyRing {
    static KEY: LazyLock<Key> = LazyLock::new(|| Key::generate().expect("the system has random bytes"));
    KeyRing::new(&KEY)
}

/// That store, of which nobody reads anything.
pub(super) fn sealed(store: &RedisStore) -> Compressed<Encrypted<RedisStore>> {
    Compressed::new(Encrypted::new(store.clone(), keys()).strict())
}

/// Everything that a server has on its disk, once it was told to write it down.
fn written(server: &Server) -> Vec<u8> {
    server.ask::<()>(&["SAVE"]);
    let mut all = Vec::new();
    gather(server.folder(), &mut all);
    // The dump compresses long values by itself; what single keys hold is compared as it is, too.
    let keys: Vec<String> = server.ask(&["KEYS", "*"]);
    assert!(!keys.is_empty(), "a dump of nothing has no secrets");
    for key in keys {
        all.extend(key.as_bytes());
        all.extend(server.ask::<Vec<u8>>(&["GET", &key]));
        all.extend(server.ask::<Vec<u8>>(&["DUMP", &key]));
    }
    all
}

fn gather(folder: &Path, all: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).expect("the server's folder").flatten() {
        match entry.path() {
            path if path.is_dir() => gather(&path, all),
            path => all.extend(std::fs::read(path).expect("the server's file")),
        }
    }
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

/// A session that was created, changed, rotated, and has a message waiting: which of its parts are found on the disk.
async fn found_of<S: Store + Clone>(server: &Server, store: S) -> Vec<&'static str> {
    let config = SessionConfig::builder().keys(keys()).build().unwrap();
    let sessions: Sessions<Patient, S> = Sessions::with_config(store, config);
    let session = sessions.create();
    session.set_name(NAME.to_owned());
    session.set_notes(vec!["blood group AB negative".to_owned(); 40]);
    sessions.save(&session).await.unwrap();
    let first = sessions.token(&session).unwrap();
    session.sign_in(4_815_162_342);
    session.set_key(Secret::new(KEY.to_owned()));
    session.notice().set(NOTICE);
    sessions.save(&session).await.unwrap();
    let second = sessions.token(&session).unwrap();

    let all = written(server);
    let mut looked_for: Vec<(&'static str, Vec<u8>)> = vec![
        ("the name", NAME.into()),
        ("the notes", b"blood group".to_vec()),
        ("the key", KEY.into()),
        ("the notice", NOTICE.into()),
        ("the name of a field", b"notes".to_vec()),
    ];
    for token in [first, second] {
        let text = token.expose();
        // The second half of a token is its secret, in text and in bytes.
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &text)
            .expect("base64url");
        looked_for.push(("a token", text.into_bytes()));
        looked_for.push(("a secret", bytes[16..].to_vec()));
    }
    looked_for.into_iter().filter(|(_, part)| contains(&all, part)).map(|(what, _)| what).collect()
}

#[tokio::test]
async fn a_dump_of_sealed_sessions_shows_neither_what_is_in_them_nor_what_opens_them() {
    let server = Server::start(&[["rdbcompression", "no"]]);
    let sealed = sealed(&store(RedisStore::builder(&server.address())));
    assert_eq!(found_of(&server, sealed).await, [""; 0]);
}

/// The same search finds what is there to be found; and what opens a session never is.
#[tokio::test]
async fn a_dump_of_plain_sessions_shows_what_is_in_them_and_not_what_opens_them() {
    let server = Server::start(&[["rdbcompression", "no"]]);
    let plain = store(RedisStore::builder(&server.address()));
    let found = found_of(&server, plain).await;
    for what in ["the name", "the notes", "the notice"] {
        assert!(found.contains(&what), "{what}: {found:?}");
    }
    // A field that is marked so is sealed in any case.
    for what in ["a token", "a secret", "the key"] {
        assert!(!found.contains(&what), "{what}");
    }
}
