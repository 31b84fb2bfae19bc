//! Which names are free, in the store and on a session.

use std::collections::HashMap;

use crate::diagnostics::Diagnostics;
use crate::model::{Data, Role, reserved};

/// No accessor hides a method that a session has anyway.
pub(super) fn check_reserved(data: &Data, diagnostics: &Diagnostics) {
    for method in data.methods().filter(|method| method.is_by_name()) {
        let name = method.name.to_string();
        if let Some(reason) = reserved(&name) {
            diagnostics.error_at(
                method.name.span(),
                format_args!("`{name}` {reason}; give the accessors another name: `#[session(accessor = \"my_{name}\")]`"),
            );
        }
    }
}

/// No two methods have one name, such as the getter of a field `set_x` and the setter of a field `x`.
pub(super) fn check_collisions(data: &Data, diagnostics: &Diagnostics) {
    let mut names = HashMap::new();
    for method in data.methods() {
        let name = method.name.to_string();
        // A second identity has been reported as such.
        let (first, is_new) = match names.entry(name.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => (*entry.get(), false),
            std::collections::hash_map::Entry::Vacant(entry) => (*entry.insert((method.field, method.role)), true),
        };
        if is_new || !method.is_by_name() || std::ptr::eq(first.0, method.field) {
            continue;
        }
        let (one, other) = (method.field, first.0);
        // The field that is called like another's setter is the odd one out.
        let odd = if method.role == Role::Get { one } else { other };
        diagnostics.error_at(
            odd.accessor.span(),
            format_args!(
                "the fields `{}` and `{}` both give the session a method `{name}`; give this one another name: \
                 `#[session(accessor = \"…\")]`",
                other.member, one.member
            ),
        );
    }
}

/// No two fields have one name in the store, whatever their types.
pub(super) fn check_stored(data: &Data, diagnostics: &Diagnostics) {
    let mut names = HashMap::new();
    for field in data.stored() {
        if let Some(first) = names.insert(&field.wire, field) {
            let at = field.options.rename.as_ref().or(first.options.rename.as_ref()).map_or(field.member.span(), |given| given.at);
            diagnostics.error_at(
                at,
                format_args!(
                    "the fields `{}` and `{}` are both stored under the name \"{}\"; give one of them another name",
                    first.member, field.member, field.wire
                ),
            );
        }
    }
}
