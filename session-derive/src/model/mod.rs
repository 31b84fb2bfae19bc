//! Stage two: what is meant. Every default is resolved here and every derived fact is a method here, so that neither
//! [`crate::check`] nor [`crate::expand`] interprets attributes.

mod data;
mod former;
mod method;
mod ty;
mod value;

pub(crate) use data::{Data, Field, Kind};
pub(crate) use former::{FormerType, Formers};
pub(crate) use method::{Method, Role, reserved};
pub(crate) use ty::{is_bare_scalar, is_unknown, last_segment, mentions_secret, option_of};
pub(crate) use value::{Catch, Form, Part, Value, Variant};

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, Path, parse_quote};

use crate::attr::Options;

/// Where the runtime is.
fn runtime(options: &Options) -> Path {
    match &options.runtime {
        Some(given) => given.value.clone(),
        None => parse_quote!(::session),
    }
}

/// The same name at the same place, but as written by the derive: lints about it are then the author's business once,
/// at the field, and not again at everything generated from it.
fn derived(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}

/// `r#type` is `type` on the wire and in other names.
fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}
