use super::{Flags, Lens, SessionData};
use crate::secret::IsSecret;

/// Fails to compile where the field that `L` points to is no [`Secret`](crate::Secret). The derive calls it in a `const`
/// for a field marked `secret`.
pub const fn assert_secret<S, L: Lens<S>>()
where
    L::Value: IsSecret,
{
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
