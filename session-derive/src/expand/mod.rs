//! Stage four: the model as tokens.
//!
//! Total: nothing here fails. Where there were mistakes the same items are emitted with empty bodies and without const
//! assertions, so that no mistake is reported twice, once here and once by every use of the type.
//!
//! Signatures carry full paths, because people read them in documentation and editors; `__s` is for bodies. Locals,
//! generics and helper types have names that no field can take part in.

mod accessors;
mod assertions;
mod data;
mod evolution;
mod former;
mod indexes;
mod parts;
mod tagged;
mod value;
mod variants;

pub(crate) use data::data;
pub(crate) use value::value;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Type};

use crate::attr::Options;

/// A field at its default, as it stands between the braces of a struct.
fn defaulted(member: &impl ToTokens, ty: &Type, default: Option<&Expr>) -> TokenStream {
    // With the type written out, a type without a default is an error on that type.
    let value = default.map_or_else(|| quote!(__s::blank::<#ty>()), ToTokens::to_token_stream);
    quote!(#member: #value)
}

/// What follows a row whose length is limited. A type that has no length is an error at the limit.
fn limited(lens: &Ident, options: &Options) -> Option<TokenStream> {
    let given = options.max_len.as_ref()?;
    let limit = &given.value;
    let mut lens = lens.clone();
    lens.set_span(given.value.span().resolved_at(proc_macro2::Span::call_site()));
    Some(quote_spanned!(lens.span()=> .max_len::<#lens, { #limit }>()))
}
