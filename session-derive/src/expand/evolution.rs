//! What a struct says of other versions of itself.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::model::Data;
use crate::symbol::OnFailure;

/// The constants that have no default.
pub(super) fn constants(data: &Data) -> TokenStream {
    let min_reader = data.options.min_reader.as_ref().map(|given| {
        let version = given.value;
        quote!(const MIN_READER: u32 = #version;)
    });
    let upgrade = upgrade(data);
    let retired = data.options.retired.iter().map(|given| {
        let name = &given.value.name;
        let shape = given.value.shape.map(|shape| quote!(.shape(#shape)));
        let since = given.value.since.map(|version| quote!(.since(#version)));
        quote!(__s::Retired::name(#name)#shape #since)
    });
    let retired = (!data.options.retired.is_empty())
        .then(|| quote!(const RETIRED: &'static [__s::Retired] = &[#(#retired),*];));
    quote!(#min_reader #upgrade #retired)
}

fn upgrade(data: &Data) -> Option<TokenStream> {
    let given = data.options.previous.as_ref()?;
    let previous = &given.value;
    // What is missing is missing from, or to, the struct that is named there.
    let at = given.at.resolved_at(Span::call_site());
    let answer = data.options.on_failed_upgrade.as_ref().map(|given| {
        let answer = match given.value {
            OnFailure::Refuse => format_ident!("Refuse"),
            OnFailure::Reset => format_ident!("Reset"),
            OnFailure::KeepAside => format_ident!("KeepAside"),
        };
        quote!(.on_failure(__s::OnFailure::#answer))
    });
    let write_as = data.options.write_as.as_ref().map(|given| {
        let at = given.key.resolved_at(Span::call_site());
        quote_spanned!(at=> .write_as::<#previous>())
    });
    let upgrade = quote_spanned!(at=> __s::Upgrade::of::<#previous>());
    Some(quote! {
        const UPGRADE: ::core::option::Option<&'static __s::Upgrade<Self>> =
            ::core::option::Option::Some(&#upgrade #answer #write_as);
    })
}

/// What can be asserted of other versions.
pub(super) fn assertions(data: &Data) -> TokenStream {
    let own = &data.own;
    let chain = data.options.previous.as_ref().map(|given| {
        let at = given.at.resolved_at(Span::call_site());
        quote_spanned!(at=> const _: () = __s::assert_previous::<#own>();)
    });
    let rights =
        data.stored().find(|field| field.is_of_rights() && !field.formers.types.is_empty()).map(|field| {
            let at = field.formers.types[0].key.resolved_at(Span::call_site());
            quote_spanned!(at=> const _: () = __s::assert_rights::<#own>();)
        });
    quote!(#chain #rights)
}
