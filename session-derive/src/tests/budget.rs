//! How much is generated. Every token is compiled in every build of every app, so growth must be meant.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::flatten;

/// What session data without fields costs.
const DATA_FIXED: usize = 380;
/// What each field adds: an ordinary one with a getter by reference, the commonest and the dearest of its kind.
const DATA_FIELD: usize = 280;
const DATA_SCALAR: usize = 270;
const DATA_FLASH: usize = 200;
const DATA_IDENTITY: usize = 420;
/// The same for tagged values and for variants.
const VALUE_FIXED: usize = 210;
const VALUE_FIELD: usize = 170;
const VARIANT: usize = 210;

fn size(tokens: TokenStream) -> usize {
    flatten(tokens).len()
}

/// What each of ten more fields adds.
fn per_field(field: fn(&proc_macro2::Ident) -> TokenStream, expand: fn(TokenStream) -> TokenStream) -> usize {
    let sized = |count: usize| {
        let names = (0..count).map(|index| format_ident!("field{index}"));
        let fields = names.map(|name| field(&name));
        size(expand(quote!(pub struct Sized { #(#fields),* })))
    };
    (sized(11) - sized(1)).div_ceil(10)
}

fn within(what: &str, measured: usize, budget: usize) {
    assert!(measured <= budget, "{what}: {measured} tokens, where {budget} are allowed");
    // A budget far above the cost would let it grow unseen.
    assert!(measured * 5 >= budget * 4, "{what}: {measured} tokens; lower the budget of {budget}");
}

#[test]
fn session_data_stays_within_its_budget() {
    let expand = crate::session_data;
    within(
        "fixed",
        size(expand(quote!(
            pub struct Sized {}
        ))),
        DATA_FIXED,
    );
    within("field", per_field(|name| quote!(#[doc = "Documented."] pub #name: String), expand), DATA_FIELD);
    within("scalar", per_field(|name| quote!(#[doc = "Documented."] pub #name: u32), expand), DATA_SCALAR);
    within(
        "flash",
        per_field(|name| quote!(#[session(flash)] pub #name: Option<String>), expand),
        DATA_FLASH,
    );
    let without = size(expand(quote!(
        pub struct Sized {}
    )));
    let with = size(expand(quote!(
        pub struct Sized {
            #[session(identity)]
            user_id: Option<i64>,
        }
    )));
    within("identity", with - without, DATA_IDENTITY);
}

#[test]
fn session_values_stay_within_their_budget() {
    let expand = crate::session_value;
    within(
        "fixed",
        size(expand(quote!(
            pub struct Sized {}
        ))),
        VALUE_FIXED,
    );
    within("field", per_field(|name| quote!(pub #name: String), expand), VALUE_FIELD);
    let variants = |count: usize| {
        let names = (0..count).map(|index| format_ident!("Variant{index}"));
        size(expand(quote!(pub enum Sized { #(#names(String)),* })))
    };
    within("variant", (variants(11) - variants(1)).div_ceil(10), VARIANT);
}
