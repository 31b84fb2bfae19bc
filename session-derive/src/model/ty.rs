//! What can be told from a type as it is written.

use std::cell::Cell;

use proc_macro2::TokenStream;
use syn::{GenericArgument, Ident, Path, PathArguments, PathSegment, ReturnType, Type, parse_quote};

/// Numbers, `bool` and `char`: what a getter returns by value.
const SCALARS: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    "bool", "char",
];

/// The type without the parentheses and invisible groups around it.
fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        ty => ty,
    }
}

/// The last segment of a path, wherever it begins: `Option<u8>` of `::core::option::Option<u8>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// `V` of a written `Option<V>`.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// Whether the type is written as a scalar.
pub(crate) fn is_bare_scalar(ty: &Type) -> bool {
    match peel(ty) {
        Type::Path(path) => {
            path.path.get_ident().is_some_and(|ident| SCALARS.iter().any(|scalar| ident == scalar))
        }
        _ => false,
    }
}

/// Whether the type is written as a scalar or an `Option` of one.
pub(super) fn is_scalar(ty: &Type) -> bool {
    is_bare_scalar(ty) || option_of(ty).is_some_and(is_bare_scalar)
}

/// Whether `Secret` is written anywhere in the type.
pub(crate) fn mentions_secret(ty: &Type) -> bool {
    mentions(ty, &|segment| segment.ident == "Secret")
}

/// Whether the type is written as the one that keeps what a program does not know.
pub(crate) fn is_unknown(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Unknown" && segment.arguments.is_empty())
}

/// Whether one of `names` begins a path in the type.
pub(super) fn mentions_any(ty: &Type, names: &[&Ident]) -> bool {
    mentions(ty, &|segment| names.iter().any(|name| segment.ident == **name))
}

fn mentions(ty: &Type, wanted: &dyn Fn(&PathSegment) -> bool) -> bool {
    let found = Cell::new(false);
    let mut copy = ty.clone();
    rewrite(&mut copy, &|ty| {
        if let Type::Path(path) = ty {
            found.set(found.get() || path.path.segments.iter().any(wanted));
        }
        None
    });
    found.get()
}

/// The type with `Self` written as `own`, so that it means the same outside of the type's own impls.
pub(super) fn without_self(ty: &Type, own: &TokenStream) -> Type {
    let mut ty = ty.clone();
    rewrite(&mut ty, &|ty| is_own(ty, None).then(|| parse_quote!(#own)));
    ty
}

/// As [`without_self`], for the path of a function. `self::` says that it is a path and is not needed any more; a lint
/// would say so.
pub(super) fn path_without_self(path: &mut Path, own: &TokenStream) {
    match path.segments.first_mut() {
        Some(first) if first.ident == "Self" => *first = parse_quote!(#own),
        Some(first) if first.ident == "self" => {
            path.segments = std::mem::take(&mut path.segments).into_iter().skip(1).collect();
        }
        _ => {}
    }
}

/// The type with `Self` and the type's own name written as the stand-in for it.
///
/// Works on the parsed type: `other::Node` is another type, and `Tree<T>` is the own one with its arguments. Also says
/// whether there was anything to replace.
pub(super) fn with_stand_in(ty: &Type, own: &Ident) -> (Type, bool) {
    let recursive = Cell::new(false);
    let mut ty = ty.clone();
    rewrite(&mut ty, &|ty| {
        let own = is_own(ty, Some(own));
        recursive.set(recursive.get() || own);
        own.then(|| parse_quote!(__s::Recur))
    });
    (ty, recursive.get())
}

fn is_own(ty: &Type, name: Option<&Ident>) -> bool {
    let Type::Path(path) = ty else { return false };
    if path.qself.is_some() || path.path.leading_colon.is_some() || path.path.segments.len() != 1 {
        return false;
    }
    let ident = &path.path.segments[0].ident;
    ident == "Self" || name.is_some_and(|name| ident == name)
}

/// Replaces every type in `ty`, outermost first, for which `with` has another.
fn rewrite(ty: &mut Type, with: &dyn Fn(&Type) -> Option<Type>) {
    if let Some(other) = with(ty) {
        *ty = other;
        return;
    }
    match ty {
        Type::Array(array) => rewrite(&mut array.elem, with),
        Type::Group(group) => rewrite(&mut group.elem, with),
        Type::Paren(paren) => rewrite(&mut paren.elem, with),
        Type::Ptr(pointer) => rewrite(&mut pointer.elem, with),
        Type::Reference(reference) => rewrite(&mut reference.elem, with),
        Type::Slice(slice) => rewrite(&mut slice.elem, with),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|ty| rewrite(ty, with)),
        Type::Path(path) => {
            if let Some(qself) = &mut path.qself {
                rewrite(&mut qself.ty, with);
            }
            path.path.segments.iter_mut().for_each(|segment| rewrite_arguments(&mut segment.arguments, with));
        }
        _ => {}
    }
}

fn rewrite_arguments(arguments: &mut PathArguments, with: &dyn Fn(&Type) -> Option<Type>) {
    match arguments {
        PathArguments::None => {}
        PathArguments::AngleBracketed(angled) => {
            for argument in &mut angled.args {
                match argument {
                    GenericArgument::Type(ty) => rewrite(ty, with),
                    GenericArgument::AssocType(assoc) => rewrite(&mut assoc.ty, with),
                    _ => {}
                }
            }
        }
        PathArguments::Parenthesized(call) => {
            call.inputs.iter_mut().for_each(|argument| rewrite(&mut argument.ty, with));
            if let ReturnType::Type(_, ty) = &mut call.output {
                rewrite(ty, with);
            }
        }
    }
}
