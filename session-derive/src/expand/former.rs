//! The forms in which a field was stored before.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Type};

use crate::model::{FormerType, Formers};

/// A field, as far as its former forms go.
pub(super) struct Formed<'a> {
    /// The type that has the field.
    pub(super) own: &'a TokenStream,
    pub(super) lens: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) wire: &'a str,
    pub(super) formers: &'a Formers,
}

impl Formed<'_> {
    /// The conversions that are named by path, each as a type.
    pub(super) fn items(&self) -> TokenStream {
        let conversion = |name: Ident, path: &syn::Path, from: &Type, to: &Type| {
            quote! {
                struct #name;
                impl __s::Convert<#from, #to> for #name {
                    fn convert(from: #from) -> ::core::option::Option<#to> {
                        __s::Converted::<#to>::converted(#path(from))
                    }
                }
            }
        };
        let all = self.formers.types.iter().enumerate().flat_map(|(index, former)| {
            let with = former
                .with
                .as_ref()
                .map(|path| conversion(self.named("With", index), path, &former.ty, self.ty));
            let back = former
                .back
                .as_ref()
                .map(|path| conversion(self.named("Back", index), path, self.ty, &former.ty));
            with.into_iter().chain(back)
        });
        all.collect()
    }

    fn named(&self, what: &str, index: usize) -> Ident {
        format_ident!("{}{what}{index}", self.lens, span = Span::call_site())
    }

    /// What follows the row in the table.
    pub(super) fn call(&self) -> TokenStream {
        if self.formers.is_empty() {
            return TokenStream::new();
        }
        let rows = self.formers.forms().into_iter().map(|(name, ty)| {
            let name = name.unwrap_or(self.wire);
            match ty {
                None => {
                    let lens = self.lens;
                    quote!(__s::Former::alias::<#lens>(#name))
                }
                Some(index) => self.retyped(name, index),
            }
        });
        quote!(.formers(&[#(#rows),*]))
    }

    fn retyped(&self, name: &str, index: usize) -> TokenStream {
        let Self { own, lens, .. } = self;
        let former = &self.formers.types[index];
        let FormerType { ty, lift, .. } = former;
        // What is wrong with the conversion is wrong at the word `was`.
        let at = former.key.resolved_at(Span::call_site());
        let plain = quote_spanned!(at=> __s::Plain);
        let lifted = (0..*lift).fold(plain, |inner, _| quote_spanned!(at=> __s::Each<#inner>));
        let forward = match &former.with {
            Some(_) => {
                let with = self.named("With", index);
                quote!(#with)
            }
            None => lifted.clone(),
        };
        let back = match (&former.back, &former.with) {
            (Some(_), _) => {
                let back = self.named("Back", index);
                quote!(::core::option::Option::Some(__s::back_by::<#own, #lens, #ty, #back>()))
            }
            // `TryFrom` need not be the way back of a function.
            (None, Some(_)) => quote!(::core::option::Option::None),
            (None, None) => quote!(__s::Back::<#own, #lens, #ty, #lifted>::HERE),
        };
        quote_spanned!(at=> __s::Former::was::<#lens, #ty, #forward>(#name, #back))
    }
}
