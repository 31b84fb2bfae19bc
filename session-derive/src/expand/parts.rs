//! Fields that are stored one after the other: packed structs, tuple structs and the payloads of variants.

use proc_macro2::TokenStream;
use quote::quote;

use super::value::Body;
use crate::model::{Form, Part};

pub(super) fn body(form: &Form) -> Body {
    let parts = form.parts();
    let (minima, maxima) = (minima(parts), maxima(parts));
    let (encode, decode) = if parts.is_empty() {
        (TokenStream::new(), quote!(::core::result::Result::Ok(Self {})))
    } else {
        let encode = parts
            .iter()
            .map(|Part { member, .. }| quote!(__s::SessionValue::encode(&self.#member, encoder);));
        let fields = decoded(parts);
        (
            quote!(encoder.nested(|encoder| { #(#encode)* })),
            quote!(decoder.nested(|decoder| ::core::result::Result::Ok(Self { #fields }))),
        )
    };
    // Nothing to write and nothing to read, but the arguments have names.
    let unused = parts.is_empty();
    Body {
        shape: shape(form),
        min: quote!(__s::sum_min(#minima)),
        max: quote!(__s::sum_max(#maxima)),
        encode: if unused { quote!(let _ = encoder;) } else { encode },
        decode: if unused { quote!(let _ = decoder; #decode) } else { decode },
    }
}

/// A struct that is stored as its only field. If that leads back to the struct, each round is one level of depth:
/// nothing else would bound how deep hostile bytes can make it.
pub(super) fn transparent(part: &Part) -> Body {
    let Part { member, flat, recursive, .. } = part;
    let encode = quote!(__s::SessionValue::encode(&self.#member, encoder));
    let decode = quote!(::core::result::Result::Ok(Self { #member: __s::SessionValue::decode(decoder)? }));
    let (encode, decode) = if *recursive {
        (quote!(encoder.nested(|encoder| #encode)), quote!(decoder.nested(|decoder| #decode)))
    } else {
        (encode, decode)
    };
    Body {
        shape: quote!(*<#flat as __s::SessionValue>::SHAPE),
        min: quote!(<#flat as __s::SessionValue>::MIN),
        max: quote!(<#flat as __s::SessionValue>::MAX),
        encode,
        decode,
    }
}

/// The shape of fields that follow one another.
pub(super) fn shape(form: &Form) -> TokenStream {
    let parts = form.parts();
    match form {
        Form::Packed(_) => {
            let shapes = shapes(parts);
            quote!(__s::Shape::Packed(#shapes))
        }
        Form::Tagged(_) | Form::Transparent(_) | Form::Tuple(_) | Form::Enum(_) | Form::None => {
            let types = parts.iter().map(|part| &part.flat);
            quote!(__s::Shape::Tuple(&[#(<#types as __s::SessionValue>::SHAPE),*]))
        }
    }
}

/// The fields, decoded, as they stand between the braces of a struct or variant.
pub(super) fn decoded(parts: &[Part]) -> TokenStream {
    let members = parts.iter().map(|part| &part.member);
    quote!(#(#members: __s::SessionValue::decode(decoder)?),*)
}

/// The names and shapes of the fields.
pub(super) fn shapes(parts: &[Part]) -> TokenStream {
    let parts = parts
        .iter()
        .map(|Part { wire, flat, .. }| quote!(__s::Part::new(#wire, <#flat as __s::SessionValue>::SHAPE)));
    quote!(&[#(#parts),*])
}

pub(super) fn minima(parts: &[Part]) -> TokenStream {
    let types = parts.iter().map(|part| &part.flat);
    quote!(&[#(<#types as __s::SessionValue>::MIN),*])
}

pub(super) fn maxima(parts: &[Part]) -> TokenStream {
    let types = parts.iter().map(|part| &part.flat);
    quote!(&[#(<#types as __s::SessionValue>::MAX),*])
}
