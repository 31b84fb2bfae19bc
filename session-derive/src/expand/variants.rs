//! Enums.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::parts::{decoded, encoded, maxima, shape, slots};
use super::value::{Body, bounded};
use crate::model::{Catch, Part, Value, Variant};

/// The tables of variants: in a trait of their own, so that they may depend on the enum's parameters and add nothing to
/// its names.
pub(super) fn items(value: &Value, variants: &[Variant]) -> TokenStream {
    let own = &value.own;
    let generics = bounded(value);
    let (parameters, _, conditions) = generics.split_for_impl();
    let variants: Vec<_> = named(variants).collect();
    let shapes = variants.iter().map(|Variant { wire, payload, .. }| {
        let shape = shape(payload);
        quote!(__s::Part::new(#wire, &#shape))
    });
    let indexes = (0..variants.len()).map(Literal::usize_unsuffixed);
    let assertion = if value.is_generic() {
        assert_names(variants.iter().map(|variant| &*variant.wire))
    } else {
        quote!(__s::assert_variants(<#own as __Enum>::VARIANTS))
    };
    let slots = slots(value);
    quote! {
        #slots
        trait __Enum {
            const PARTS: &'static [__s::Part];
            const VARIANTS: &'static [__s::Variant];
        }
        #[automatically_derived]
        impl #parameters __Enum for #own #conditions {
            const PARTS: &'static [__s::Part] = &[#(#shapes),*];
            const VARIANTS: &'static [__s::Variant] = &[#(__s::Variant::of(&Self::PARTS[#indexes])),*];
        }
        const _: () = #assertion;
    }
}

/// The variants that have a form of their own.
fn named(variants: &[Variant]) -> impl Iterator<Item = &Variant> {
    variants.iter().filter(|variant| variant.catch != Some(Catch::Keeps))
}

/// Two names that collide fail to compile. Only the names: payloads may depend on parameters, and then have no value
/// here.
pub(super) fn assert_names<'a>(names: impl Iterator<Item = &'a str>) -> TokenStream {
    quote!(__s::assert_variants(&[#(__s::Variant::new(#names, &__s::Shape::Recur)),*]))
}

pub(super) fn body(all: &[Variant]) -> Body {
    let variants: Vec<_> = named(all).collect();
    let maxima = variants.iter().map(|variant| {
        let maxima = maxima(variant.payload.parts());
        quote!(__s::sum_max(#maxima))
    });
    // What is not known can be of any size.
    let max = match all.len() == variants.len() {
        true => quote!(__s::enum_max(&[#(#maxima),*])),
        false => quote!(::core::option::Option::None),
    };
    let catch = all.iter().find(|variant| variant.catch.is_some());
    let keeps = catch.filter(|variant| variant.catch == Some(Catch::Keeps)).map(|variant| {
        let ident = &variant.ident;
        quote!(Self::#ident(__0) => __s::Unknown::encode_variant(__0, encoder),)
    });
    let (read, catch) = match catch {
        None => (quote!(decode), None),
        Some(variant) => {
            let ident = &variant.ident;
            let other = match variant.catch {
                Some(Catch::Keeps) => quote!(Self::#ident),
                _ => quote!(|_| Self::#ident {}),
            };
            (quote!(decode_or), Some(quote!(, #other)))
        }
    };
    let encode = variants.iter().enumerate().map(|(index, variant)| {
        let (ident, parts) = (&variant.ident, variant.payload.parts());
        let members = parts.iter().map(|part| &part.member);
        let names = (0..parts.len()).map(|index| format_ident!("__{index}"));
        let index = Literal::usize_unsuffixed(index);
        let write = if parts.is_empty() {
            quote!(|_| {})
        } else {
            let encode = encoded(parts, names.clone().map(|name| quote!(#name)));
            quote!(|encoder| { #encode })
        };
        quote!(Self::#ident { #(#members: #names),* } =>
            <Self as __Enum>::VARIANTS[#index].encode(encoder, #write),)
    });
    let decode = variants.iter().enumerate().map(|(index, variant)| {
        let ident = &variant.ident;
        let parts: &[Part] = variant.payload.parts();
        let fields = decoded(parts);
        let index = Literal::usize_unsuffixed(index);
        quote!(#index => ::core::result::Result::Ok(Self::#ident { #fields }),)
    });
    let decoder = if variants.iter().all(|variant| variant.payload.parts().is_empty()) {
        quote!(_)
    } else {
        quote!(decoder)
    };
    Body {
        shape: quote!(__s::Shape::Enum(<Self as __Enum>::PARTS)),
        min: quote!(9),
        max,
        encode: quote!(match self { #(#encode)* #keeps }),
        decode: quote! {
            __s::Variant::#read(<Self as __Enum>::VARIANTS, decoder, |index, #decoder| match index {
                #(#decode)*
                _ => ::core::result::Result::Err(__s::DecodeError::UnknownVariant),
            } #catch)
        },
    }
}
