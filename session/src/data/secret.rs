use super::Lens;
use crate::secret::IsSecret;

/// Fails to compile where the field that `L` points to is no [`Secret`](crate::Secret). The derive calls it in a `const`
/// for a field marked `secret`.
pub const fn assert_secret<S, L: Lens<S>>()
where
    L::Value: IsSecret,
{
}
