//! Fields that are stored one after the other: packed structs, tuple structs and the payloads of variants.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::value::{Body, bounded};
use crate::model::{Form, Part, Value};

/// One private type per field, with the bound on the field's type: a foreign type is one error, there.
pub(super) fn slots(value: &Value) -> TokenStream {
    let own = &value.own;
    let generics = bounded(value);
    let (parameters, _, conditions) = generics.split_for_impl();
    value
        .parts()
        .into_iter()
        .map(|Part { lens, ty, flat, recursive, options, .. }| {
            let constants = recursive.then(|| {
                quote! {
                    const SHAPE: &'static __s::Shape = <#flat as __s::SessionValue>::SHAPE;
                    const MIN: usize = <#flat as __s::SessionValue>::MIN;
                    const MAX: ::core::option::Option<usize> = <#flat as __s::SessionValue>::MAX;
                }
            });
            let limit = options.max_len.as_ref().map(|given| {
                let limit = &given.value;
                let of = quote_spanned!(limit.span().resolved_at(Span::call_site())=> __s::limit::<#ty>(#limit));
                quote!(const LIMIT: ::core::option::Option<__s::Limit<#ty>> = ::core::option::Option::Some(#of);)
            });
            quote! {
                struct #lens;
                impl #parameters __s::Slot<#own> for #lens #conditions {
                    type Value = #ty;
                    #constants
                    #limit
                }
            }
        })
        .collect()
}

pub(super) fn body(form: &Form) -> Body {
    let parts = form.parts();
    let minima = slot(parts, "MIN");
    let maxima = maxima(parts);
    let (encode, decode) = if parts.is_empty() {
        // Nothing to write and nothing to read, but the arguments have names.
        (quote!(let _ = encoder;), quote!(let _ = decoder; ::core::result::Result::Ok(Self {})))
    } else {
        let members = parts.iter().map(|part| &part.member);
        let encode = encoded(parts, members.map(|member| quote!(&self.#member)));
        let fields = decoded(parts);
        (
            quote!(encoder.nested(|encoder| { #encode })),
            quote!(decoder.nested(|decoder| ::core::result::Result::Ok(Self { #fields }))),
        )
    };
    Body {
        shape: shape(form),
        min: quote!(__s::sum_min(&[#(#minima),*])),
        max: quote!(__s::sum_max(#maxima)),
        encode,
        decode,
    }
}

/// A struct that is stored as its only field. If that leads back to the struct, each round is one level of depth:
/// nothing else would bound how deep hostile bytes can make it.
pub(super) fn transparent(part: &Part) -> Body {
    let Part { member, lens, recursive, .. } = part;
    let slot = quote!(<#lens as __s::Slot<Self>>);
    let encode = quote!(#slot::encode(&self.#member, encoder));
    let decode = quote!(::core::result::Result::Ok(Self { #member: #slot::decode(decoder)? }));
    let (encode, decode) = if *recursive {
        (quote!(encoder.nested(|encoder| #encode)), quote!(decoder.nested(|decoder| #decode)))
    } else {
        (encode, decode)
    };
    Body { shape: quote!(*#slot::SHAPE), min: quote!(#slot::MIN), max: quote!(#slot::MAX), encode, decode }
}

/// The shape of fields that follow one another.
pub(super) fn shape(form: &Form) -> TokenStream {
    let parts = form.parts();
    let shapes = slot(parts, "SHAPE");
    match form {
        Form::Packed(_) => {
            let names = parts.iter().map(|part| &part.wire);
            quote!(__s::Shape::Packed(&[#(__s::Part::new(#names, #shapes)),*]))
        }
        Form::Tagged(_) | Form::Transparent(_) | Form::Tuple(_) | Form::Enum(_) | Form::None => {
            quote!(__s::Shape::Tuple(&[#(#shapes),*]))
        }
    }
}

/// The most bytes of each field.
pub(super) fn maxima(parts: &[Part]) -> TokenStream {
    let maxima = slot(parts, "MAX");
    quote!(&[#(#maxima),*])
}

/// Writes the fields that `places` point to.
pub(super) fn encoded(parts: &[Part], places: impl Iterator<Item = TokenStream>) -> TokenStream {
    let encode = slot(parts, "encode");
    quote!(#(#encode(#places, encoder);)*)
}

/// The fields, decoded, as they stand between the braces of a struct or variant.
pub(super) fn decoded(parts: &[Part]) -> TokenStream {
    let members = parts.iter().map(|part| &part.member);
    let decode = slot(parts, "decode");
    quote!(#(#members: #decode(decoder)?),*)
}

/// What each field's slot has under `name`.
fn slot(parts: &[Part], name: &str) -> impl Iterator<Item = TokenStream> {
    let name = format_ident!("{name}");
    parts.iter().map(move |Part { lens, .. }| quote!(<#lens as __s::Slot<Self>>::#name))
}
