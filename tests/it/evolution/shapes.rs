//! Every pair of shapes: what one program wrote, a program with another type for the field neither misreads nor loses;
//! in the session itself and in a struct inside of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::marker::PhantomData;

use proptest::prelude::*;
use session::value::{Json, from_bytes, to_bytes};
use session::{Current, SessionData, SessionValue, Sessions, Token, Unknown};
use session_tests::World;

#[derive(SessionValue, Clone, Debug, Default)]
struct Tagged {
    a: u32,
    b: String,
}

#[derive(SessionValue, Clone, Debug, Default)]
#[session(packed)]
struct Packed {
    a: u32,
    b: String,
}

#[derive(SessionValue, Clone, Debug, Default)]
enum Choice {
    #[default]
    None,
    One(u32),
}

/// A struct around a field of any type.
#[derive(SessionValue, Clone, Debug, Default)]
struct Holder<V: Default> {
    other: u32,
    value: V,
    rest: Unknown,
}

/// A program, whatever the type of its field.
trait Program {
    fn shape(&self) -> u32;
    /// A holder's bytes, and those of its value.
    fn hold(&self, n: u32) -> (Vec<u8>, Vec<u8>);
    /// What the holder's value is here, and the holder after something else in it was changed.
    fn pass(&self, holder: &[u8]) -> (Vec<u8>, Vec<u8>);
    /// A new session, and the bytes of its value.
    fn begin(&self, world: &World, n: u32) -> (Token, Vec<u8>);
    /// What the session's value is here; something else in it is changed and stored.
    fn visit(&self, world: &World, token: &Token) -> Vec<u8>;
    /// The bytes of the default.
    fn default(&self) -> Vec<u8>;
}

/// Session data with a field of the type `Value`.
trait Data: SessionData {
    type Value: SessionValue + Default;
    fn sample(n: u32) -> Self::Value;
    fn value(&mut self) -> &mut Self::Value;
    fn other(&mut self) -> &mut u32;
}

struct Of<D>(PhantomData<D>);

fn now<R>(future: impl Future<Output = R>) -> R {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

impl<D: Data> Program for Of<D> {
    fn shape(&self) -> u32 {
        <D::Value as SessionValue>::SHAPE.wire()
    }

    fn hold(&self, n: u32) -> (Vec<u8>, Vec<u8>) {
        let holder = Holder { other: n, value: D::sample(n), rest: Unknown::default() };
        (to_bytes(&holder).unwrap(), to_bytes(&holder.value).unwrap())
    }

    fn pass(&self, holder: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut holder: Holder<D::Value> = from_bytes(holder).unwrap();
        holder.other += 1;
        (to_bytes(&holder.value).unwrap(), to_bytes(&holder).unwrap())
    }

    fn begin(&self, world: &World, n: u32) -> (Token, Vec<u8>) {
        let sessions = Sessions::<D>::of(world.runtime.clone());
        let session = sessions.create();
        let value = D::sample(n);
        let bytes = to_bytes(&value).unwrap();
        let current: &Current<D> = &session;
        current.update(|data| {
            *data.value() = value;
            *data.other() = 1;
        });
        now(sessions.save(&session)).unwrap();
        (sessions.token(&session).unwrap(), bytes)
    }

    fn visit(&self, world: &World, token: &Token) -> Vec<u8> {
        let sessions = Sessions::<D>::of(world.runtime.clone());
        let session = now(sessions.open(token)).unwrap().unwrap();
        let current: &Current<D> = &session;
        let bytes = current.update(|data| {
            *data.other() += 1;
            to_bytes(data.value()).unwrap()
        });
        now(sessions.save(&session)).unwrap();
        bytes
    }

    fn default(&self) -> Vec<u8> {
        to_bytes(&D::Value::default()).unwrap()
    }
}

macro_rules! programs {
    ($($name:ident: $ty:ty = |$n:ident| $value:expr;)*) => {
        $(
            #[derive(SessionData, Clone)]
            struct $name {
                value: $ty,
                other: u32,
            }

            impl Data for $name {
                type Value = $ty;

                fn sample($n: u32) -> $ty {
                    $value
                }

                fn value(&mut self) -> &mut $ty {
                    &mut self.value
                }

                fn other(&mut self) -> &mut u32 {
                    &mut self.other
                }
            }
        )*

        fn programs() -> Vec<Box<dyn Program>> {
            vec![$(Box::new(Of(PhantomData::<$name>))),*]
        }
    };
}

programs! {
    Number: u32 = |n| n;
    Wide: u64 = |n| n.into();
    Signed: i32 = |n| i32::try_from(n % 1000).unwrap();
    Flag: bool = |n| n.is_multiple_of(2);
    Text: String = |n| n.to_string();
    Maybe: Option<u32> = |n| Some(n);
    MaybeText: Option<String> = |n| Some(n.to_string());
    Bytes: Vec<u8> = |n| n.to_le_bytes().to_vec();
    Texts: Vec<String> = |n| vec![n.to_string(); (n % 3) as usize + 1];
    Pair: (u32, String) = |n| (n, n.to_string());
    Fixed: [u8; 4] = |n| n.to_le_bytes();
    Members: BTreeSet<u32> = |n| BTreeSet::from([n]);
    Map: HashMap<u32, u8> = |n| HashMap::from([(n, 1)]);
    Sorted: BTreeMap<String, Option<u32>> = |n| BTreeMap::from([(n.to_string(), None)]);
    Nested: Tagged = |n| Tagged { a: n, b: n.to_string() };
    Positional: Packed = |n| Packed { a: n, b: n.to_string() };
    Chosen: Choice = |n| Choice::One(n);
    Many: Vec<Tagged> = |n| vec![Tagged { a: n, b: String::new() }];
    Foreign: Json<BTreeMap<String, u32>> = |n| Json(BTreeMap::from([(n.to_string(), n)]));
    Deep: Option<Vec<Option<Packed>>> = |n| Some(vec![None, Some(Packed { a: n, b: String::new() })]);
}

proptest! {
    #![proptest_config(session_tests::cases(400))]

    #[test]
    fn a_field_of_a_session_is_its_own_type_or_its_default_and_never_lost(
        writer in 0..programs().len(), reader in 0..programs().len(), n in 1_u32..100_000,
    ) {
        let (writer, reader, world) = (&programs()[writer], &programs()[reader], World::new());
        let (token, value) = writer.begin(&world, n);
        let seen = reader.visit(&world, &token);
        let expected = if writer.shape() == reader.shape() { value.clone() } else { reader.default() };
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(writer.visit(&world, &token), value);
    }

    #[test]
    fn a_field_of_a_nested_struct_is_its_own_type_or_its_default_and_never_lost(
        writer in 0..programs().len(), reader in 0..programs().len(), n in 1_u32..100_000,
    ) {
        let (writer, reader) = (&programs()[writer], &programs()[reader]);
        let (holder, value) = writer.hold(n);
        let (seen, passed) = reader.pass(&holder);
        let expected = if writer.shape() == reader.shape() { value.clone() } else { reader.default() };
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(writer.pass(&passed).0, value);
    }
}

/// An identity that was one number, and the same with a tenant beside it.
mod one_number {
    #[derive(session::SessionValue, Clone, Default, PartialEq, Debug)]
    pub(super) struct UserId {
        pub(super) id: u64,
    }

    #[derive(session::SessionData, Clone)]
    pub(super) struct Data {
        #[session(identity)]
        pub(super) user: Option<UserId>,
        pub(super) views: u32,
    }
}

mod with_a_tenant {
    #[derive(session::SessionValue, Clone, Default, PartialEq, Debug)]
    pub(super) struct UserId {
        pub(super) id: u64,
        pub(super) tenant: u32,
    }

    #[derive(session::SessionData, Clone)]
    pub(super) struct Data {
        #[session(identity)]
        pub(super) user: Option<UserId>,
        pub(super) views: u32,
    }
}

#[tokio::test]
async fn an_identity_that_gains_a_field_is_the_same_principal() {
    let world = World::new();
    let sessions = world.sessions_of::<one_number::Data>();
    let session = sessions.create();
    session.sign_in(one_number::UserId { id: 1 });
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();

    let sessions = world.sessions_of::<with_a_tenant::Data>();
    let session = sessions.open(&token).await.unwrap().unwrap();
    assert_eq!(*session.user(), Some(with_a_tenant::UserId { id: 1, tenant: 0 }));
    session.set_views(1);
    sessions.save(&session).await.unwrap();
    let again = sessions.open(&token).await.unwrap().expect("the id was not rotated");
    assert_eq!((again.views(), again.is_authenticated()), (1, true));
}
