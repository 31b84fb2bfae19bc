//! Structs whose fields carry their names.

use proc_macro2::TokenStream;
use quote::quote;

use super::former::Formed;
use super::value::{Body, bounded};
use super::variants::assert_names;
use super::{defaulted, limited};
use crate::model::{Part, Value};

/// The table of fields.
pub(super) fn items(value: &Value, parts: &[Part]) -> TokenStream {
    let own = &value.own;
    let generics = bounded(value);
    let (parameters, _, conditions) = generics.split_for_impl();
    let all = parts;
    let parts = value.stored(all);
    let keeper = all.iter().find(|part| value.is_keeper(part)).map(|part| {
        let member = &part.member;
        quote! {
            fn unknown(&self) -> ::core::option::Option<&__s::Unknown> {
                ::core::option::Option::Some(&self.#member)
            }
            fn unknown_mut(&mut self) -> ::core::option::Option<&mut __s::Unknown> {
                ::core::option::Option::Some(&mut self.#member)
            }
        }
    });
    let lenses = parts.iter().enumerate().map(|(index, part)| {
        let Part { lens, ty, member, wire, .. } = *part;
        let index = proc_macro2::Literal::usize_unsuffixed(index);
        quote! {
            struct #lens;
            impl #parameters __s::Lens<#own> for #lens #conditions {
                type Value = #ty;
                const NAME: &'static str = #wire;
                const INDEX: usize = #index;
                fn get(data: &#own) -> &#ty { &data.#member }
                fn get_mut(data: &mut #own) -> &mut #ty { &mut data.#member }
            }
        }
    });
    let rows = parts.iter().map(|part| {
        let lens = &part.lens;
        let formers = formed(value, part).call();
        let limit = limited(lens, &part.options);
        quote!(__s::Field::of::<#lens>()#limit #formers)
    });
    let conversions = parts.iter().map(|part| formed(value, part).items());
    // Names what `Back` has where there is no conversion.
    let retypes = parts.iter().any(|part| !part.formers.types.is_empty());
    let no_back = retypes.then(|| {
        quote!(
            use __s::NoBack as _;
        )
    });
    let values = all.iter().map(|part| defaulted(&part.member, &part.ty, part.default.as_ref()));
    let assertion = if value.is_generic() {
        assert_names(parts.iter().map(|part| &*part.wire))
    } else {
        quote!(__s::assert_table(<#own as __s::Tagged>::ROWS))
    };
    quote! {
        #no_back
        #(#conversions)*
        #(#lenses)*
        #[automatically_derived]
        impl #parameters __s::Tagged for #own #conditions {
            const ROWS: __s::Rows<Self> = &[#(#rows),*];
            fn empty() -> Self { Self { #(#values),* } }
            #keeper
        }
        const _: () = #assertion;
    }
}

fn formed<'a>(value: &'a Value, part: &'a Part) -> Formed<'a> {
    let Part { lens, ty, wire, formers, .. } = part;
    Formed { own: &value.own, lens, ty, wire, formers }
}

pub(super) fn body(value: &Value, all: &[Part]) -> Body {
    let parts = value.stored(all);
    let shapes = parts.iter().map(|&part| {
        let wire = &part.wire;
        let shape = known(part, &quote!(shape), &quote!(SHAPE));
        let formers = formers(part).map(|(name, ty)| {
            let shape = ty.map_or_else(|| shape.clone(), |ty| quote!(<#ty as __s::SessionValue>::SHAPE));
            quote!(__s::Part::new(#name, #shape))
        });
        let formers = (!part.formers.is_empty()).then(|| quote!(.formers(&[#(#formers),*])));
        quote!(__s::Part::new(#wire, #shape)#formers)
    });
    // A former form may be written beside the present one.
    let maxima = parts.iter().flat_map(|part| {
        let present = known(part, &quote!(max), &quote!(MAX));
        let formers = formers(part).map({
            let present = present.clone();
            move |(_, ty)| ty.map_or_else(|| present.clone(), |ty| quote!(<#ty as __s::SessionValue>::MAX))
        });
        std::iter::once(present).chain(formers)
    });
    // What is not known can be of any size.
    let max = match all.len() == parts.len() {
        true => quote!(__s::tagged_max(&[#(#maxima),*])),
        false => quote!(::core::option::Option::None),
    };
    Body {
        shape: quote!(__s::Shape::Tagged(&[#(#shapes),*])),
        min: quote!(1),
        max,
        encode: quote!(__s::encode_tagged(self, encoder)),
        decode: quote!(__s::decode_tagged(decoder)),
    }
}

/// The names and types under which a field was stored before; without a type where it was the present one.
fn formers(part: &Part) -> impl Iterator<Item = (&str, Option<&syn::Type>)> {
    part.formers
        .forms()
        .into_iter()
        .map(|(name, ty)| (name.unwrap_or(&part.wire), ty.map(|index| &part.formers.types[index].ty)))
}

/// What a field's row has under `name`; or, where the row would lead back to the struct, what the type with the stand-in
/// has under `constant`.
fn known(part: &Part, name: &TokenStream, constant: &TokenStream) -> TokenStream {
    let Part { lens, flat, recursive, .. } = part;
    if *recursive {
        quote!(<#flat as __s::SessionValue>::#constant)
    } else {
        let limit = limited(lens, &part.options);
        quote!(__s::Field::<Self>::of::<#lens>()#limit.#name)
    }
}
