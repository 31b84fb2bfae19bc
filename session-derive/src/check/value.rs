//! The rules of `#[derive(SessionValue)]`.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::Member;

use crate::diagnostics::Diagnostics;
use crate::model::{Form, Part, Value};
use crate::symbol::Word;

/// `packed` says how named fields are stored.
pub(super) fn check_packed(value: &Value, diagnostics: &Diagnostics) {
    let Some(at) = value.options.given(Word::Packed) else { return };
    let is_named = matches!(&value.form, Form::Packed(parts) if !parts.is_empty());
    if !is_named {
        diagnostics.error_at(at, "`packed` is for a struct with named fields; remove it");
    }
}

/// Only a tagged field may be missing, and only a named field has a name.
pub(super) fn check_options(value: &Value, diagnostics: &Diagnostics) {
    let is_tagged = matches!(value.form, Form::Tagged(_));
    for part in value.parts() {
        if let (false, Some(at)) = (is_tagged, part.options.given(Word::Default)) {
            diagnostics.error_at(
                at,
                "these fields are always stored together, so a default would never be used; remove `default`",
            );
        }
        if let (Member::Unnamed(_), Some(at)) = (&part.member, part.options.given(Word::Rename)) {
            diagnostics.error_at(at, "a field without a name is stored without one; remove `rename`");
        }
    }
}

/// An enum has a value.
pub(super) fn check_variants(value: &Value, diagnostics: &Diagnostics) {
    if matches!(&value.form, Form::Enum(variants) if variants.is_empty()) {
        diagnostics
            .error_at(value.at, "an enum without variants has no value that could be stored; add a variant");
    }
}

/// No two fields of a struct or payload, and no two variants, have one name in the store.
pub(super) fn check_stored(value: &Value, diagnostics: &Diagnostics) {
    match &value.form {
        Form::Enum(variants) => {
            distinct("variants", variants.iter().map(|variant| (&*variant.wire, variant.at)), diagnostics);
            for variant in variants {
                distinct_parts(variant.payload.parts(), diagnostics);
            }
        }
        form => distinct_parts(form.parts(), diagnostics),
    }
}

fn distinct_parts(parts: &[Part], diagnostics: &Diagnostics) {
    let names = parts.iter().map(|part| (&*part.wire, part.at));
    let former = parts.iter().flat_map(|part| part.formers.names.iter().map(|(name, at)| (&**name, *at)));
    distinct("fields", names.chain(former), diagnostics);
}

fn distinct<'a>(what: &str, names: impl Iterator<Item = (&'a str, Span)>, diagnostics: &Diagnostics) {
    let mut seen = HashMap::new();
    for (name, at) in names {
        if seen.insert(name, at).is_some() {
            diagnostics.error_at(
                at,
                format_args!(
                    "two {what} are stored under the name \"{name}\"; give one of them another name"
                ),
            );
        }
    }
}
