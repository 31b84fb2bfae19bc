//! Stage one: reads `#[session(…)]` as written.
//!
//! Never stops at a mistake, and knows nothing of how options go together: that is [`crate::check`].

mod evolution;
mod options;
mod suggest;

pub(crate) use options::{Given, Merge, Options};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Meta, Token};

use crate::diagnostics::Diagnostics;
use crate::symbol::{ATTRIBUTE, Place};

/// The options among `attributes`.
pub(crate) fn read(attributes: &[Attribute], place: Place, diagnostics: &Diagnostics) -> Options {
    let mut options = Options::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(ATTRIBUTE)) {
        let Meta::List(list) = &attribute.meta else {
            let example = place.words()[0].example();
            diagnostics.error(
                &attribute.meta,
                format_args!("options stand in parentheses: `#[session({example})]`"),
            );
            continue;
        };
        let read = list.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                read_one(input, place, &mut options, diagnostics);
            }
            Ok(())
        });
        if let Err(error) = read {
            diagnostics.push(error);
        }
    }
    options
}

/// Reads one option and the comma after it. After a mistake the rest up to the comma is passed over.
fn read_one(input: ParseStream<'_>, place: Place, options: &mut Options, diagnostics: &Diagnostics) {
    if let Err(error) = read_option(input, place, options) {
        diagnostics.push(error);
        while !input.is_empty() && !input.peek(Token![,]) {
            // Any tree is a token tree, so this moves on.
            let _ = input.parse::<proc_macro2::TokenTree>();
        }
    }
    let _ = input.parse::<Option<Token![,]>>();
}

fn read_option(input: ParseStream<'_>, place: Place, options: &mut Options) -> syn::Result<()> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        let example = place.words()[0].example();
        syn::Error::new(error.span(), format_args!("expected the name of an option, such as `{example}`"))
    })?;
    let name = key.to_string();
    let Some(&word) = place.words().iter().find(|word| word.name() == name) else {
        return Err(syn::Error::new_spanned(&key, suggest::unknown(&name, place)));
    };
    options.read(word, key.span(), input)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error(format_args!("expected `,` between options; `{word}` is written `{}`", word.example())))
}
