use std::cell::Cell;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, Expr, Fields, Generics, Ident, Index, Member, Path, Type};

use super::former::Formers;
use super::ty::{is_unknown, mentions_any, with_stand_in, without_self};
use super::{derived, plain, runtime};
use crate::attr::{self, Options};
use crate::diagnostics::Diagnostics;
use crate::symbol::{Place, Word};

/// A struct or enum that can stand in a field.
pub(crate) struct Value {
    /// Where the name is written.
    pub(crate) at: Span,
    pub(crate) generics: Generics,
    /// The type, with its parameters.
    pub(crate) own: TokenStream,
    pub(crate) runtime: Path,
    pub(crate) form: Form,
    pub(crate) options: Options,
}

/// How a value is stored.
pub(crate) enum Form {
    /// Named fields, each with its name and shape.
    Tagged(Vec<Part>),
    /// Named fields, one after the other.
    Packed(Vec<Part>),
    /// As the one field that it has.
    Transparent(Box<Part>),
    /// Nameless fields, one after the other.
    Tuple(Vec<Part>),
    /// One of several variants, by name.
    Enum(Vec<Variant>),
    /// Nothing is stored that is known here; or a union, which was reported.
    None,
}

/// A field of a value or of a variant.
pub(crate) struct Part {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// The type with a stand-in for the type that it is a field of, so that its shape has an end.
    pub(crate) flat: Type,
    /// Whether there is a stand-in in it.
    pub(crate) recursive: bool,
    /// The name in the store.
    pub(crate) wire: String,
    /// Where the name in the store is given.
    pub(crate) at: Span,
    /// The private type that points to the field.
    pub(crate) lens: Ident,
    pub(crate) default: Option<Expr>,
    /// The forms in which it was stored before.
    pub(crate) formers: Formers,
    pub(crate) options: Options,
}

/// A variant of an enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// The name in the store.
    pub(crate) wire: String,
    /// Where the name in the store is given.
    pub(crate) at: Span,
    /// [`Form::Tuple`] or [`Form::Packed`].
    pub(crate) payload: Form,
    /// Whether it stands for variants that are not known.
    pub(crate) catch: Option<Catch>,
    pub(crate) options: Options,
}

/// How a variant stands for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Catch {
    /// It forgets which one it was.
    Forgets,
    /// It keeps what was there and has no form of its own.
    Keeps,
}

impl Value {
    pub(crate) fn new(input: &DeriveInput, diagnostics: &Diagnostics) -> Self {
        let options = attr::read(&input.attrs, Place::Value, diagnostics);
        let name = derived(&input.ident);
        let (_, arguments, _) = input.generics.split_for_impl();
        let own = quote!(#name #arguments);
        let parts = Parts { name: &name, own: &own, read: Cell::new(0), diagnostics };
        let form = match &input.data {
            syn::Data::Struct(data) => match (&data.fields, &options.packed) {
                (Fields::Named(_), None) => Form::Tagged(parts.read(&data.fields)),
                (Fields::Named(_) | Fields::Unit, _) => Form::Packed(parts.read(&data.fields)),
                (Fields::Unnamed(_), _) => {
                    let mut parts = parts.read(&data.fields);
                    if parts.len() == 1 {
                        Form::Transparent(Box::new(parts.remove(0)))
                    } else {
                        Form::Tuple(parts)
                    }
                }
            },
            syn::Data::Enum(data) => {
                Form::Enum(data.variants.iter().map(|variant| parts.variant(variant)).collect())
            }
            syn::Data::Union(data) => {
                diagnostics.error(
                    data.union_token,
                    "a session value is a struct or an enum, not a union; write `struct` or `enum`",
                );
                Form::None
            }
        };
        Self {
            generics: input.generics.clone(),
            runtime: runtime(&options),
            form,
            at: input.ident.span(),
            own,
            options,
        }
    }

    /// The fields, of all variants.
    pub(crate) fn parts(&self) -> Vec<&Part> {
        match &self.form {
            Form::Enum(variants) => variants.iter().flat_map(|variant| variant.payload.parts()).collect(),
            form => form.parts().iter().collect(),
        }
    }

    /// The fields with names and shapes: all but the one that keeps what is not known.
    pub(crate) fn stored<'a>(&self, parts: &'a [Part]) -> Vec<&'a Part> {
        parts.iter().filter(|part| !self.is_keeper(part)).collect()
    }

    /// Whether `part` keeps the fields that are not known.
    pub(crate) fn is_keeper(&self, part: &Part) -> bool {
        matches!(self.form, Form::Tagged(_)) && is_unknown(&part.ty)
    }

    pub(crate) fn is_generic(&self) -> bool {
        !self.generics.params.is_empty()
    }

    /// Whether the type of `part` mentions a type parameter.
    pub(crate) fn depends_on_parameters(&self, part: &Part) -> bool {
        let parameters: Vec<_> = self.generics.type_params().map(|parameter| &parameter.ident).collect();
        mentions_any(&part.ty, &parameters)
    }
}

impl Form {
    /// The fields of a struct or payload.
    pub(crate) fn parts(&self) -> &[Part] {
        match self {
            Self::Tagged(parts) | Self::Packed(parts) | Self::Tuple(parts) => parts,
            Self::Transparent(part) => std::slice::from_ref(part),
            Self::Enum(_) | Self::None => &[],
        }
    }
}

/// Reads fields of the type `name`.
struct Parts<'a> {
    name: &'a Ident,
    own: &'a TokenStream,
    /// How many have been read, of all variants.
    read: Cell<usize>,
    diagnostics: &'a Diagnostics,
}

impl Parts<'_> {
    fn read(&self, fields: &Fields) -> Vec<Part> {
        fields.iter().enumerate().map(|(index, field)| self.part(index, field)).collect()
    }

    fn part(&self, index: usize, field: &syn::Field) -> Part {
        let options = attr::read(&field.attrs, Place::ValueField, self.diagnostics);
        let (member, name, at) = match &field.ident {
            Some(ident) => (Member::Named(derived(ident)), plain(ident), ident.span()),
            None => (Member::Unnamed(Index::from(index)), index.to_string(), Span::call_site()),
        };
        let (wire, at) = match &options.rename {
            Some(given) => (given.value.value(), given.at),
            None => (name, at),
        };
        // Told to be recursive, the type is not looked into: it leads back here by another one.
        let (flat, recursive) = match options.given(Word::Recursive) {
            Some(_) => (syn::parse_quote!(__s::Elsewhere), true),
            None => with_stand_in(&field.ty, self.name),
        };
        let ty = without_self(&field.ty, self.own);
        Part {
            member,
            formers: Formers::new(&options, &ty, self.own),
            ty,
            flat,
            recursive,
            wire,
            at,
            lens: format_ident!("__Lens{}", self.read.replace(self.read.get() + 1)),
            default: options.default.as_ref().and_then(|given| given.value.clone()),
            options,
        }
    }

    fn variant(&self, variant: &syn::Variant) -> Variant {
        let options = attr::read(&variant.attrs, Place::Variant, self.diagnostics);
        let parts = self.read(&variant.fields);
        let (wire, at) = match &options.rename {
            Some(given) => (given.value.value(), given.at),
            None => (plain(&variant.ident), variant.ident.span()),
        };
        let catch = options.other.as_ref().map(|_| match &*parts {
            [part] if is_unknown(&part.ty) => Catch::Keeps,
            _ => Catch::Forgets,
        });
        let payload = match variant.fields {
            _ if catch == Some(Catch::Keeps) => Form::None,
            Fields::Named(_) => Form::Packed(parts),
            Fields::Unnamed(_) | Fields::Unit => Form::Tuple(parts),
        };
        Variant { ident: derived(&variant.ident), wire, at, payload, catch, options }
    }
}
