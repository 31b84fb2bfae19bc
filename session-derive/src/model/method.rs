use quote::format_ident;
use syn::Ident;

use super::{Data, Field, Kind, plain};

/// What a generated method does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Get,
    Set,
    Update,
    SignIn,
    SignOut,
    IsAuthenticated,
}

/// A generated method.
pub(crate) struct Method<'a> {
    pub(crate) field: &'a Field,
    pub(crate) role: Role,
    pub(crate) name: Ident,
}

/// Methods of the session itself: an accessor of that name would hide one. A test of the workspace compares the list
/// with the runtime.
const SESSION: [&str; 26] = [
    "id",
    "created_at",
    "expires_at",
    "time_until_expiry",
    "is_new",
    "is_valid",
    "is_expired",
    "touch",
    "rotate_id",
    "destroy",
    "commit",
    "read",
    "update",
    "snapshot",
    "remember",
    "forget",
    "keep_all",
    "discard_all",
    "to_json",
    "authenticated_at",
    "ends_at",
    "is_degraded",
    "is_withheld",
    "csrf_token",
    "is_csrf_token",
    "rotations",
];

/// What the identity field adds, reserved in every struct so that marking a field later breaks nothing.
const IDENTITY: [&str; 3] = ["sign_in", "sign_out", "is_authenticated"];

/// Methods of prelude traits that `Session` has: they win over any accessor.
const PRELUDE: [&str; 6] = ["clone", "clone_from", "clone_into", "to_owned", "into", "try_into"];

/// Why no accessor can have this name.
pub(crate) fn reserved(name: &str) -> Option<&'static str> {
    if SESSION.contains(&name) {
        Some("is a method of every session")
    } else if IDENTITY.contains(&name) {
        Some("is a method that the identity field gives to a session")
    } else if PRELUDE.contains(&name) {
        Some("is a method that every session has from the standard library, and that one would be called")
    } else {
        None
    }
}

impl Field {
    /// The methods that the field gives to a session.
    pub(crate) fn methods(&self) -> impl Iterator<Item = Method<'_>> {
        let roles: &[Role] = match &self.kind {
            Kind::Plain | Kind::Scratch => &[Role::Get, Role::Set, Role::Update],
            Kind::Flash(_) => &[Role::Get],
            Kind::Identity => {
                &[Role::Get, Role::Set, Role::Update, Role::SignIn, Role::SignOut, Role::IsAuthenticated]
            }
        };
        roles.iter().map(|&role| Method { field: self, role, name: self.method_name(role) })
    }

    fn method_name(&self, role: Role) -> Ident {
        let base = plain(&self.accessor);
        let span = self.accessor.span();
        match role {
            Role::Get => self.accessor.clone(),
            Role::Set => format_ident!("set_{base}", span = span),
            Role::Update => format_ident!("update_{base}", span = span),
            Role::SignIn => Ident::new("sign_in", span),
            Role::SignOut => Ident::new("sign_out", span),
            Role::IsAuthenticated => Ident::new("is_authenticated", span),
        }
    }
}

impl Data {
    /// All generated methods, in the order of the fields.
    pub(crate) fn methods(&self) -> impl Iterator<Item = Method<'_>> {
        self.fields.iter().flat_map(Field::methods)
    }

    /// The methods without those that hide a session's own or repeat a name: what can be emitted whatever the struct.
    pub(crate) fn sound_methods(&self) -> Vec<Method<'_>> {
        let mut names = std::collections::HashSet::new();
        self.methods()
            .filter(|method| {
                let name = method.name.to_string();
                (!method.is_by_name() || reserved(&name).is_none()) && names.insert(name)
            })
            .collect()
    }
}

impl Method<'_> {
    /// Whether the name comes from the field's name.
    pub(crate) fn is_by_name(&self) -> bool {
        matches!(self.role, Role::Get | Role::Set | Role::Update)
    }
}
