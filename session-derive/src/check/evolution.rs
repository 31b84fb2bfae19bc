//! What may be said of former fields and other versions.

use proc_macro2::Span;

use crate::diagnostics::Diagnostics;
use crate::model::{Catch, Data, Field, Form, Value, is_unknown};
use crate::symbol::Word;

/// A message that is shown once is not converted, and a session keeps what it does not know by itself.
pub(super) fn check_formers(field: &Field, diagnostics: &Diagnostics) {
    if field.options.flash.is_some() {
        if let Some(at) = field.options.given(Word::Alias) {
            diagnostics.error_at(
                at,
                "a flash value is gone after one page, so its former name is soon forgotten; remove `alias`, and to lose \
                 no message at all keep the stored name: `rename = \"old_name\"`",
            );
        }
        if let Some(at) = field.options.given(Word::Was) {
            diagnostics.error_at(
                at,
                "a flash value is gone after one page, so there is nothing to convert; remove `was`",
            );
        }
    }
    if is_unknown(&field.ty) && field.options.skip.is_none() {
        diagnostics.error(
            &field.ty,
            "a session keeps the fields that it does not know by itself, and `Unknown` is for the structs inside of its \
             fields; remove this field",
        );
    }
}

/// Versions count up one by one, and two programs that run at once can read each other.
pub(super) fn check_versions(data: &Data, diagnostics: &Diagnostics) {
    let options = &data.options;
    let version = data.version;
    if let Some(given) = options.min_reader.as_ref().filter(|given| given.value > version) {
        diagnostics.error_at(
            given.at,
            format_args!(
                "this struct is version {version} and could not read what it writes itself; write at most \
                 `min_reader = {version}`"
            ),
        );
    }
    let Some(previous) = &options.previous else {
        for word in [Word::WriteAs, Word::OnFailedUpgrade] {
            if let Some(at) = options.given(word) {
                diagnostics.error_at(
                    at,
                    format_args!(
                        "`{word}` is about the struct of the version before; add its name: `previous = OldStruct`"
                    ),
                );
            }
        }
        return;
    };
    if version < 2 {
        return diagnostics.error_at(
            previous.key,
            "version 1 has no version before; give this struct the next number: `version = 2`",
        );
    }
    let before = version - 1;
    let ends = options.min_reader.as_ref().is_some_and(|given| given.value == version);
    match &options.write_as {
        None if !ends => diagnostics.error_at(
            previous.key,
            format_args!(
                "programs of version {before} cannot read what this one would write; while some of them run, add \
                 `write_as = {before}` (and the conversion back), and when none does, replace that by \
                 `min_reader = {version}`"
            ),
        ),
        Some(given) if given.value != before => diagnostics.error_at(
            given.at,
            format_args!("what can be written is the form of the struct before; write `write_as = {before}`"),
        ),
        Some(given) if ends => diagnostics.error_at(
            given.key,
            format_args!(
                "`min_reader = {version}` says that no program of version {before} runs any more, so nothing is written \
                 for one; remove `write_as`"
            ),
        ),
        _ => {}
    }
}

/// What is retired is not there.
pub(super) fn check_retired(data: &Data, diagnostics: &Diagnostics) {
    for given in &data.options.retired {
        let retired = &given.value;
        let lives = |field: &&Field| {
            field.wire == retired.name || field.formers.names.iter().any(|(name, _)| *name == retired.name)
        };
        if let (None, Some(field)) = (retired.shape, data.stored().find(lives)) {
            diagnostics.error_at(
                given.at,
                format_args!(
                    "the name \"{0}\" is in use by the field `{1}`; remove it here, or, to retire one of its former \
                     shapes, add that as the lock has it: `retired(\"{0}:7b402292\")`",
                    retired.name, field.member
                ),
            );
        }
        if let Some(since) = retired.since.filter(|since| *since > data.version) {
            diagnostics.error_at(
                given.at,
                format_args!(
                    "this struct is version {0} and cannot have retired anything in version {since}; write \
                     `since = {0}`, or less",
                    data.version
                ),
            );
        }
    }
}

/// Only a field that is stored under its name can have had another one.
pub(super) fn check_parts(value: &Value, diagnostics: &Diagnostics) {
    let is_tagged = matches!(value.form, Form::Tagged(_));
    for part in value.parts() {
        for word in [Word::Alias, Word::Was] {
            let Some(at) = part.options.given(word) else { continue };
            let reason = if !is_tagged {
                "these fields are stored together as one shape, so none of them has a former one of its own"
            } else if value.is_keeper(part) {
                "this field keeps what others wrote and is not stored itself"
            } else if part.recursive {
                "a field that leads back to its own type would be written twice at every level"
            } else if word == Word::Was && value.is_generic() {
                "whether a former type can be converted is only known for a type without parameters"
            } else {
                continue;
            };
            diagnostics.error_at(at, format_args!("{reason}; remove `{word}`"));
        }
    }
}

/// One field keeps what is not known, where fields have names.
pub(super) fn check_unknown(value: &Value, diagnostics: &Diagnostics) {
    let mut seen = false;
    for part in value.parts().into_iter().filter(|part| is_unknown(&part.ty)) {
        if !matches!(value.form, Form::Tagged(_)) {
            diagnostics.error(
                &part.ty,
                "`Unknown` keeps fields by their names, and here they have none; remove it, or write it in a struct \
                 with named fields that is not `packed`, or alone in the variant with the option `other`",
            );
        } else if std::mem::replace(&mut seen, true) {
            diagnostics.error(&part.ty, "one field keeps all that is not known; remove this one");
        }
        for word in [Word::Default, Word::Rename] {
            if let (true, Some(at)) = (value.is_keeper(part), part.options.given(word)) {
                diagnostics.error_at(
                    at,
                    format_args!(
                        "this field keeps what others wrote and is not stored itself; remove `{word}`"
                    ),
                );
            }
        }
    }
}

/// One variant stands for all that are not known.
pub(super) fn check_other(value: &Value, diagnostics: &Diagnostics) {
    let Form::Enum(variants) = &value.form else { return };
    let mut first: Option<Span> = None;
    for variant in variants {
        let Some(given) = &variant.options.other else { continue };
        if first.replace(given.key).is_some() {
            diagnostics
                .error_at(given.key, "one variant stands for all that are not known; remove `other` here");
        }
        if !variant.payload.parts().is_empty() {
            diagnostics.error_at(
                given.key,
                format_args!(
                    "nothing is known of what this variant stands for; write `{0}`, or `{0}(session::Unknown)`, which is \
                     written back as it was",
                    variant.ident
                ),
            );
        }
        if let (Some(Catch::Keeps), Some(at)) = (variant.catch, variant.options.given(Word::Rename)) {
            diagnostics
                .error_at(at, "this variant is stored under the name that it was read with; remove `rename`");
        }
    }
}
