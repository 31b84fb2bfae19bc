//! Parameters of values: types with and without bounds, constants, and types that need a default.

use std::collections::HashMap;
use std::hash::Hash;

use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone)]
struct Page<T> {
    items: Vec<T>,
    selected: Option<T>,
}

#[derive(SessionValue, Clone)]
struct Named<K: Eq + Hash, V>
where
    V: PartialEq,
{
    values: HashMap<K, V>,
    latest: V,
}

#[derive(SessionValue, Clone)]
#[session(packed)]
struct Bytes<const N: usize> {
    bytes: [u8; N],
}

#[derive(SessionValue, Clone)]
enum Either<A, B = A> {
    Left(A),
    Right { value: B, next: Option<Box<Either<A, B>>> },
}

#[derive(SessionValue, Clone, PartialEq)]
enum NoDefault {
    One,
}

#[derive(SessionData, Clone)]
struct Data {
    page: Page<NoDefault>,
    named: Named<String, u8>,
    #[session(default = Bytes { bytes: [1; 4] })]
    bytes: Bytes<4>,
    #[session(default = Either::Left(3))]
    either: Either<u8, String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), selected: None }
    }
}

impl<K: Eq + Hash, V: PartialEq + Default> Default for Named<K, V> {
    fn default() -> Self {
        Self { values: HashMap::new(), latest: V::default() }
    }
}

fn main() {
    assert_eq!(Page::<u8>::SHAPE, Page::<u8>::SHAPE);
    assert_eq!(Data::empty().bytes.bytes, [1; 4]);
    let _ = (NoDefault::One, Either::<u8, u8>::Right { value: 1, next: None });
}
