//! [`Secret`]: a value that does not get out by accident.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::value::{SessionValue, Shape};

/// A value of a session that must not be seen: a token of another service, a one-time code, a key.
///
/// It is not printed (`{:?}` gives `Secret(..)`), has no `Display` and no `Serialize`, and its memory is overwritten
/// when it is dropped. The value is reached through [`expose`](Self::expose) alone, so that every place where it may
/// leak can be searched for. On the wire it has a shape of its own: a field that was a `Secret<String>` is never read as
/// a `String` by a program that forgot about it.
///
/// A field that is a secret has the option `secret` and is sealed by itself in every store, bound to its session and its name.
/// Inside of another type it would not be, and does not compile: neither in an `Option` or a list, nor in a struct that is
/// a value, nor in a flash field or an identity. What has to be around it goes inside: `Secret<Option<String>>`.
///
/// What is overwritten is the value's own memory. Copies that the program makes of it, the ones that a growing `String`
/// leaves behind, and the encoded record are not.
///
/// ```
/// use session::Secret;
///
/// let token = Secret::new(String::from("s3cr3t"));
/// assert_eq!(format!("{token:?}"), "Secret(..)");
/// assert_eq!(token.expose(), "s3cr3t");
/// ```
///
/// ```compile_fail,E0277
/// let token = session::Secret::new(String::from("s3cr3t"));
/// println!("{token}");
/// ```
#[derive(Clone, Default)]
pub struct Secret<V: Zeroize>(V);

impl<V: Zeroize> Secret<V> {
    /// Keeps `value` secret.
    pub const fn new(value: V) -> Self {
        Self(value)
    }

    /// The value, for the place that needs it.
    pub const fn expose(&self) -> &V {
        &self.0
    }

    /// The value, to be changed.
    pub const fn expose_mut(&mut self) -> &mut V {
        &mut self.0
    }

    /// The value, which is from here on an ordinary one: nobody overwrites its memory.
    pub fn into_inner(mut self) -> V
    where
        V: Default,
    {
        std::mem::take(&mut self.0)
    }
}

impl<V: Zeroize> Drop for Secret<V> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<V: Zeroize> From<V> for Secret<V> {
    fn from(value: V) -> Self {
        Self(value)
    }
}

impl<V: Zeroize> fmt::Debug for Secret<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

macro_rules! constant_time {
    ($([$($parameter:tt)*] $type:ty: $bytes:ident;)*) => {$(
        /// Takes as long for a wrong value as for the right one. Only its length can be told from the time.
        impl<$($parameter)*> PartialEq for Secret<$type> {
            fn eq(&self, other: &Self) -> bool {
                self.0.$bytes().ct_eq(other.0.$bytes()).into()
            }
        }

        impl<$($parameter)*> Eq for Secret<$type> {}
    )*};
}

constant_time! {
    [] String: as_bytes;
    [] Vec<u8>: as_slice;
    [const N: usize] [u8; N]: as_slice;
}

impl<V: SessionValue + Zeroize> SessionValue for Secret<V> {
    const SHAPE: &'static Shape = &Shape::Secret(V::SHAPE);
    const MIN: usize = V::MIN;
    const MAX: Option<usize> = V::MAX;

    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        V::decode(decoder).map(Self)
    }
}

/// A type whose values stay secret: [`Secret`], which `#[session(secret)]` asks for.
#[diagnostic::on_unimplemented(
    message = "a field marked `secret` must not be printed or left in memory, and `{Self}` can be",
    label = "not a `Secret`",
    note = "write `Secret<{Self}>`"
)]
pub trait IsSecret: SessionValue {}

impl<V: SessionValue + Zeroize> IsSecret for Secret<V> {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::value::{from_bytes, to_bytes};

    /// Counts how often it was overwritten.
    #[derive(Clone, Default)]
    struct Watched(Arc<AtomicU32>);

    impl Zeroize for Watched {
        fn zeroize(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    proptest! {
        #[test]
        fn debug_never_prints(value: String, number: u64) {
            let everything = (Some(Secret::new(value)), vec![Secret::new(number)]);
            prop_assert_eq!(format!("{everything:?}"), "(Some(Secret(..)), [Secret(..)])");
            prop_assert_eq!(
                format!("{everything:#?}").replace(char::is_whitespace, ""),
                "(Some(Secret(..),),[Secret(..),],)"
            );
        }

        #[test]
        fn equality_is_that_of_the_bytes(left: String, right: String) {
            let secrets = [&left, &right].map(|text| Secret::new(text.clone()));
            prop_assert_eq!(secrets[0] == secrets[1], left == right);
            prop_assert!(secrets[0] == secrets[0].clone());
            let bytes = [left.clone(), right.clone()].map(|text| Secret::new(text.into_bytes()));
            prop_assert_eq!(bytes[0] == bytes[1], left == right);
        }

        #[test]
        fn secrets_come_back(value: Vec<u8>) {
            let secret = Secret::new(value);
            prop_assert_eq!(from_bytes(&to_bytes(&secret).unwrap()), Ok(secret));
        }
    }

    #[test]
    fn memory_is_overwritten_on_drop_and_once() {
        let watched = Watched::default();
        let secret = Secret::new(watched.clone());
        let copy = secret.clone();
        drop(secret);
        assert_eq!(watched.0.load(Ordering::Relaxed), 1);
        drop(copy);
        assert_eq!(watched.0.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_value_taken_out_is_left_alone() {
        let watched = Watched::default();
        let value = Secret::new(watched.clone()).into_inner();
        assert_eq!(value.0.load(Ordering::Relaxed), 0);
        assert_eq!(Secret::from(String::from("text")).into_inner(), "text");
    }

    #[test]
    fn what_is_exposed_can_be_changed() {
        let mut secret = Secret::<String>::default();
        secret.expose_mut().push('x');
        assert_eq!(secret.expose(), "x");
    }

    #[test]
    fn a_secret_is_found_wherever_it_is_inside_of_a_value() {
        use std::collections::BTreeMap;

        use crate::value::Part;
        type Hidden = Secret<String>;
        type Plain = (String, Option<Vec<BTreeMap<String, [u8; 4]>>>);
        const NAMED: &[Part] = &[Part::new("plain", Plain::SHAPE), Part::new("hidden", Hidden::SHAPE)];
        for shape in [
            Hidden::SHAPE,
            Option::<Hidden>::SHAPE,
            Vec::<Vec<Hidden>>::SHAPE,
            BTreeMap::<String, (u8, Hidden)>::SHAPE,
            <[Hidden; 2]>::SHAPE,
            &Shape::Tagged(NAMED),
            &Shape::Packed(NAMED),
            &Shape::Enum(NAMED),
        ] {
            assert!(shape.holds_secret(), "{shape}");
        }
        assert!(!Plain::SHAPE.holds_secret());
    }

    #[test]
    fn a_secret_has_a_shape_of_its_own() {
        let shape = Secret::<String>::SHAPE;
        assert_ne!(shape.wire(), String::SHAPE.wire());
        assert_ne!(shape.pin(), String::SHAPE.pin());
        assert_ne!(shape.wire(), Secret::<u8>::SHAPE.wire());
        assert_eq!(shape.to_string(), "Secret<str>");
        assert_eq!(Secret::<[u8; 4]>::MAX, Some(4));
    }
}
