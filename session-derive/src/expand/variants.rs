//! Enums.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::parts::{decoded, maxima, shape};
use super::value::{Body, bounded};
use crate::model::{Part, Value, Variant};

/// The table of variants: of a trait of its own, so that it may depend on the enum's parameters and adds nothing to its
/// names.
pub(super) fn items(value: &Value, variants: &[Variant]) -> TokenStream {
    let own = &value.own;
    let generics = bounded(value);
    let (parameters, _, conditions) = generics.split_for_impl();
    let names = variants.iter().map(|variant| &variant.wire);
    let rows = variants.iter().map(|Variant { wire, payload, .. }| {
        let shape = shape(payload);
        quote!(__s::Variant::new(#wire, &#shape))
    });
    quote! {
        trait __Variants { const VARIANTS: &'static [__s::Variant]; }
        #[automatically_derived]
        impl #parameters __Variants for #own #conditions {
            const VARIANTS: &'static [__s::Variant] = &[#(#rows),*];
        }
        const _: () = __s::Part::assert_distinct(&[#(#names),*]);
    }
}

pub(super) fn body(variants: &[Variant]) -> Body {
    let shapes = variants.iter().map(|Variant { wire, payload, .. }| {
        let shape = shape(payload);
        quote!(__s::Part::new(#wire, &#shape))
    });
    let maxima = variants.iter().map(|variant| {
        let maxima = maxima(variant.payload.parts());
        quote!(__s::Shape::packed_max(#maxima))
    });
    let encode = variants.iter().enumerate().map(|(index, variant)| {
        let (ident, parts) = (&variant.ident, variant.payload.parts());
        let members = parts.iter().map(|part| &part.member);
        let names: Vec<_> = (0..parts.len()).map(|index| format_ident!("__{index}")).collect();
        let index = Literal::usize_unsuffixed(index);
        let write = if parts.is_empty() {
            quote!(|_| {})
        } else {
            quote!(|encoder| { #(__s::SessionValue::encode(#names, encoder);)* })
        };
        quote!(Self::#ident { #(#members: #names),* } =>
            <Self as __Variants>::VARIANTS[#index].encode(encoder, #write),)
    });
    let decode = variants.iter().enumerate().map(|(index, variant)| {
        let ident = &variant.ident;
        let parts: &[Part] = variant.payload.parts();
        let fields = decoded(parts);
        let index = Literal::usize_unsuffixed(index);
        quote!(#index => ::core::result::Result::Ok(Self::#ident { #fields }),)
    });
    let decoder = if variants.iter().all(|variant| variant.payload.parts().is_empty()) { quote!(_) } else { quote!(decoder) };
    Body {
        shape: quote!(__s::Shape::Enum(&[#(#shapes),*])),
        min: quote!(9),
        max: quote!(__s::Shape::enum_max(&[#(#maxima),*])),
        encode: quote!(match self { #(#encode)* }),
        decode: quote! {
            __s::Variant::decode(<Self as __Variants>::VARIANTS, decoder, |index, #decoder| match index {
                #(#decode)*
                _ => ::core::result::Result::Err(__s::DecodeError::UnknownVariant),
            })
        },
    }
}
