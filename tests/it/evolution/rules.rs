//! One promise at a time, each with the smallest structs that show it.

use session::store::{Load, Locator, Store};
use session::value::{from_bytes, to_bytes};
use session::{ErrorKind, SessionData, SessionValue, Sessions, Token, Unknown};
use session_tests::World;

pub(super) fn at<T: SessionData>(world: &World) -> Sessions<T> {
    Sessions::of(world.runtime.clone())
}

/// Defines session structs, each in a module that is named like a program.
macro_rules! programs {
    ($($name:ident $(#$options:tt)* { $($fields:tt)* })*) => {$(
        #[derive(SessionData, Clone, Debug)]
        $(#$options)*
        struct $name { $($fields)* }
    )*};
}

programs! {
    Numbers { value: u32, other: u32 }
    Texts { value: String, other: u32 }
    Others { other: u32 }
    Converting { #[session(was = String, with = parse)] value: u32, other: u32 }
    Retiring #[session(version = 2, retired("value"))] { other: u32 }
    Ending #[session(version = 2, min_reader = 2, retired("value"))] { other: u32 }
    Adding { #[session(merge = add)] count: u8 }
    Wider { #[session(merge = add, was = u8)] total: u64, #[session(merge = add, was = u8)] count: u64 }
    First { a: String }
    Second { #[session(alias = "a")] b: String }
    Third { #[session(alias = "b", alias = "a")] c: String }
    Twofold { #[session(identity, was = Option<i64>)] user_id: Option<u64>, other: u32 }
    Single { #[session(identity)] user_id: Option<u64>, value: u32 }
    Score { score: u8 }
    Points #[session(version = 2, previous = Score, write_as = 1)] { points: u32 }
}

#[expect(clippy::needless_pass_by_value, reason = "a conversion takes the value")]
fn parse(text: String) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

impl From<Score> for Points {
    fn from(old: Score) -> Self {
        Self { points: old.score.into() }
    }
}

impl From<Points> for Score {
    fn from(new: Points) -> Self {
        Self { score: new.points.try_into().unwrap_or(u8::MAX) }
    }
}

/// A session of `T` with `change` made, stored.
pub(super) async fn stored<T: SessionData>(world: &World, change: impl FnOnce(&mut T)) -> Token {
    let session = at::<T>(world).create();
    let current: &session::Current<T> = &session;
    current.update(change);
    at::<T>(world).save(&session).await.unwrap();
    at::<T>(world).token(&session).unwrap()
}

/// The same session, opened by another program, changed and stored again.
pub(super) async fn change<T: SessionData>(world: &World, token: &Token, change: impl FnOnce(&mut T)) {
    let session = at::<T>(world).open(token).await.unwrap().unwrap();
    let current: &session::Current<T> = &session;
    current.update(change);
    at::<T>(world).save(&session).await.unwrap();
}

pub(super) async fn read<T: SessionData>(world: &World, token: &Token) -> T {
    let session = at::<T>(world).open(token).await.unwrap().unwrap();
    let current: &session::Current<T> = &session;
    current.read(T::clone)
}

async fn fields(world: &World, token: &Token) -> Vec<u8> {
    let Load::Found(record) = world.store.load(&Locator::Handle(token.handle())).await.unwrap() else {
        panic!("the record is there")
    };
    record.fields.to_vec()
}

#[tokio::test]
async fn bytes_are_never_decoded_as_a_shape_that_they_were_not_written_as() {
    let world = World::new();
    // Both a length and a digit, and a number: each is valid as the other.
    let token = stored::<Texts>(&world, |data| data.value = "7".to_owned()).await;
    assert_eq!(read::<Numbers>(&world, &token).await.value, 0);
    change::<Numbers>(&world, &token, |data| data.other = 1).await;
    assert_eq!(read::<Texts>(&world, &token).await.value, "7");
}

#[tokio::test]
async fn a_field_that_a_program_does_not_know_is_carried_byte_for_byte() {
    let world = World::new();
    let token = stored::<Texts>(&world, |data| data.value = "carried".to_owned()).await;
    let before = fields(&world, &token).await;
    change::<Others>(&world, &token, |data| data.other = 5).await;
    assert!(fields(&world, &token).await.starts_with(&before));
    assert_eq!(read::<Texts>(&world, &token).await.value, "carried");
}

#[tokio::test]
async fn a_field_that_was_not_changed_is_not_written() {
    let world = World::new();
    let token = stored::<Others>(&world, |data| data.other = 1).await;
    let before = fields(&world, &token).await.len();
    change::<Texts>(&world, &token, |data| data.other = 2).await;
    assert_eq!(fields(&world, &token).await.len(), before, "what is at its default stays absent");
    // Were the default written, it would look as if an older program had changed its former form.
    change::<Second>(&world, &token, |data| data.b = "kept".to_owned()).await;
    let forms = fields(&world, &token).await.len();
    change::<First>(&world, &token, |_| ()).await;
    change::<Others>(&world, &token, |data| data.other = 3).await;
    assert_eq!(fields(&world, &token).await.len(), forms);
}

#[tokio::test]
async fn a_failing_conversion_keeps_the_session_and_the_bytes() {
    let world = World::new();
    let token = stored::<Texts>(&world, |data| data.value = "not a number".to_owned()).await;
    assert_eq!(read::<Converting>(&world, &token).await.value, 0);
    change::<Converting>(&world, &token, |data| data.other = 5).await;
    assert_eq!(read::<Texts>(&world, &token).await.value, "not a number");
    change::<Converting>(&world, &token, |data| data.value = 9).await;
    assert_eq!(read::<Converting>(&world, &token).await.value, 9);
    assert_eq!(read::<Texts>(&world, &token).await.value, "", "a form without a way back is taken out");
    change::<Texts>(&world, &token, |data| data.value = "11".to_owned()).await;
    assert_eq!(read::<Converting>(&world, &token).await.value, 11, "the older program wrote last");
}

#[tokio::test]
async fn a_retired_field_is_carried_until_nobody_may_read_it() {
    let world = World::new();
    let token = stored::<Texts>(&world, |data| data.value = "carried".to_owned()).await;
    change::<Retiring>(&world, &token, |data| data.other = 1).await;
    assert_eq!(read::<Texts>(&world, &token).await.value, "carried");
    change::<Ending>(&world, &token, |data| data.other = 2).await;
    let bytes = fields(&world, &token).await;
    assert!(!bytes.windows(7).any(|window| window == b"carried"));
    let error = at::<Texts>(&world).open(&token).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooNew { version: 2 });
}

#[tokio::test]
async fn counts_add_up_across_types() {
    let world = World::new();
    let token = stored::<Adding>(&world, |data| data.count = 10).await;
    let sessions = at::<Wider>(&world);
    let wide = sessions.open(&token).await.unwrap().unwrap();
    wide.update_count(|count| *count += 200);
    change::<Adding>(&world, &token, |data| data.count += 3).await;
    sessions.save(&wide).await.unwrap();
    assert_eq!(read::<Wider>(&world, &token).await.count, 213);
    assert_eq!(read::<Adding>(&world, &token).await.count, 213);
    change::<Wider>(&world, &token, |data| data.count += 100).await;
    assert_eq!(read::<Adding>(&world, &token).await.count, 0, "there is no such number there");
    assert_eq!(read::<Wider>(&world, &token).await.count, 313);
}

#[tokio::test]
async fn of_three_forms_the_one_that_was_written_last_is_read() {
    let world = World::new();
    let token = stored::<Third>(&world, |data| data.c = "one".to_owned()).await;
    change::<Second>(&world, &token, |data| data.b = "two".to_owned()).await;
    assert_eq!(read::<Third>(&world, &token).await.c, "two");
    // Back to what the newest form still says: the middle one must not win now.
    change::<First>(&world, &token, |data| data.a = "one".to_owned()).await;
    assert_eq!(read::<Second>(&world, &token).await.b, "one");
    assert_eq!(read::<Third>(&world, &token).await.c, "one");
}

#[tokio::test]
async fn what_the_older_version_cannot_express_is_kept_until_an_older_program_changes_it() {
    let world = World::new();
    let token = stored::<Points>(&world, |data| data.points = 1000).await;
    assert_eq!(read::<Score>(&world, &token).await.score, 255);
    assert_eq!(read::<Points>(&world, &token).await.points, 1000);
    change::<Score>(&world, &token, |data| data.score = 7).await;
    assert_eq!(read::<Points>(&world, &token).await.points, 7);
    change::<Points>(&world, &token, |data| data.points = 2000).await;
    assert_eq!(read::<Points>(&world, &token).await.points, 2000);
}

#[tokio::test]
async fn a_principal_is_the_same_one_in_whichever_form_a_program_writes_it() {
    let world = World::new();
    let sessions = at::<Twofold>(&world);
    let session = sessions.create();
    session.sign_in(7);
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();
    // The header now says it in the older form; the next program knows only the newer one.
    let (mine, theirs) = (
        sessions.open(&token).await.unwrap().unwrap(),
        at::<Single>(&world).open(&token).await.unwrap().unwrap(),
    );
    assert_eq!(theirs.user_id(), Some(7));
    theirs.set_value(1);
    at::<Single>(&world).save(&theirs).await.unwrap();
    mine.set_other(2);
    sessions.save(&mine).await.unwrap();
    let last = at::<Single>(&world).open(&token).await.unwrap().unwrap();
    assert_eq!((last.user_id(), last.value()), (Some(7), 1));
}

#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
struct Newer {
    sku: String,
    color: String,
    rest: Unknown,
}

#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
struct Older {
    sku: String,
    rest: Unknown,
}

#[test]
fn a_nested_struct_keeps_what_it_does_not_know() {
    let newer = Newer { sku: "tea".to_owned(), color: "green".to_owned(), rest: Unknown::default() };
    let bytes = to_bytes(&newer).unwrap();
    let mut older: Older = from_bytes(&bytes).unwrap();
    assert_eq!((older.rest.len(), format!("{:?}", older.rest).as_str()), (1, "Unknown(1)"));
    assert_eq!(to_bytes(&older).unwrap(), bytes);
    older.sku = "coffee".to_owned();
    let back: Newer = from_bytes(&to_bytes(&older).unwrap()).unwrap();
    assert_eq!(back, Newer { sku: "coffee".to_owned(), ..newer });
}

#[derive(SessionValue, Clone, Debug, PartialEq)]
enum Payment {
    Card(u16),
    Later { days: u8 },
}

#[derive(SessionValue, Clone, Debug, PartialEq)]
enum Carrying {
    Card(u16),
    #[session(other)]
    Other(Unknown),
}

#[derive(SessionValue, Clone, Debug, PartialEq)]
enum Forgetting {
    Card(u16),
    #[session(other)]
    Other,
}

#[test]
fn a_variant_that_is_not_known_is_written_back_as_it_was() {
    let all = vec![Payment::Card(4), Payment::Later { days: 30 }, Payment::Card(5)];
    let bytes = to_bytes(&all).unwrap();
    let carried: Vec<Carrying> = from_bytes(&bytes).unwrap();
    assert!(matches!(&carried[..], [Carrying::Card(4), Carrying::Other(_), Carrying::Card(5)]));
    assert_eq!(to_bytes(&carried).unwrap(), bytes);
    let forgotten: Vec<Forgetting> = from_bytes(&bytes).unwrap();
    assert_eq!(forgotten, [Forgetting::Card(4), Forgetting::Other, Forgetting::Card(5)]);
    assert!(to_bytes(&Carrying::Other(Unknown::default())).is_err(), "there is nothing to write");
}
