//! What every expansion has in common, checked on the tokens.

mod budget;
mod evolution;
mod output;
mod reports;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

/// A struct with one field of every kind.
fn every_field() -> TokenStream {
    quote! {
        /// Documented.
        #[session(version = 3)]
        pub struct Everything {
            /// Whose.
            #[session(identity)]
            pub user_id: Option<i64>,
            #[session(merge = add)]
            pub views: u32,
            cart: Vec<Item>,
            #[session(flash)]
            notice: Option<String>,
            #[session(skip, default = Some(4))]
            scratch: Option<u8>,
            #[session(privilege, rename = "roles")]
            r#type: Vec<Role>,
            #[session(secret, accessor = "api_token")]
            token: Secret<String>,
            #[session(copy)]
            last: Result<Id, Option<Id>>,
        }
    }
}

/// Types of every form.
fn every_value() -> Vec<TokenStream> {
    vec![
        quote!(
            struct Tagged {
                a: Option<u8>,
                #[session(default = 3)]
                b: Vec<Self>,
            }
        ),
        quote!(
            #[session(packed)]
            struct Packed<T> {
                a: Option<T>,
                b: String,
            }
        ),
        quote!(
            struct Transparent(Option<u8>);
        ),
        quote!(
            struct Tuple(Result<u8, String>, Vec<u8>);
        ),
        quote!(
            struct Unit;
        ),
        quote!(
            enum Enum<T> {
                A,
                #[session(rename = "bee")]
                B(Option<T>),
                C {
                    some: Vec<u8>,
                },
            }
        ),
        quote!(
            struct Generic<T> {
                items: Vec<T>,
                nested: Option<Box<Generic<T>>>,
            }
        ),
    ]
}

/// All tokens, with the insides of groups; a group counts as one more.
fn flatten(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|tree| match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten(group.stream()),
            TokenTree::Group(group) => {
                let inside = flatten(group.stream());
                std::iter::once(TokenTree::Group(group)).chain(inside).collect()
            }
            tree => vec![tree],
        })
        .collect()
}
