use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{parts, tagged, variants};
use crate::diagnostics::Errors;
use crate::model::{Form, Part, Value};

/// The impl of `SessionValue`, and what it stands on.
pub(crate) fn value(value: &Value, errors: &Errors) -> TokenStream {
    let Value { own, runtime, .. } = value;
    let (items, body) = match &value.form {
        _ if !errors.is_empty() => (TokenStream::new(), stub()),
        Form::Tagged(fields) => (tagged::items(value, fields), tagged::body(value, fields)),
        Form::Enum(all) => (variants::items(value, all), variants::body(all)),
        Form::Transparent(part) => (parts::slots(value), parts::transparent(part)),
        form => (parts::slots(value), parts::body(form)),
    };
    let open = errors.is_empty().then(|| open(value));
    let generics = bounded(value);
    let (parameters, _, conditions) = generics.split_for_impl();
    quote! {
        #errors
        const _: () = {
            use #runtime::__private0 as __s;
            #items
            #[automatically_derived]
            impl #parameters #runtime::SessionValue for #own #conditions {
                #body
            }
            #open
        };
    }
}

/// No field has a secret inside. What depends on parameters is known where the type is used, and checked there.
fn open(value: &Value) -> TokenStream {
    if value.is_generic() {
        return TokenStream::new();
    }
    let own = &value.own;
    let (parts, assertion): (Vec<_>, _) = match &value.form {
        Form::Tagged(fields) => (value.stored(fields), quote!(assert_open)),
        _ => (value.parts(), quote!(assert_open_slot)),
    };
    let call = |part: &Part| {
        let Part { lens, ty, .. } = part;
        quote_spanned!(ty.span().resolved_at(Span::call_site())=> const _: () = __s::#assertion::<#own, #lens>();)
    };
    parts.into_iter().map(call).collect()
}

/// The parts of the impl, in the order of the trait.
pub(super) struct Body {
    pub(super) shape: TokenStream,
    pub(super) min: TokenStream,
    pub(super) max: TokenStream,
    pub(super) encode: TokenStream,
    pub(super) decode: TokenStream,
}

impl quote::ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { shape, min, max, encode, decode } = self;
        tokens.extend(quote! {
            const SHAPE: &'static __s::Shape = &#shape;
            const MIN: usize = #min;
            const MAX: ::core::option::Option<usize> = #max;
            fn encode(&self, encoder: &mut __s::Encoder) { #encode }
            fn decode(decoder: &mut __s::Decoder<'_>) -> ::core::result::Result<Self, __s::DecodeError> { #decode }
        });
    }
}

fn stub() -> Body {
    Body {
        shape: quote!(__s::Shape::Recur),
        min: quote!(0),
        max: quote!(::core::option::Option::None),
        encode: quote!(loop {}),
        decode: quote!(loop {}),
    }
}

/// The type's parameters, each of which must be a value; and what a tagged struct must be able to leave out must have a
/// default.
pub(super) fn bounded(value: &Value) -> syn::Generics {
    let runtime = &value.runtime;
    let mut generics = value.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#runtime::SessionValue));
    }
    if let Form::Tagged(parts) = &value.form {
        let missing = parts.iter().filter(|part| part.default.is_none() && value.depends_on_parameters(part));
        let types: Vec<_> = missing.map(|part| &part.ty).collect();
        if !types.is_empty() {
            let clause = generics.make_where_clause();
            clause.predicates.extend(
                types
                    .iter()
                    .map(|ty| -> syn::WherePredicate { syn::parse_quote!(#ty: ::core::default::Default) }),
            );
        }
    }
    generics
}
