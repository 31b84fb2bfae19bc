//! Which names are free, in the store and on a session.

use std::collections::HashMap;

use crate::diagnostics::Diagnostics;
use crate::model::{Data, Field, Method, Role, reserved};

/// No accessor hides a method that a session has anyway.
pub(super) fn check_reserved(data: &Data, diagnostics: &Diagnostics) {
    for method in data.methods().filter(Method::is_by_name) {
        let name = method.name.to_string();
        if let Some(reason) = reserved(&name) {
            diagnostics.error_at(
                method.field.accessor_at,
                format_args!("`{name}` {reason}; give the accessors another name: `#[session(accessor = \"my_{name}\")]`"),
            );
        }
    }
}

/// No two methods have one name, such as the getter of a field `set_x` and the setter of a field `x`.
pub(super) fn check_collisions(data: &Data, diagnostics: &Diagnostics) {
    let mut names: HashMap<String, &Field> = HashMap::new();
    let mut reported = None;
    // The methods of a second identity have been reported as such.
    for method in data.methods().filter(Method::is_by_name) {
        let name = method.name.to_string();
        let field = method.field;
        let Some(first) = names.get(&name) else {
            names.insert(name, field);
            continue;
        };
        // Two getters of one name have setters of one name; once is enough.
        if reported.replace(&field.member) == Some(&field.member) {
            continue;
        }
        // The field that is called like another's setter is the odd one out.
        let odd = if method.role == Role::Get { field } else { first };
        diagnostics.error_at(
            odd.accessor_at,
            format_args!(
                "the fields `{}` and `{}` both give the session a method `{name}`; give this one another name: \
                 `#[session(accessor = \"…\")]`",
                first.member, field.member
            ),
        );
    }
}

/// No two fields give look-ups of one name.
pub(super) fn check_lookups(data: &Data, diagnostics: &Diagnostics) {
    let mut names: HashMap<String, &Field> = HashMap::new();
    for field in data.indexed() {
        let name = field.lookup().to_string();
        if let Some(first) = names.insert(name.clone(), field) {
            diagnostics.error_at(
                field.accessor_at,
                format_args!(
                    "the fields `{}` and `{}` both give a look-up `{name}`; give this one another name: \
                     `#[session(accessor = \"…\")]`",
                    first.member, field.member
                ),
            );
        }
    }
}

/// A former name belongs to one field, once.
pub(super) fn check_former(data: &Data, diagnostics: &Diagnostics) {
    let mut owners: HashMap<&str, &Field> = data.stored().map(|field| (&*field.wire, field)).collect();
    for field in data.stored() {
        for (name, at) in &field.formers.names {
            let Some(owner) = owners.insert(name, field) else { continue };
            diagnostics.error_at(
                *at,
                if owner.member == field.member {
                    format!("the field `{}` has the name \"{name}\" already; remove this `alias`", field.member)
                } else {
                    format!(
                        "\"{name}\" is a name of the field `{}` already, and a stored value becomes one field only; \
                         remove one of the two",
                        owner.member
                    )
                },
            );
        }
    }
}

/// No two fields have one name in the store, whatever their types.
pub(super) fn check_stored(data: &Data, diagnostics: &Diagnostics) {
    let mut names = HashMap::new();
    for field in data.stored() {
        if let Some(first) = names.insert(&field.wire, field) {
            let at = field
                .options
                .rename
                .as_ref()
                .or(first.options.rename.as_ref())
                .map_or(field.at, |given| given.at);
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
