//! Secrets, tokens and session data never show in `Debug` output or in events.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use session::crypto::{Key, KeyRing};
use session::http::Exchange;
use session::record::Record;
use session::store::{Commit, Load, Locator, Store as _, Touched, Write};
use session::{Error, ErrorKind, Runtime, Secret, Session, SessionData, Sessions, Token};
use session_stores::Encrypted;
use session_tests::{GET, POST, Shop, World};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Metadata, Subscriber};

const DATA: &str = "4111-1111-1111-1111";

/// Gathers the text of all events.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &SpanRecord<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field} = {value:?}").unwrap();
    }
}

/// Every spelling in which bytes could show.
fn spellings(token: &str) -> Vec<String> {
    let bytes = decode(token);
    let secret = &bytes[16..];
    let hex: String = secret.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let list = format!("{secret:?}");
    vec![
        token.to_owned(),
        token[22..].to_owned(),
        hex,
        list.trim_matches(['[', ']']).to_owned(),
        DATA.to_owned(),
    ]
}

/// base64url, by hand: the test must not depend on what it tests.
fn decode(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = 0_u32;
    let mut count = 0;
    let mut out = Vec::new();
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == character).unwrap();
        bits = (bits << 6) | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    out
}

#[derive(SessionData, Clone)]
struct Card {
    #[session(secret)]
    number: Secret<String>,
}

#[tokio::test]
async fn debug_output_and_events_show_no_secret_token_or_data() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let world = World::new();
    let mut shown = String::new();
    let mut show = |value: &dyn Debug| writeln!(shown, "{value:?}\n{value:#?}").unwrap();

    let mut browser = world.browser();
    let answer = browser
        .visit(POST, async |session| {
            session.sign_in(1);
            session.set_name(Some(DATA.to_owned()));
            session.notice().set(DATA);
        })
        .await;
    assert!(answer.failure.is_none());
    let text = browser.cookie.clone().unwrap();
    let token = Token::parse(text.as_bytes()).unwrap();
    let session = world.sessions().open(&token).await.unwrap().unwrap();
    session.rotate_id();
    session.set_name(Some(format!("{DATA} again")));

    show(&token);
    show(&token.handle());
    show(&session);
    show(&*session);
    show(&session.notice());
    show(&world.runtime);
    show(&world.store);
    show(&Exchange::<Shop>::new(Arc::clone(&world.runtime)));
    show(&Sessions::<Shop>::of(Arc::clone(&world.runtime)));
    let at = Locator::Handle(token.handle());
    show(&at);
    show(&Locator::Sealed(text.clone().into_bytes()));
    let Load::Found(record) = world.store.load(&at).await.unwrap() else { panic!("the record is there") };
    show(&record);
    show(&Load::Found(record.clone()));
    let sealed = Some(text.clone().into_bytes());
    show(&Commit::Committed { record: record.clone(), sealed: sealed.clone() });
    show(&Commit::Conflict(record.clone()));
    show(&Touched::Until { idle_deadline: record.header.idle_deadline, sealed });
    show(&Write::over(token.handle(), &record, record.header.ring.newest()));
    show(&record.header.credential);
    let damaged = Record::decode(&record.encode()[..50].to_vec().into()).unwrap_err();
    show(&Error::corrupt(damaged));
    show(&Error::new(ErrorKind::Absent).in_context("loading"));
    show(&Shop::FIELDS);

    let exchange = Exchange::<Shop>::new(Arc::clone(&world.runtime));
    exchange.open(std::iter::empty()).await.unwrap().set_name(Some(DATA.to_owned()));
    let finish = exchange.finish(POST.facts, 200).await.unwrap();
    let issued =
        finish.set_cookie.as_deref().and_then(|line| line.split(['=', ';']).nth(1)).unwrap().to_owned();
    show(&finish);

    let mut thief = browser.clone();
    thief.cookie = Some(format!("{}AAAAAAAAAAAAAAAAAAAAA", &text[..22]));
    thief.visit(GET, async |_| {}).await;
    let late = browser.begin().await.unwrap();
    browser.visit(POST, async |session| session.destroy().await.unwrap()).await;
    late.session.set_views(1);
    let failed = late.end(POST).await;
    show(&failed.failure);

    let ring = KeyRing::new(&Key::generate().unwrap());
    let keyed = World::with(|config| config.keys(ring.clone()));
    let sealed = Encrypted::new(keyed.store.clone(), ring);
    let cards: Sessions<Card> = Sessions::of(Runtime::new(sealed.clone(), keyed.runtime.config().clone()));
    let card: Session<Card> = cards.create();
    card.set_number(Secret::new(DATA.to_owned()));
    cards.save(&card).await.unwrap();
    show(&sealed);
    show(&cards.get(card.id().unwrap()).await.unwrap());
    // With its keys gone it is told of.
    let other = Encrypted::new(keyed.store.clone(), KeyRing::new(&Key::generate().unwrap()));
    let cards: Sessions<Card> = Sessions::of(Runtime::new(other, keyed.runtime.config().clone()));
    show(&cards.get(card.id().unwrap()).await.unwrap_err());
    show(&card);
    show(&card.number());
    show(&card.snapshot().number);
    drop(guard);

    let logged = log.0.lock().unwrap().clone();
    for told in ["wrong or outdated secret", "could not be committed", "could not be opened by any key"] {
        assert!(logged.contains(told), "the events were not seen: {told}");
    }
    for spelling in spellings(&text).into_iter().chain(spellings(&issued)) {
        assert!(!shown.contains(&spelling), "Debug shows {spelling}");
        assert!(!logged.contains(&spelling), "an event shows {spelling}");
    }
}
