//! [`Json`]: a value of any type that serde can write and read.

use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder};

/// A value of somebody else's type, stored as JSON through serde.
///
/// For types that are no [`SessionValue`] and cannot become one, since they are not yours. It stands where the value
/// would, also inside of other values, and is read and changed as if it were the value.
///
/// ```
/// use session::value::Json;
/// use session::SessionData;
///
/// # mod postal {
/// #     #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
/// #     pub struct Address { pub street: String, pub city: String }
/// # }
/// #[derive(SessionData, Clone)]
/// struct Checkout {
///     ship_to: Json<postal::Address>,
/// }
/// ```
///
/// # What it costs
///
/// JSON is longer than what the derive writes and takes longer. What is inside is known to serde alone: it is not part of the
/// shape or of a lock, two changes of different fields inside are two changes of one value, and **whether what one version
/// of the type wrote can be read by another is the type's promise**. What cannot be read makes the record corrupt, which is
/// an error and no empty field; where a type breaks its promise, give the field another name (`rename = "ship_to2"`).
///
/// # What it refuses
///
/// What is written is read back at once, and a value whose JSON gives no value of the type is refused when the session is
/// written (`Encode`), since a session that cannot be read is worse: a NaN, an integer of more than 64 bits, a map whose
/// keys are no text, what is nested more than 127 deep, a type that skips fields which it needs. (Thousands of levels are too
/// many for serde's recursion itself.)
///
/// The same goes for a default that the type itself would not read, such as an e-mail address without a text: a field can begin
/// with it, but it is never stored, and conversions between versions would have to. An `Option` says better that there is none.
///
/// # What it does not keep
///
/// What JSON cannot tell apart: in an `Option`, a NaN and a `Some` of nothing (`Some(None)`, `Some(())`) come back as `None`;
/// and the order of a map's keys, which are sorted, so that equal maps have equal bytes. Other things of no order have none
/// in JSON either, a `HashSet` above all, and a type that has changed writes other bytes for what it has read: **not for an
/// identity or an index**, which go by the bytes. Bytes that no value writes can be read, such as JSON with spaces in it, and
/// what is read can take many times the memory of its JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<V>(pub V);

impl<V> Json<V> {
    /// The value.
    pub fn into_inner(self) -> V {
        self.0
    }
}

impl<V> From<V> for Json<V> {
    fn from(value: V) -> Self {
        Self(value)
    }
}

impl<V> Deref for Json<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0
    }
}

impl<V> DerefMut for Json<V> {
    fn deref_mut(&mut self) -> &mut V {
        &mut self.0
    }
}

impl<V> SessionValue for Json<V>
where
    V: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    const SHAPE: &'static Shape = &Shape::Opaque("json");
    const MIN: usize = 1 + 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        match written(&self.0) {
            // Nothing will read what is only compared: it may be a beginning that the type itself would refuse.
            json if encoder.only_compares() => encoder.bytes(&json.unwrap_or_default()),
            Ok(json) if read::<V>(&json).is_ok() => encoder.bytes(&json),
            _ => encoder.fail(EncodeError::Invalid("JSON value")),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        read(decoder.bytes()?).map(Self).map_err(|_| DecodeError::Invalid("JSON value"))
    }
}

/// Equal values have equal bytes, also where a map has its keys in no order.
fn written<V: Serialize>(value: &V) -> Result<Vec<u8>, serde_json::Error> {
    let mut json = serde_json::to_value(value)?;
    json.sort_all_objects();
    serde_json::to_vec(&json)
}

fn read<V: DeserializeOwned>(json: &[u8]) -> Result<V, serde_json::Error> {
    serde_json::from_slice(json)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use proptest::prelude::*;

    use super::*;
    use crate::value::{from_bytes, to_bytes};

    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
    struct Address {
        street: String,
        #[serde(default)]
        notes: HashMap<String, Vec<f64>>,
    }

    /// Leaves out what it needs to be read.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Forgetful {
        #[serde(skip_serializing_if = "String::is_empty")]
        name: String,
    }

    fn numbers() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL, 0..4)
    }

    proptest! {
        #[test]
        fn values_come_back_to_the_last_bit(
            street: String,
            notes in proptest::collection::hash_map(any::<String>(), numbers(), 0..4),
            integers: (u64, i64),
        ) {
            let address = Json(Address { street, notes });
            let bytes = to_bytes(&address).unwrap();
            prop_assert_eq!(from_bytes(&bytes), Ok(address));
            prop_assert_eq!(from_bytes(&to_bytes(&Json(integers)).unwrap()), Ok(Json(integers)));
        }

        #[test]
        fn equal_maps_have_equal_bytes(map: HashMap<String, u8>) {
            let sorted: BTreeMap<_, _> = map.clone().into_iter().collect();
            prop_assert_eq!(to_bytes(&Json(map)), to_bytes(&Json(sorted)));
        }

        #[test]
        fn any_bytes_are_a_value_or_an_error(bytes: Vec<u8>, text in r#"[0-9a-z{}\[\]",:. -]{0,40}"#) {
            for bytes in [bytes.clone(), to_bytes(&bytes).unwrap(), to_bytes(&text).unwrap()] {
                let _ = from_bytes::<Json<Address>>(&bytes);
                let _ = from_bytes::<Json<serde_json::Value>>(&bytes);
            }
        }
    }

    #[test]
    fn what_could_not_be_read_again_is_refused() {
        let refused = Err(EncodeError::Invalid("JSON value"));
        assert_eq!(to_bytes(&Json(f64::NAN)), refused);
        assert_eq!(to_bytes(&Json(u128::MAX)), refused);
        assert_eq!(to_bytes(&Json(i128::MIN)), refused);
        assert_eq!(to_bytes(&Json(BTreeMap::from([((1, 2), 3)]))), refused);
        assert_eq!(to_bytes(&Json(Forgetful { name: String::new() })), refused);
        assert!(to_bytes(&Json(Forgetful { name: String::from("a") })).is_ok());
    }

    #[test]
    fn what_json_cannot_tell_apart_comes_back_as_the_lesser_of_the_two() {
        fn back<V: Serialize + DeserializeOwned + Clone + Send + Sync + 'static>(value: V) -> V {
            from_bytes::<Json<V>>(&to_bytes(&Json(value)).unwrap()).unwrap().into_inner()
        }
        assert_eq!(back(Some(f64::NAN)), None);
        assert_eq!(back(Some(None::<u8>)), None);
        assert_eq!(back(Some(())), None);
        assert_eq!(back(Some(serde_json::Value::Null)), None);
    }

    #[test]
    fn what_nests_too_deep_to_be_read_is_an_error() {
        let deep = to_bytes(&"[".repeat(1_000_000)).unwrap();
        assert_eq!(from_bytes::<Json<serde_json::Value>>(&deep), Err(DecodeError::Invalid("JSON value")));
        let mut value = serde_json::Value::Null;
        for _ in 0..200 {
            value = serde_json::Value::Array(vec![value]);
        }
        assert_eq!(to_bytes(&Json(value)), Err(EncodeError::Invalid("JSON value")));
    }

    #[test]
    fn its_bytes_are_for_ever() {
        let bytes = to_bytes(&Json(BTreeMap::from([("b".to_owned(), 2), ("a".to_owned(), 1)]))).unwrap();
        assert_eq!(bytes, b"\x0d{\"a\":1,\"b\":2}");
        assert_eq!(Json::<u8>::SHAPE.wire(), 0x9b4c_09d5);
    }
}
