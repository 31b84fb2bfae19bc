//! Properties of all output.

use proc_macro2::{TokenStream, TokenTree};

use super::{every_field, every_value, flatten};

/// Names that an app may have given to something else.
const PRELUDE: [&str; 14] = [
    "Some", "None", "Ok", "Err", "Option", "Result", "Vec", "String", "Box", "Clone", "Default", "From",
    "Deref", "Debug",
];

fn outputs() -> Vec<TokenStream> {
    let values = every_value().into_iter().map(crate::session_value);
    std::iter::once(crate::session_data(every_field())).chain(values).collect()
}

#[test]
fn the_same_struct_gives_the_same_tokens() {
    let [one, other] =
        [outputs(), outputs()].map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(one, other);
}

#[test]
fn all_output_is_items() {
    for output in outputs() {
        let text = output.to_string();
        assert!(!text.contains("compile_error"), "{text}");
        syn::parse2::<syn::File>(output).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
}

/// The words at which a path begins, with those of the struct left out: they mean there what they mean to the author.
fn heads(tokens: TokenStream) -> Vec<String> {
    let trees = flatten(tokens);
    let is_colon = |index: usize| matches!(&trees[index], TokenTree::Punct(punct) if punct.as_char() == ':');
    let is_second = |index: usize| index > 1 && is_colon(index - 1) && is_colon(index - 2);
    (0..trees.len())
        .filter(|&index| !is_second(index))
        .filter_map(|index| match &trees[index] {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn nothing_is_taken_from_the_prelude() {
    let input = quote::quote! {
        struct Own {
            #[session(identity)] user_id: std::Who,
            #[session(merge = add)] views: std::U32,
            #[session(merge = max)] best: std::U32,
            #[session(merge = Self::newest)] last: std::U32,
            #[session(flash)] notice: std::Option<std::Text>,
            #[session(skip)] scratch: std::U8,
            #[session(secret)] token: std::Secret<std::Text>,
        }
    };
    let values = [
        quote::quote!(
            struct Own {
                a: std::U8,
                b: std::U8,
            }
        ),
        quote::quote!(
            #[session(packed)]
            struct Own<T> {
                a: T,
            }
        ),
        quote::quote!(
            struct Own(std::U8);
        ),
        quote::quote!(
            struct Own(std::U8, std::U8);
        ),
        quote::quote!(
            struct Own;
        ),
        quote::quote!(
            enum Own {
                A,
                B(std::U8),
                C { d: std::U8 },
            }
        ),
    ];
    let outputs = values.into_iter().map(crate::session_value).chain([crate::session_data(input)]);
    for output in outputs {
        for head in heads(output) {
            assert!(!PRELUDE.contains(&head.as_str()), "a path begins with `{head}`");
        }
    }
}

#[test]
fn nothing_private_stands_in_a_signature() {
    let file = syn::parse2::<syn::File>(crate::session_data(every_field())).expect("items");
    let mut methods = 0;
    let constants = file.items.iter().filter_map(|item| match item {
        syn::Item::Const(constant) => Some(&*constant.expr),
        _ => None,
    });
    for expr in constants {
        let syn::Expr::Block(block) = expr else { continue };
        for statement in &block.block.stmts {
            let syn::Stmt::Item(syn::Item::Impl(inherent)) = statement else { continue };
            for item in inherent.items.iter().filter(|_| inherent.trait_.is_none()) {
                let syn::ImplItem::Fn(method) = item else { continue };
                let signature = quote::ToTokens::to_token_stream(&method.sig).to_string();
                assert!(!signature.contains("__s") && !signature.contains("__Lens"), "{signature}");
                methods += 1;
            }
        }
    }
    assert_eq!(
        methods,
        3 * 7 + 3 + 1,
        "three for every field, three more for the identity, one for the slot"
    );
}

#[test]
fn a_struct_with_mistakes_keeps_every_accessor() {
    let input = quote::quote! {
        struct Bad {
            #[session(flsh)] notice: Option<String>,
            cart: Vec<Item>,
            #[session(default =)] views: u32,
        }
    };
    let text = crate::session_data(input).to_string();
    assert_eq!(text.matches("compile_error").count(), 2, "{text}");
    for name in ["notice", "set_cart", "update_views"] {
        assert!(text.contains(&format!("fn {name} ")), "{name}");
    }
    assert!(!text.contains("assert_table"));
}
