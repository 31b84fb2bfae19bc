//! The look-ups: what fields with `index` add to `Sessions`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::diagnostics::Errors;
use crate::model::{Data, Field, option_of};
use crate::symbol::Word;

/// The three places that they stand in.
pub(super) struct Lookups {
    /// The type, for stores `__S`.
    pub(super) named: TokenStream,
    /// Its definition, beside the struct.
    pub(super) beside: TokenStream,
    /// Its impls.
    pub(super) inside: TokenStream,
}

impl Lookups {
    pub(super) fn of(data: &Data, errors: &Errors) -> Self {
        // A struct with mistakes has none, or a type that nothing can be found by would be reported at each.
        if data.indexed().next().is_none() || !data.generics.params.is_empty() || !errors.is_empty() {
            return Self { named: quote!(__s::NoIndexes), beside: quote!(), inside: quote!() };
        }
        let Data { vis, name, own, runtime, .. } = data;
        let type_name = data.indexes();
        let title =
            format!("The look-ups of [`{name}`] by its indexed fields: what its sessions dereference to.");
        let methods = data.indexed().map(|field| method(data, field));
        let debug = type_name.to_string();
        Self {
            named: quote!(#type_name<__S>),
            beside: quote! {
                #[doc = #title]
                #vis struct #type_name<S> { lookup: #runtime::index::Lookup<#own, S> }
            },
            inside: quote! {
                #[automatically_derived]
                impl<__S> ::core::convert::From<#runtime::index::Lookup<#own, __S>> for #type_name<__S> {
                    fn from(lookup: #runtime::index::Lookup<#own, __S>) -> Self {
                        Self { lookup }
                    }
                }
                #[automatically_derived]
                impl<__S> ::core::fmt::Debug for #type_name<__S> {
                    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.debug_struct(#debug).finish_non_exhaustive()
                    }
                }
                #[automatically_derived]
                impl<__S> #type_name<__S> {
                    #(#methods)*
                }
            },
        }
    }
}

fn method(data: &Data, field: &Field) -> TokenStream {
    let Data { own, runtime, .. } = data;
    let Field { vis, member, marks, ty, .. } = field;
    let (name, lens) = (field.lookup(), field.lens_at(Word::Index));
    let at = lens.span();
    // A type that nothing can be found by is reported at the word that asks for it.
    let key = match option_of(ty) {
        Some(inner) => quote!(#inner),
        None => quote_spanned!(at=> <#ty as #runtime::data::Indexed>::Key),
    };
    let body = quote_spanned!(at=> __s::by::<#own, #lens, __S>(&self.lookup, value));
    let line = format!("The sessions whose `{member}` is `value`.");
    quote! {
        #[doc = #line]
        #(#marks)*
        #vis fn #name(&self, value: &#key) -> #runtime::index::SessionsOf<'_, #own, __S>
        where
            __S: #runtime::store::Index,
        {
            #body
        }
    }
}
