use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::diagnostics::Errors;
use crate::model::{Data, Field, Kind, Method, Role};
use crate::symbol::Word;

/// The methods that the fields give to a session.
pub(super) fn accessors(data: &Data, errors: &Errors) -> TokenStream {
    data.sound_methods().iter().map(|method| accessor(data, method, errors)).collect()
}

fn accessor(data: &Data, method: &Method<'_>, errors: &Errors) -> TokenStream {
    let Field { vis, docs, marks, member, .. } = method.field;
    let (signature, body) = match method.role {
        Role::Get => get(data, method),
        Role::Set => set(data, method),
        Role::Update => update(data, method),
        Role::SignIn => sign_in(data, method),
        Role::SignOut => sign_out(data, method),
        Role::IsAuthenticated => is_authenticated(data, method),
    };
    let body = if errors.is_empty() { body } else { quote!(loop {}) };
    let line = match method.role {
        Role::Get if docs.is_empty() => Some(format!("The field `{member}`.")),
        Role::Get => None,
        Role::Set => Some(format!("Sets `{member}`.")),
        Role::Update => Some(format!("Changes `{member}` in place.")),
        Role::SignIn => Some(format!(
            "Makes this the session of `principal`, from now on in `{member}`: with a new id, and without what was \
             there of anybody else."
        )),
        Role::SignOut => Some(String::from("Ends the session and begins one that belongs to nobody.")),
        Role::IsAuthenticated => Some(format!("Whether `{member}` names somebody.")),
    };
    let line = line.map(|line| quote!(#[doc = #line]));
    let docs = (method.role == Role::Get).then_some(docs).into_iter().flatten();
    quote! {
        #(#docs)*
        #line
        #(#marks)*
        #[inline]
        #vis #signature { #body }
    }
}

fn get(data: &Data, method: &Method<'_>) -> (TokenStream, TokenStream) {
    let Data { own, runtime, .. } = data;
    let Field { ty, lens, kind, .. } = method.field;
    let name = &method.name;
    if let Kind::Flash(inner) = kind {
        return (
            quote!(fn #name(&self) -> #runtime::FlashSlot<'_, #own, #inner>),
            quote!(__s::flash::<#own, #lens, #inner>(&self.current)),
        );
    }
    let by_value = method.field.is_by_value();
    let lens = if by_value { method.field.lens_at(Word::Copy) } else { lens.clone() };
    let get = match (kind, by_value) {
        (Kind::Scratch, true) => quote!(scratch_copied),
        (Kind::Scratch, false) => quote!(scratch),
        (_, true) => quote!(copied),
        (_, false) => quote!(get),
    };
    let result = if by_value { quote!(#ty) } else { quote!(#runtime::Ref<#own, #ty>) };
    (quote!(fn #name(&self) -> #result), quote!(__s::#get::<#own, #lens>(&self.current)))
}

fn set(data: &Data, method: &Method<'_>) -> (TokenStream, TokenStream) {
    let Data { own, .. } = data;
    let Field { ty, kind, .. } = method.field;
    let (name, lens) = (&method.name, method.field.lens_at(Word::Identity));
    let set = match kind {
        Kind::Scratch => quote!(set_scratch),
        Kind::Identity => quote_spanned!(lens.span()=> set_identity),
        Kind::Plain | Kind::Flash(_) => quote!(set),
    };
    (quote!(fn #name(&self, value: #ty)), quote!(__s::#set::<#own, #lens>(&self.current, value)))
}

fn update(data: &Data, method: &Method<'_>) -> (TokenStream, TokenStream) {
    let Data { own, .. } = data;
    let Field { ty, lens, .. } = method.field;
    let name = &method.name;
    let update = if method.field.is_stored() { quote!(update) } else { quote!(update_scratch) };
    (
        quote!(fn #name<__R>(&self, change: impl ::core::ops::FnOnce(&mut #ty) -> __R) -> __R),
        quote!(__s::#update::<#own, #lens, __R>(&self.current, change)),
    )
}

fn sign_in(data: &Data, method: &Method<'_>) -> (TokenStream, TokenStream) {
    let Data { own, runtime, .. } = data;
    let Field { ty, .. } = method.field;
    let (name, lens) = (&method.name, method.field.lens_at(Word::Identity));
    // A type that cannot be an identity is reported at the word that makes it one.
    let at = lens.span();
    let principal = method.field.principal().map_or_else(
        || quote_spanned!(at=> <#ty as #runtime::Identity>::Principal),
        |written| quote!(#written),
    );
    (
        quote!(fn #name(&self, principal: #principal)),
        quote_spanned!(at=> __s::sign_in::<#own, #lens>(&self.current, principal)),
    )
}

fn sign_out(data: &Data, method: &Method<'_>) -> (TokenStream, TokenStream) {
    let Data { own, runtime, .. } = data;
    let (name, lens) = (&method.name, method.field.lens_at(Word::Identity));
    (
        quote!(async fn #name(&self) -> ::core::result::Result<(), #runtime::Error>),
        quote!(__s::sign_out::<#own, #lens>(&self.current).await),
    )
}

fn is_authenticated(data: &Data, method: &Method<'_>) -> (TokenStream, TokenStream) {
    let own = &data.own;
    let (name, lens) = (&method.name, method.field.lens_at(Word::Identity));
    let body = quote_spanned!(lens.span()=> __s::is_authenticated::<#own, #lens>(&self.current));
    (quote!(fn #name(&self) -> bool), body)
}
