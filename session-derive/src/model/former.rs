//! The forms in which a field was stored before.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, Type};

use super::ty::{last_segment, without_self};
use crate::attr::Options;

/// What a field was called and of which types it was, each newest first and without what it is now.
pub(crate) struct Formers {
    pub(crate) names: Vec<(String, Span)>,
    pub(crate) types: Vec<FormerType>,
}

/// A former type.
pub(crate) struct FormerType {
    pub(crate) ty: Type,
    /// Where the word `was` stands.
    pub(crate) key: Span,
    /// Within how many containers, written alike in both types, the conversion happens.
    pub(crate) lift: usize,
    /// The function to the present type, instead of `TryFrom`.
    pub(crate) with: Option<Path>,
    /// The function from the present type, instead of `TryFrom`.
    pub(crate) back: Option<Path>,
}

impl Formers {
    pub(super) fn new(options: &Options, present: &Type, own: &TokenStream) -> Self {
        let names = options.alias.iter().map(|given| (given.value.value(), given.at)).collect();
        let types = options.was.iter().map(|given| {
            let ty = without_self(&given.value.ty, own);
            let path = |given: &crate::attr::Given<Path>| given.value.clone();
            FormerType {
                lift: lift(&ty, present),
                with: given.value.with.as_ref().map(path),
                back: given.value.back.as_ref().map(path),
                key: given.key,
                ty,
            }
        });
        Self { names, types: types.collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.types.is_empty()
    }

    /// Every combination of a name and a type but the present one: `None` is the present one of either.
    pub(crate) fn forms(&self) -> Vec<(Option<&str>, Option<usize>)> {
        let names = std::iter::once(None).chain(self.names.iter().map(|(name, _)| Some(name.as_str())));
        let types = || std::iter::once(None).chain((0..self.types.len()).map(Some));
        names.flat_map(|name| types().map(move |ty| (name, ty))).skip(1).collect()
    }
}

/// How many containers of the two types are written alike, from the outside.
fn lift(old: &Type, new: &Type) -> usize {
    match elements(old, new) {
        // Types that are the same inside are no former ones; that is said elsewhere.
        Some((old, new)) if !same(old, new) => 1 + lift(old, new),
        _ => 0,
    }
}

/// What is converted within two containers of one kind.
fn elements<'a>(old: &'a Type, new: &'a Type) -> Option<(&'a Type, &'a Type)> {
    if let (Type::Array(old), Type::Array(new)) = (old, new) {
        let alike = old.len.to_token_stream().to_string() == new.len.to_token_stream().to_string();
        return alike.then_some((&*old.elem, &*new.elem));
    }
    let (left, right) = (last_segment(old)?, last_segment(new)?);
    if left.ident != right.ident {
        return None;
    }
    let (left_types, right_types) = (arguments(&left.arguments)?, arguments(&right.arguments)?);
    match (left.ident.to_string().as_str(), &*left_types, &*right_types) {
        ("Vec" | "Option" | "Box", [old], [new]) => Some((old, new)),
        ("HashMap" | "BTreeMap", [old_key, old, old_rest @ ..], [new_key, new, new_rest @ ..])
            if same(old_key, new_key)
                && old_rest.len() == new_rest.len()
                && old_rest.iter().zip(new_rest).all(|(old, new)| same(old, new)) =>
        {
            Some((old, new))
        }
        _ => None,
    }
}

fn arguments(arguments: &PathArguments) -> Option<Vec<&Type>> {
    let PathArguments::AngleBracketed(angled) = arguments else { return None };
    let types = angled.args.iter().map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

fn same(left: &Type, right: &Type) -> bool {
    left.to_token_stream().to_string() == right.to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn containers_that_are_written_alike_are_counted() {
        let cases: [(Type, Type, usize); 9] = [
            (parse_quote!(Old), parse_quote!(New), 0),
            (parse_quote!(Vec<Old>), parse_quote!(Vec<New>), 1),
            (parse_quote!(Option<Vec<Old>>), parse_quote!(::core::option::Option<Vec<New>>), 2),
            (parse_quote!(Box<[Old; 3]>), parse_quote!(Box<[New; 3]>), 2),
            (parse_quote!([Old; 2]), parse_quote!([New; 3]), 0),
            (parse_quote!(HashMap<K, Old>), parse_quote!(HashMap<K, Vec<New>>), 1),
            (parse_quote!(BTreeMap<K, Old>), parse_quote!(BTreeMap<L, New>), 0),
            (parse_quote!(Old), parse_quote!(Option<Old>), 0),
            (parse_quote!(Vec<Old>), parse_quote!(Option<New>), 0),
        ];
        for (old, new, expected) in cases {
            assert_eq!(lift(&old, &new), expected, "{} {}", old.to_token_stream(), new.to_token_stream());
        }
    }
}
