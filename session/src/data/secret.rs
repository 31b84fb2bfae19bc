use super::{Flags, Lens, SessionData};
use crate::secret::IsSecret;
use crate::value::{SessionValue as _, Shape, Slot};

/// Fails to compile where the field that `L` points to is no [`Secret`](crate::Secret). The derive calls it in a `const`
/// for a field marked `secret`.
pub const fn assert_secret<S, L: Lens<S>>()
where
    L::Value: IsSecret,
{
}

/// Fails to compile where a field that is not sealed has a [`Secret`](crate::Secret) somewhere inside. The derive calls it
/// in a `const` for every field that is not marked `secret`, and for the fields of values.
///
/// # Panics
/// Where it does, if it is called at run time.
#[track_caller]
pub const fn assert_open<S, L: Lens<S>>() {
    refuse_secret(L::Value::SHAPE);
}

/// As [`assert_open`], for what stands in a tuple, a packed struct or a variant.
///
/// # Panics
/// Where it does, if it is called at run time.
#[track_caller]
pub const fn assert_open_slot<S, L: Slot<S>>() {
    refuse_secret(L::SHAPE);
}

#[track_caller]
const fn refuse_secret(shape: &Shape) {
    assert!(
        !shape.holds_secret(),
        "a `Secret` in here would be stored unsealed, like any other value; give it a field of its own in the session \
         data, `#[session(secret)] name: Secret<…>`, with what is around it (`Option`, a list, a struct) inside of the \
         `Secret`"
    );
}

/// A field of `T`, or of an older version that it reads, that is sealed by itself.
pub(crate) fn secret_of<T: SessionData>() -> Option<&'static str> {
    const { own_secret_of::<T>() }.or_else(|| T::UPGRADE.and_then(|upgrade| (upgrade.secret)()))
}

/// A field of `T` that is sealed by itself.
pub(crate) const fn own_secret_of<T: SessionData>() -> Option<&'static str> {
    let mut index = 0;
    while index < T::FIELDS.len() {
        if T::FIELDS[index].flags.has(Flags::SECRET) {
            return Some(T::FIELDS[index].name);
        }
        index += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    struct Data {
        token: Secret<String>,
    }

    struct Token;

    impl Lens<Data> for Token {
        type Value = Secret<String>;
        const NAME: &'static str = "token";
        const INDEX: usize = 0;

        fn get(data: &Data) -> &Secret<String> {
            &data.token
        }

        fn get_mut(data: &mut Data) -> &mut Secret<String> {
            &mut data.token
        }
    }

    const _: () = assert_secret::<Data, Token>();
}
