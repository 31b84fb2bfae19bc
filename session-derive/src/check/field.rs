//! Which options of a field go together, with each other and with its type.

use quote::ToTokens;

use crate::diagnostics::Diagnostics;
use crate::model::{Field, Kind, is_bare_scalar, last_segment, mentions_secret};
use crate::symbol::Word;

/// A field that is not stored has nothing that is about storing.
pub(super) fn check_skip(field: &Field, diagnostics: &Diagnostics) {
    if field.options.skip.is_none() {
        return;
    }
    for word in [
        Word::Identity,
        Word::Index,
        Word::Privilege,
        Word::Keep,
        Word::Merge,
        Word::Flash,
        Word::Secret,
        Word::Pii,
        Word::Rename,
        Word::MaxLen,
        Word::Alias,
        Word::Was,
    ] {
        if let Some(at) = field.options.given(word) {
            diagnostics.error_at(
                at,
                format_args!(
                    "`{word}` is about what is stored, and a `skip` field is not; remove one of the two"
                ),
            );
        }
    }
}

/// The principal is one value that is never merged, never somebody in a new session, and the reason for all the rest.
pub(super) fn check_identity(field: &Field, diagnostics: &Diagnostics) {
    if field.options.identity.is_none() || field.options.skip.is_some() {
        return;
    }
    let conflicts = [
        (Word::Merge, "two identities cannot be merged, and a conflict ends in one of them"),
        (Word::Secret, "an identity is compared and looked up, so it cannot be sealed"),
        (Word::Flash, "an identity stays until `sign_out`"),
        (Word::Keep, "`keep` is for what survives a change of identity"),
        (Word::Privilege, "a change of identity always gives the session a new id"),
        (Word::Default, "a new session belongs to nobody"),
    ];
    for (word, reason) in conflicts {
        if let Some(at) = field.options.given(word) {
            diagnostics.error_at(at, format_args!("{reason}; remove `{word}`"));
        }
    }
    if is_bare_scalar(&field.ty) {
        let ty = field.ty.to_token_stream();
        diagnostics.error(
            &field.ty,
            format_args!(
                "an identity must be able to say \"nobody\", and `{ty}` cannot; write `Option<{ty}>`"
            ),
        );
    }
}

/// Sessions are found by a value that stays, that may be known, and that one of them can be without.
pub(super) fn check_index(field: &Field, diagnostics: &Diagnostics) {
    let Some(index) = field.options.index.as_ref().filter(|_| field.options.skip.is_none()) else { return };
    if field.options.secret.is_some() || mentions_secret(&field.ty) {
        diagnostics.error_at(
            index.key,
            "sessions are found by a hash of the value, which would tell who has the secret by heart; remove `index`",
        );
    } else if field.options.flash.is_some() {
        diagnostics.error_at(index.key, "a flash value is gone after one request; remove `index`");
    } else if is_bare_scalar(&field.ty) && field.options.identity.is_none() {
        let ty = field.ty.to_token_stream();
        diagnostics.error(
            &field.ty,
            format_args!(
                "an indexed field must be able to say \"not to be found\", and `{ty}` cannot; write `Option<{ty}>`"
            ),
        );
    }
}

/// A flash slot is empty or holds one value, and is read by taking it.
pub(super) fn check_flash(field: &Field, diagnostics: &Diagnostics) {
    if field.options.flash.is_none() || field.options.skip.is_some() {
        return;
    }
    let conflicts = [
        (Word::Merge, "a flash value is replaced, never merged"),
        (Word::Privilege, "a flash value cannot grant anything, it is gone after one request"),
        (Word::Copy, "a flash field has no getter, but a slot with `set`, `take` and `peek`"),
        (Word::Secret, "a flash value is there to be shown"),
        (Word::Default, "a flash field is empty until something is put in"),
    ];
    for (word, reason) in conflicts {
        if let Some(at) = field.options.given(word) {
            diagnostics.error_at(at, format_args!("{reason}; remove `{word}`"));
        }
    }
    if !matches!(field.kind, Kind::Flash(_)) && !mentions_secret(&field.ty) {
        let ty = field.ty.to_token_stream();
        diagnostics.error(
            &field.ty,
            format_args!(
                "a flash field is empty until something is put in; write `Option<…>` around its type, `{ty}`"
            ),
        );
    }
}

/// What is secret is of the type that guards it, and the other way round.
pub(super) fn check_secret(field: &Field, diagnostics: &Diagnostics) {
    if field.options.skip.is_some() || field.options.identity.is_some() || field.options.flash.is_some() {
        return;
    }
    let is_secret = last_segment(&field.ty).is_some_and(|segment| segment.ident == "Secret");
    let ty = field.ty.to_token_stream();
    match &field.options.secret {
        Some(_) if is_secret => {}
        Some(_) if mentions_secret(&field.ty) => diagnostics.error(
            &field.ty,
            "`Secret` goes around the whole type of a secret field: `Secret<Option<V>>`, not `Option<Secret<V>>`",
        ),
        Some(_) => diagnostics.error(
            &field.ty,
            format_args!("a secret field has the type that keeps it from being shown; write `Secret<…>` around `{ty}`"),
        ),
        None if mentions_secret(&field.ty) => diagnostics.error(
            &field.ty,
            "without the option `secret` this would be stored like any other value; add `#[session(secret)]`",
        ),
        None => {}
    }
    if let (Some(_), Some(at)) = (&field.options.secret, field.options.given(Word::Copy)) {
        diagnostics
            .error_at(at, "a secret is wiped when it is dropped, so it cannot be copied; remove `copy`");
    }
}

/// What somebody may do is never a mixture of two changes, and never goes over to somebody else.
pub(super) fn check_privilege(field: &Field, diagnostics: &Diagnostics) {
    if field.options.privilege.is_none() || field.options.skip.is_some() {
        return;
    }
    if let (Some((at, _)), None) = (field.merge(), field.options.given(Word::Identity)) {
        diagnostics.error_at(
            at,
            "a privilege is what one change made it, never a mixture of two: two small grants could become a large \
             one, and one that was withdrawn could stay; remove `merge`",
        );
    }
    if let (Some(at), None) = (field.options.given(Word::Keep), field.options.given(Word::Identity)) {
        diagnostics.error_at(
            at,
            "a privilege that survives a change of identity would pass to whoever signs in next; remove `keep`",
        );
    }
}
