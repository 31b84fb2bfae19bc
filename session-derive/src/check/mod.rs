//! Stage three: the rules between options, fields and names, one function each, all of them run.
//!
//! Nothing here decides what is generated: a rule that is broken is reported, and expansion goes on without it.

mod evolution;
mod field;
mod lock;
mod names;
mod value;

use crate::diagnostics::Diagnostics;
use crate::model::{Data, Value};

/// The rules of session data.
pub(crate) fn data(data: &Data, diagnostics: &Diagnostics) {
    check_generics(data, diagnostics);
    for field in &data.fields {
        field::check_skip(field, diagnostics);
        field::check_identity(field, diagnostics);
        field::check_index(field, diagnostics);
        field::check_flash(field, diagnostics);
        field::check_secret(field, diagnostics);
        field::check_privilege(field, diagnostics);
        evolution::check_formers(field, diagnostics);
    }
    check_one_identity(data, diagnostics);
    evolution::check_versions(data, diagnostics);
    evolution::check_retired(data, diagnostics);
    names::check_reserved(data, diagnostics);
    names::check_collisions(data, diagnostics);
    names::check_lookups(data, diagnostics);
    names::check_stored(data, diagnostics);
    lock::check_entries(data, diagnostics);
    names::check_former(data, diagnostics);
}

/// The rules of session values.
pub(crate) fn value(value: &Value, diagnostics: &Diagnostics) {
    value::check_packed(value, diagnostics);
    value::check_options(value, diagnostics);
    value::check_variants(value, diagnostics);
    value::check_stored(value, diagnostics);
    evolution::check_parts(value, diagnostics);
    evolution::check_unknown(value, diagnostics);
    evolution::check_other(value, diagnostics);
}

/// Const assertions about a generic type are not evaluated by `cargo check`, so they would protect nobody.
fn check_generics(data: &Data, diagnostics: &Diagnostics) {
    if !data.generics.params.is_empty() {
        diagnostics.error(
            &data.generics,
            "session data has no generic parameters; write the types out, or derive `SessionValue` for a generic \
             struct and use it as the type of a field",
        );
    }
}

fn check_one_identity(data: &Data, diagnostics: &Diagnostics) {
    let mut identities =
        data.fields.iter().filter_map(|field| Some((field, field.options.identity.as_ref()?)));
    if let Some((first, _)) = identities.next() {
        for (_, given) in identities {
            diagnostics.error_at(
                given.key,
                format_args!(
                    "a session has one identity, and that is `{}`; remove one of the two",
                    first.member
                ),
            );
        }
    }
}
