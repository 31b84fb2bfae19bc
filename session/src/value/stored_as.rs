//! Types that are stored as another one.

use super::SessionValue;

/// A type that has the bytes of another one, where it can be that one at all.
pub(super) trait StoredAs: Sized {
    /// What it is stored as.
    type Form: SessionValue;

    /// Itself in that form; nothing if it is out of its bounds.
    fn form(&self) -> Option<Self::Form>;

    /// What has this form; nothing if there is no such value. Its own form must be this one again.
    fn of(form: Self::Form) -> Option<Self>;
}

/// `Type as Form: "what it is called in errors";` is a [`SessionValue`] by being [`StoredAs`] that.
macro_rules! stored_as {
    ($($(#[$docs:meta])* $type:ty as $form:ty: $what:literal;)*) => {$(
        $(#[$docs])*
        impl $crate::value::SessionValue for $type {
            const SHAPE: &'static $crate::value::Shape = <$form>::SHAPE;
            const MIN: usize = <$form>::MIN;
            const MAX: Option<usize> = <$form>::MAX;

            fn encode(&self, encoder: &mut $crate::codec::Encoder) {
                match $crate::value::stored_as::StoredAs::form(self) {
                    Some(form) => form.encode(encoder),
                    None => encoder.fail($crate::codec::EncodeError::Invalid($what)),
                }
            }

            fn decode(
                decoder: &mut $crate::codec::Decoder<'_>,
            ) -> Result<Self, $crate::codec::DecodeError> {
                let form = <$form>::decode(decoder)?;
                $crate::value::stored_as::StoredAs::of(form)
                    .ok_or($crate::codec::DecodeError::Invalid($what))
            }
        }
    )*};
}

pub(super) use stored_as;
