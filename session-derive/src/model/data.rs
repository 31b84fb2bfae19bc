use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, DeriveInput, Expr, Fields, Generics, Ident, Path, Type, Visibility};

use super::former::Formers;
use super::ty::{is_bare_scalar, is_scalar, is_unknown, option_of, path_without_self, without_self};
use super::{derived, plain, runtime};
use crate::attr::{self, Merge, Options};
use crate::diagnostics::Diagnostics;
use crate::symbol::{Place, Policy, Word};

/// A session struct.
pub(crate) struct Data {
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// The struct's type, with its parameters.
    pub(crate) own: TokenStream,
    pub(crate) runtime: Path,
    pub(crate) version: u32,
    pub(crate) fields: Vec<Field>,
    pub(crate) options: Options,
}

/// A field of a session struct.
pub(crate) struct Field {
    pub(crate) vis: Visibility,
    pub(crate) member: Ident,
    /// Where the field's name is written.
    pub(crate) at: Span,
    /// Where the name of the accessors is written.
    pub(crate) accessor_at: Span,
    pub(crate) ty: Type,
    /// Attributes that the getter takes over.
    pub(crate) docs: Vec<Attribute>,
    /// Attributes that all accessors take over.
    pub(crate) marks: Vec<Attribute>,
    /// The name in the store.
    pub(crate) wire: String,
    /// The name of the getter, and what those of the setters are made of.
    pub(crate) accessor: Ident,
    pub(crate) kind: Kind,
    /// The private type that points to the field.
    pub(crate) lens: Ident,
    /// The expression of `default = …`.
    pub(crate) default: Option<Expr>,
    /// The forms in which it was stored before.
    pub(crate) formers: Formers,
    pub(crate) options: Options,
}

/// What a field is for.
pub(crate) enum Kind {
    Plain,
    /// The principal.
    Identity,
    /// Shown once: an `Option` of this type.
    Flash(Box<Type>),
    /// Not stored.
    Scratch,
}

impl Data {
    pub(crate) fn new(input: &DeriveInput, diagnostics: &Diagnostics) -> Self {
        let options = attr::read(&input.attrs, Place::Data, diagnostics);
        let name = derived(&input.ident);
        let (_, arguments, _) = input.generics.split_for_impl();
        let own = quote!(#name #arguments);
        let fields = named_fields(input, diagnostics).into_iter().flatten().enumerate();
        let fields = fields.map(|(index, field)| Field::new(index, field, &own, diagnostics)).collect();
        Self {
            vis: input.vis.clone(),
            runtime: runtime(&options),
            version: options.version.as_ref().map_or(1, |given| given.value),
            generics: input.generics.clone(),
            name,
            own,
            fields,
            options,
        }
    }

    /// The name of the type that has the accessors.
    pub(crate) fn accessors(&self) -> Ident {
        format_ident!("{}Accessors", plain(&self.name), span = self.name.span())
    }

    /// The name of the type that has the look-ups.
    pub(crate) fn indexes(&self) -> Ident {
        format_ident!("{}Indexes", plain(&self.name), span = self.name.span())
    }

    /// The fields by whose values sessions are found.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = &Field> {
        self.stored().filter(|field| field.options.index.is_some())
    }

    /// The fields that are stored, in the order of the table.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_stored())
    }
}

type Punctuated = syn::punctuated::Punctuated<syn::Field, syn::Token![,]>;

fn named_fields<'a>(input: &'a DeriveInput, diagnostics: &Diagnostics) -> Option<&'a Punctuated> {
    const CURE: &str = "session data is a struct with named fields";
    match &input.data {
        syn::Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(&fields.named),
            Fields::Unnamed(fields) => diagnostics.error(
                fields,
                format_args!(
                    "{CURE}: give each field a name, as in `struct {} {{ user_id: Option<i64> }}`",
                    input.ident
                ),
            ),
            Fields::Unit => {
                diagnostics.error(&input.ident, format_args!("{CURE}: write `struct {} {{}}`", input.ident));
            }
        },
        syn::Data::Enum(data) => diagnostics.error(
            data.enum_token,
            format_args!("{CURE}; an enum can stand in a field of one: derive `SessionValue` for it"),
        ),
        syn::Data::Union(data) => {
            diagnostics.error(data.union_token, format_args!("{CURE}, not a union; write `struct`"));
        }
    }
    None
}

impl Field {
    fn new(index: usize, field: &syn::Field, own: &TokenStream, diagnostics: &Diagnostics) -> Self {
        let mut options = attr::read(&field.attrs, Place::DataField, diagnostics);
        if let Some(Merge::Function(path)) = options.merge.as_mut().map(|given| &mut given.value) {
            path_without_self(path, own);
        }
        // Every field here is named; the fallback is never seen.
        let member = field.ident.as_ref().map_or_else(|| format_ident!("field{index}"), derived);
        let at = field.ident.as_ref().map_or_else(Span::call_site, Ident::span);
        let ty = without_self(&field.ty, own);
        let kind = match option_of(&ty) {
            // `Unknown` is a mistake that is reported, and no value.
            _ if options.skip.is_some() || is_unknown(&ty) => Kind::Scratch,
            Some(inner) if options.flash.is_some() => Kind::Flash(Box::new(inner.clone())),
            _ if options.identity.is_some() => Kind::Identity,
            _ => Kind::Plain,
        };
        let with = |wanted: fn(&str) -> bool| {
            let named = |attribute: &&Attribute| {
                attribute.path().get_ident().is_some_and(|name| wanted(&name.to_string()))
            };
            field.attrs.iter().filter(named).cloned().collect()
        };
        Self {
            vis: field.vis.clone(),
            docs: with(|name| name == "doc"),
            marks: with(|name| name == "deprecated"),
            wire: options.rename.as_ref().map_or_else(|| plain(&member), |given| given.value.value()),
            accessor: options.accessor.as_ref().map_or_else(|| member.clone(), |given| derived(&given.value)),
            at,
            accessor_at: options.accessor.as_ref().map_or(at, |given| given.at),
            lens: format_ident!("__Lens{index}"),
            default: options.default.as_ref().and_then(|given| given.value.clone()),
            formers: Formers::new(&options, &ty, own),
            kind,
            member,
            ty,
            options,
        }
    }

    /// Whether it says who may do what, or whose it is.
    pub(crate) fn is_of_rights(&self) -> bool {
        self.options.identity.is_some() || self.options.index.is_some() || self.options.privilege.is_some()
    }

    pub(crate) fn is_stored(&self) -> bool {
        !matches!(self.kind, Kind::Scratch)
    }

    /// The name of its look-up.
    pub(crate) fn lookup(&self) -> Ident {
        format_ident!("by_{}", plain(&self.accessor), span = self.accessor.span())
    }

    /// Whether the getter returns the value itself.
    pub(crate) fn is_by_value(&self) -> bool {
        self.options.copy.is_some() || is_scalar(&self.ty)
    }

    /// The private type that points to the field, written where `word` is: what the word asks of the field's type and the
    /// type does not have is then reported there.
    pub(crate) fn lens_at(&self, word: Word) -> Ident {
        self.options.given(word).map_or_else(|| self.lens.clone(), |at| self.lens_on(at))
    }

    /// As [`lens_at`](Self::lens_at), for a place in the option's value.
    pub(crate) fn lens_on(&self, at: Span) -> Ident {
        let mut lens = self.lens.clone();
        lens.set_span(at.resolved_at(Span::call_site()));
        lens
    }

    /// The policy of a field that has another one than `lww`, and where it is written.
    pub(crate) fn merge(&self) -> Option<(Span, &Merge)> {
        let given = self.options.merge.as_ref()?;
        (!matches!(given.value, Merge::Policy(Policy::Lww))).then_some((given.at, &given.value))
    }

    /// What `sign_in` takes, where it can be told from the written type.
    pub(crate) fn principal(&self) -> Option<&Type> {
        // A bare scalar is a mistake that has been reported; its cure has it in an `Option`.
        option_of(&self.ty).or_else(|| is_bare_scalar(&self.ty).then_some(&self.ty))
    }
}
