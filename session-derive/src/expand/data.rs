use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::accessors::accessors;
use super::evolution::constants;
use super::former::Formed;
use super::{defaulted, limited};
use crate::attr::Merge;
use crate::diagnostics::Errors;
use crate::model::{Data, Field, Kind};
use crate::symbol::{Policy, Word};

/// The impl of `SessionData`, and the type with the accessors beside the struct: rustdoc shows nothing that is inside
/// of a `const`.
pub(crate) fn data(data: &Data, errors: &Errors) -> TokenStream {
    let Data { vis, name, own, runtime, .. } = data;
    let type_name = data.accessors();
    let title = format!(
        "The accessors of [`{name}`], field by field. A session with such data dereferences to this type, and this one \
         to the session's own methods."
    );
    let (parameters, arguments, conditions) = data.generics.split_for_impl();
    // Parameters are a mistake that has been reported; the bound keeps them from becoming many.
    let bound = (!data.generics.params.is_empty()).then(|| {
        let given = conditions.map(|clause| &clause.predicates);
        quote!(where #own: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static, #given)
    });
    let lenses = bound.is_none().then(|| lenses(data, errors));
    let struct_name = name.to_string();
    let version = data.version;
    let (table, fields, empty) = if errors.is_empty() {
        (Some(table(data)), quote!(__FIELDS), empty(data))
    } else {
        (None, quote!(&[]), quote!(loop {}))
    };
    let methods = accessors(data, errors);
    let lookups = super::indexes::Lookups::of(data, errors);
    let (indexes, lookup_type, lookup_impls) = (&lookups.named, &lookups.beside, &lookups.inside);
    let debug = type_name.to_string();
    let evolution = errors.is_empty().then(|| constants(data));
    quote! {
        #errors
        #[doc = #title]
        #vis struct #type_name #parameters #bound { current: #runtime::Current<#own> }
        #lookup_type
        const _: () = {
            use #runtime::__private0 as __s;
            #lenses
            #[automatically_derived]
            impl #parameters #runtime::SessionData for #own #bound {
                type Accessors = #type_name #arguments;
                type Indexes<__S: ::core::marker::Send + ::core::marker::Sync + 'static> = #indexes;
                const NAME: &'static str = #struct_name;
                const VERSION: u32 = #version;
                const FIELDS: &'static [__s::Field<Self>] = #fields;
                #evolution
                fn empty() -> Self { #empty }
            }
            #table
            #[automatically_derived]
            impl #parameters ::core::convert::From<#runtime::Current<#own>> for #type_name #arguments #bound {
                fn from(current: #runtime::Current<#own>) -> Self {
                    Self { current }
                }
            }
            #[automatically_derived]
            impl #parameters ::core::ops::Deref for #type_name #arguments #bound {
                type Target = #runtime::Current<#own>;
                fn deref(&self) -> &#runtime::Current<#own> {
                    &self.current
                }
            }
            #[automatically_derived]
            impl #parameters ::core::clone::Clone for #type_name #arguments #bound {
                fn clone(&self) -> Self {
                    Self { current: ::core::clone::Clone::clone(&self.current) }
                }
            }
            // Without the data: it is the session's, and may be personal.
            #[automatically_derived]
            impl #parameters ::core::fmt::Debug for #type_name #arguments #bound {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#debug).finish_non_exhaustive()
                }
            }
            #[automatically_derived]
            impl #parameters #type_name #arguments #bound {
                #methods
            }
            #lookup_impls
        };
    }
}

/// One private type per field that points to it. The bound on a field's type stands there alone, so that a foreign
/// type is one error.
fn lenses(data: &Data, errors: &Errors) -> TokenStream {
    let own = &data.own;
    let mut row = 0_usize;
    data.fields
        .iter()
        .map(|field| {
            let Field { lens, ty, member, wire, .. } = field;
            let (pointer, place) = if field.is_stored() {
                row += 1;
                let index = proc_macro2::Literal::usize_unsuffixed(row - 1);
                let place = quote!(const NAME: &'static str = #wire; const INDEX: usize = #index;);
                (quote!(Lens), Some(place))
            } else {
                (quote!(Scratch), None)
            };
            let is_identity = matches!(field.kind, Kind::Identity) && errors.is_empty();
            let identity = is_identity.then(|| {
                let lens = field.lens_at(Word::Identity);
                quote_spanned!(lens.span()=> impl __s::IdentityLens<#own> for #lens {})
            });
            let indexed =
                (field.is_stored() && field.options.index.is_some() && errors.is_empty()).then(|| {
                    let lens = field.lens_at(Word::Index);
                    quote_spanned!(lens.span()=> impl __s::IndexLens<#own> for #lens {})
                });
            quote! {
                struct #lens;
                #identity
                #indexed
                impl __s::#pointer<#own> for #lens {
                    type Value = #ty;
                    #place
                    fn get(data: &#own) -> &#ty { &data.#member }
                    fn get_mut(data: &mut #own) -> &mut #ty { &mut data.#member }
                }
            }
        })
        .collect()
}

/// The rows, and what can be asserted of them.
fn table(data: &Data) -> TokenStream {
    let own = &data.own;
    let rows = data.stored().map(|field| row(data, field));
    let secrets = data.stored().filter(|field| field.options.secret.is_some()).map(|field| {
        let lens = field.lens_at(Word::Secret);
        quote!(const _: () = __s::assert_secret::<#own, #lens>();)
    });
    let open = data.stored().filter(|field| field.options.secret.is_none()).map(|field| {
        let Field { lens, ty, .. } = field;
        quote_spanned!(ty.span().resolved_at(Span::call_site())=> const _: () = __s::assert_open::<#own, #lens>();)
    });
    let (schema, versions) = (super::assertions::assertions(data), super::evolution::assertions(data));
    let conversions = data.stored().map(|field| formed(data, field).items());
    // Names what `Back` has where there is no conversion.
    let retypes = data.stored().any(|field| !field.formers.types.is_empty());
    let no_back = retypes.then(|| {
        quote!(
            use __s::NoBack as _;
        )
    });
    quote! {
        #no_back
        #(#conversions)*
        const __FIELDS: &'static [__s::Field<#own>] = &[#(#rows),*];
        const _: () = __s::assert_table(__FIELDS);
        #(#secrets)*
        #(#open)*
        #schema
        #versions
    }
}

fn formed<'a>(data: &'a Data, field: &'a Field) -> Formed<'a> {
    let Field { lens, ty, wire, formers, .. } = field;
    Formed { own: &data.own, lens, ty, wire, formers }
}

fn empty(data: &Data) -> TokenStream {
    let values = data.fields.iter().map(|field| match field.kind {
        // Whatever the type's default is: a new session belongs to nobody.
        Kind::Identity => {
            let (own, member, lens) = (&data.own, &field.member, field.lens_at(Word::Identity));
            quote!(#member: __s::nobody::<#own, #lens>())
        }
        Kind::Plain | Kind::Flash(_) | Kind::Scratch => {
            defaulted(&field.member, &field.ty, field.default.as_ref())
        }
    });
    quote!(Self { #(#values),* })
}

fn row(data: &Data, field: &Field) -> TokenStream {
    let options = &field.options;
    let lens = field.lens_at(Word::Identity);
    let new = match field.kind {
        Kind::Identity => quote!(identity),
        Kind::Plain | Kind::Flash(_) | Kind::Scratch => quote!(of),
    };
    let flags = [
        (Word::Flash, quote!(FLASH)),
        (Word::Keep, quote!(KEEP)),
        (Word::Privilege, quote!(PRIVILEGE)),
        (Word::Secret, quote!(SECRET)),
        (Word::Pii, quote!(PII)),
    ];
    let flags = flags.into_iter().filter(|(word, _)| options.given(*word).is_some()).map(|(_, flag)| flag);
    let merge = field.merge().map(|(at, policy)| merge(data, field, at, policy));
    let index = field.options.index.is_some().then(|| {
        let lens = field.lens_at(Word::Index);
        quote!(.index::<#lens>())
    });
    let formers = formed(data, field).call();
    let limit = limited(&field.lens, options);
    quote!(__s::Field::#new::<#lens>()#limit #(.flag(__s::Flags::#flags))*#index #merge #formers)
}

/// The policy, with the field's type taken from the lens and all of it written where the policy is: what the policy asks
/// of the type and the type does not have is one error, there.
fn merge(data: &Data, field: &Field, at: Span, policy: &Merge) -> TokenStream {
    let own = &data.own;
    let lens = field.lens_on(at);
    let at = at.resolved_at(Span::call_site());
    let value = quote_spanned!(at=> <#lens as __s::Lens<#own>>::Value);
    let policy = match policy {
        Merge::Function(path) => {
            quote!(|__b, __m, __t| __s::merge_with::<#own, #lens, _>(#path, __b, __m, __t))
        }
        Merge::Policy(policy) => {
            let name = Ident::new(policy.name(), at);
            match policy {
                Policy::Lww | Policy::First | Policy::Conflict => quote!(__s::#name),
                Policy::Add | Policy::Union | Policy::Append => {
                    let policy = quote_spanned!(at=> __s::#name::<#value>);
                    return quote!(.merge(#policy).flag(__s::Flags::RELATIVE));
                }
                Policy::Max | Policy::Min => quote_spanned!(at=> __s::#name::<#value, _>),
            }
        }
    };
    quote!(.merge(#policy))
}
