use super::IdentityLens;
use crate::value::SessionValue;

/// A type that can hold the principal: whose session this is, or nobody's.
///
/// A trait of its own, because what "nobody" means must be said by the type: for a bare `i64`, is 0 a user? `Option` and
/// `String` say it; a type of your own does where it has more than one kind of somebody:
///
/// ```
/// use session::{Identity, SessionData, SessionValue};
///
/// #[derive(SessionValue, Clone, PartialEq)]
/// enum Visitor {
///     Guest,
///     Member(i64),
///     Service(String),
/// }
///
/// impl Identity for Visitor {
///     type Principal = Self;
///
///     fn of(principal: Self) -> Self {
///         principal
///     }
///
///     fn nobody() -> Self {
///         Self::Guest
///     }
///
///     fn is_present(&self) -> bool {
///         *self != Self::Guest
///     }
/// }
///
/// #[derive(SessionData, Clone)]
/// struct UserSession {
///     #[session(identity)]
///     visitor: Visitor,
/// }
/// ```
///
/// # Laws
///
/// * `nobody()` is not present. It is what a new session holds, whatever `Default` says.
/// * Values that are present and written alike are the same principal, others are another one.
#[diagnostic::on_unimplemented(
    message = "an identity must be able to say \"nobody\", and `{Self}` cannot",
    label = "not an `Identity`",
    note = "write `Option<{Self}>`, or `String`, whose empty text means nobody",
    note = "a type of your own can implement `session::Identity` and say which of its values is nobody"
)]
pub trait Identity: SessionValue {
    /// What [`sign_in`](crate::Session) takes.
    type Principal;

    /// The value that names `principal`.
    fn of(principal: Self::Principal) -> Self;
    /// Nobody.
    fn nobody() -> Self;
    /// Whether this is somebody.
    fn is_present(&self) -> bool;
}

/// A type whose values sessions can be found by: equal values are equal bytes, and one of them means that the session is
/// not to be found.
#[diagnostic::on_unimplemented(
    message = "sessions cannot be found by a `{Self}`",
    label = "not `Indexed`",
    note = "an indexed field is an `Option<V>` with `V: Eq`, where `None` is not listed, or a `String`, where the empty text is not"
)]
pub trait Indexed: Identity {
    /// What is asked for.
    type Key: ?Sized;

    /// The value that holds it.
    fn of_key(key: &Self::Key) -> Self;
}

impl<V: SessionValue + Eq> Indexed for Option<V> {
    type Key = V;

    fn of_key(key: &V) -> Self {
        Some(key.clone())
    }
}

impl Indexed for String {
    type Key = str;

    fn of_key(key: &str) -> Self {
        key.to_owned()
    }
}

impl<V: SessionValue> Identity for Option<V> {
    type Principal = V;

    fn of(principal: V) -> Self {
        Some(principal)
    }

    fn nobody() -> Self {
        None
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }
}

impl Identity for String {
    type Principal = Self;

    fn of(principal: Self) -> Self {
        principal
    }

    fn nobody() -> Self {
        Self::new()
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }
}

/// What the field of the principal holds in a new session.
pub fn nobody<S, L: IdentityLens<S>>() -> L::Value {
    let nobody = L::Value::nobody();
    debug_assert!(
        !nobody.is_present(),
        "`Identity::nobody()` of `{}` is somebody",
        std::any::type_name::<L::Value>()
    );
    nobody
}
