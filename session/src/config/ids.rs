/// Whether session ids are signed in the cookie.
///
/// An id is 128 random bits of secret and needs no signature to be unguessable. With one, an id that was not issued here
/// is refused without a store call, so that a flood of made-up cookies costs the store nothing. The signature is of the
/// id, the application's name and the cookie's name, and needs [keys](super::SessionConfigBuilder::keys). Ids of client-side
/// stores are sealed anyway and are left alone.
///
/// Switch it on over a fleet in three steps, each finished on every node before the next, and off in the reverse order:
/// give every node the keys; [`Migrating`](Self::Migrating); [`Required`](Self::Required), once the longest absolute deadline
/// has passed since, or earlier if older sessions may end.
///
/// A cookie is signed when it is issued: with the next login, or by [age](super::RotationPolicy::every). So is one
/// whose key was retired from sealing; keep that key in the ring until the longest absolute deadline has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SignedIds {
    /// Ids are issued without a signature. Those with a valid one are accepted where there are keys.
    #[default]
    Off,
    /// Ids are issued with a signature. Those without one are accepted still.
    Migrating,
    /// Ids are issued with a signature, and nothing else is looked up.
    Required,
}
