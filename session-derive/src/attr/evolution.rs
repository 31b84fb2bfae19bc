//! Options that speak of what once was.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{Ident, LitInt, LitStr, Path, Token, Type};

use super::options::{Given, parse, storable};
use super::suggest;
use crate::symbol::{OnFailure, Word};

/// A former type, as written.
pub(crate) struct Was {
    pub(crate) ty: Type,
    /// The function that makes the present value from the former one.
    pub(crate) with: Option<Given<Path>>,
    /// The function that makes the former value from the present one.
    pub(crate) back: Option<Given<Path>>,
}

/// A field that once was, as written: `"name"` or `"name:shape"`.
#[derive(Clone)]
pub(crate) struct Retired {
    pub(crate) name: String,
    /// The shape beside its bytes.
    pub(crate) shape: Option<u32>,
    /// The version that retired it.
    pub(crate) since: Option<u32>,
}

/// A path, of which nothing is left over.
fn path(input: ParseStream<'_>, message: &str) -> syn::Result<(Span, Path)> {
    let fork = input.fork();
    match fork.parse::<Path>() {
        Ok(path) => {
            input.advance_to(&fork);
            Ok((path.span(), path))
        }
        Err(_) => Err(input.error(message)),
    }
}

pub(super) fn previous(input: ParseStream<'_>) -> syn::Result<(Span, Path)> {
    path(input, "`previous` is the struct of the version before, without quotes: `previous = UserSessionV1`")
}

pub(super) fn function(input: ParseStream<'_>) -> syn::Result<(Span, Path)> {
    path(input, "a conversion is the path of a function, without quotes: `with = path::to::function`")
}

pub(super) fn alias(input: ParseStream<'_>) -> syn::Result<(Span, LitStr)> {
    let (at, name) = parse::<LitStr>(input, "a former name stands in quotes: `alias = \"old_name\"`")?;
    if name.value().is_empty() {
        return Err(syn::Error::new(at, "the former name is empty; write a name, or remove `alias`"));
    }
    storable(at, &name)?;
    Ok((at, name))
}

pub(super) fn was(input: ParseStream<'_>) -> syn::Result<(Span, Was)> {
    let (at, ty) =
        parse::<Type>(input, "`was` is the former type of the field, without quotes: `was = OldType`")?;
    Ok((at, Was { ty, with: None, back: None }))
}

pub(super) fn on_failure(input: ParseStream<'_>) -> syn::Result<(Span, OnFailure)> {
    const MESSAGE: &str = "a session that cannot be converted is answered by `refuse`, `reset` or `keep_aside`, without quotes: \
         `on_failed_upgrade = reset`";
    let (at, ident) = parse::<Ident>(input, MESSAGE)?;
    let name = ident.to_string();
    match OnFailure::ALL.into_iter().find(|policy| policy.name() == name) {
        Some(policy) => Ok((at, policy)),
        None => Err(syn::Error::new(at, suggest::unknown_on_failure(&name))),
    }
}

/// The names in `retired("a", "b:7b402292", since = 3)`.
pub(super) fn retired(key: Span, input: ParseStream<'_>) -> syn::Result<Vec<(Span, Retired)>> {
    if !input.peek(Paren) {
        return Err(syn::Error::new(
            key,
            format_args!("`{0}` lists names in parentheses: `{1}`", Word::Retired, Word::Retired.example()),
        ));
    }
    let inside;
    syn::parenthesized!(inside in input);
    let mut all = Vec::new();
    let mut since = None;
    while !inside.is_empty() {
        if inside.peek(Ident) {
            since = Some(since_version(&inside)?);
        } else {
            all.push(one_retired(&inside)?);
        }
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
    }
    if all.is_empty() {
        return Err(syn::Error::new(
            key,
            format_args!("`{0}` names no field: `{1}`", Word::Retired, Word::Retired.example()),
        ));
    }
    for (_, retired) in &mut all {
        retired.since = since;
    }
    Ok(all)
}

fn since_version(input: ParseStream<'_>) -> syn::Result<u32> {
    const MESSAGE: &str = "after the retired names only their version can stand: `since = 3`";
    let key: Ident = input.parse()?;
    if key != "since" || input.parse::<Option<Token![=]>>()?.is_none() {
        return Err(syn::Error::new(key.span(), MESSAGE));
    }
    let (at, literal) = parse::<LitInt>(input, MESSAGE)?;
    literal.base10_parse().map_err(|_| syn::Error::new(at, MESSAGE))
}

fn one_retired(input: ParseStream<'_>) -> syn::Result<(Span, Retired)> {
    const MESSAGE: &str = "a retired field is its stored name in quotes, or the name and the shape as the lock has them: \
         `\"old_name\"` or `\"old_name:7b402292\"`";
    let (at, literal) = parse::<LitStr>(input, MESSAGE)?;
    let text = literal.value();
    let (name, shape) = match text.rsplit_once(':') {
        None => (text.as_str(), None),
        Some((name, shape)) => match u32::from_str_radix(shape, 16) {
            Ok(bits) if shape.len() == 8 => (name, Some(bits)),
            _ => return Err(syn::Error::new(at, MESSAGE)),
        },
    };
    if name.is_empty() {
        return Err(syn::Error::new(at, MESSAGE));
    }
    Ok((at, Retired { name: name.to_owned(), shape, since: None }))
}
