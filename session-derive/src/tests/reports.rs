//! What is reported, and how it is said.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// The messages of all `compile_error!`s in `output`.
pub(super) fn messages(output: TokenStream) -> Vec<String> {
    let file = syn::parse2::<syn::File>(output).expect("items");
    file.items
        .into_iter()
        .filter_map(|item| match item {
            syn::Item::Macro(call) => Some(call.mac.parse_body::<LitStr>().expect("a message").value()),
            _ => None,
        })
        .collect()
}

pub(super) fn of_data(input: TokenStream) -> Vec<String> {
    messages(crate::session_data(input))
}

pub(super) fn of_field(options: &TokenStream, ty: &TokenStream) -> Vec<String> {
    of_data(quote!(struct S { #[session(#options)] field: #ty }))
}

#[test]
fn several_mistakes_in_one_list_are_several_errors() {
    let found =
        of_field(&quote!(identiy, ttl = "15m", merge = "add", rename = 3, flash, flash), &quote!(Option<u8>));
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn every_conflict_is_one_error_that_says_what_to_do() {
    let option = quote!(Option<u8>);
    let secret = quote!(Secret<u8>);
    let cases = [
        (quote!(identity, merge = lww), &option),
        (quote!(identity, secret), &option),
        (quote!(identity, flash), &option),
        (quote!(identity, keep), &option),
        (quote!(identity, privilege), &option),
        (quote!(identity, default = Some(3)), &option),
        (quote!(identity, skip), &option),
        (quote!(skip, merge = add), &option),
        (quote!(skip, flash), &option),
        (quote!(skip, secret), &secret),
        (quote!(skip, pii), &option),
        (quote!(skip, keep), &option),
        (quote!(skip, privilege), &option),
        (quote!(skip, rename = "x"), &option),
        (quote!(flash, merge = lww), &option),
        (quote!(flash, privilege), &option),
        (quote!(flash, copy), &option),
        (quote!(flash, secret), &option),
        (quote!(privilege, merge = add), &option),
        (quote!(privilege, keep), &option),
        (quote!(flash, default = Some(1)), &option),
        (quote!(secret, copy), &secret),
        (quote!(secret), &option),
        (quote!(secret), &quote!(Option<Secret<u8>>)),
        (quote!(keep), &secret),
        (quote!(keep), &quote!(Option<Secret<u8>>)),
        (quote!(flash), &quote!(u8)),
        (quote!(identity), &quote!(i64)),
        (quote!(accessor = "not a name"), &option),
        (quote!(accessor = "self"), &option),
        (quote!(rename = ""), &option),
        (quote!(default = ), &option),
        (quote!(default(3)), &option),
        (quote!(merge), &option),
        (quote!(merge = maximum), &option),
        (quote!(merge = newest), &option),
        (quote!(merge = "self::newest"), &option),
        (quote!(merge = self::newest::<u8>), &option),
        (quote!(merge = |base, mine, theirs| *mine), &option),
        (quote!(flash, merge = self::newest), &option),
        (quote!(identity, merge = conflict), &option),
        (quote!(privilege, merge = union), &option),
        (quote!(privilege, merge = Self::newest), &option),
        (quote!(skip, merge = first), &option),
        (quote!(copy = true), &option),
        (quote!("copy"), &option),
    ];
    for (options, ty) in cases {
        let found = of_field(&options, ty);
        assert_eq!(found.len(), 1, "{options}: {found:#?}");
        let cures = ["write", "remove", "did you mean", "such as", "add", ": `", "give"];
        assert!(cures.iter().any(|cure| found[0].contains(cure)), "{options}: {}", found[0]);
        assert!(!found[0].ends_with('.') && !found[0].starts_with(char::is_uppercase), "{}", found[0]);
    }
}

#[test]
fn what_is_allowed_is_not_reported() {
    let cases = [
        (quote!(identity, rename = "uid", accessor = "who", copy), quote!(Option<UserId>)),
        (quote!(privilege, default, merge = lww,), quote!(Vec<u8>)),
        (quote!(keep, default, merge = add), quote!(u64)),
        (quote!(merge = first), quote!(u64)),
        (quote!(merge = max), quote!(f64)),
        (quote!(merge = min), quote!(Option<SystemTime>)),
        (quote!(merge = union, rename = "x"), quote!(BTreeSet<u8>)),
        (quote!(merge = append,), quote!(String)),
        (quote!(merge = conflict), quote!(Vec<u8>)),
        (quote!(merge = self::newest), quote!(u8)),
        (quote!(merge = ::other::merge::newest, keep), quote!(u8)),
        (quote!(secret, merge = conflict), quote!(Secret<Vec<u8>>)),
        (quote!(flash, keep, rename = "n"), quote!(::core::option::Option<u8>)),
        (quote!(skip, default = a::<B, C>(1, 2), copy), quote!(u8)),
        (quote!(secret, keep), quote!(session::Secret<Vec<u8>>)),
        (quote!(pii, identity), quote!(Option<u8>)),
        (quote!(pii, secret), quote!(Secret<u8>)),
        (quote!(pii, flash, keep), quote!(Option<String>)),
        (quote!(skip), quote!(Secret<u8>)),
        (quote!(accessor = "type"), quote!(u8)),
    ];
    for (options, ty) in cases {
        let found = of_field(&options, &ty);
        assert!(found.is_empty(), "{options}: {found:#?}");
    }
}

#[test]
fn names_that_a_session_has_are_refused() {
    for name in ["id", "destroy", "update", "clone", "into", "sign_in", "rotations"] {
        let name = quote::format_ident!("{name}");
        let found = of_data(quote!(struct S { #name: u8 }));
        assert_eq!(found.len(), 1, "{name}: {found:#?}");
        assert!(of_data(quote!(struct S { #[session(accessor = "other")] #name: u8 })).is_empty());
        let text = name.to_string();
        assert_eq!(
            of_data(quote!(
                struct S {
                    #[session(accessor = #text)]
                    other: u8,
                }
            ))
            .len(),
            1
        );
    }
}

#[test]
fn names_that_two_fields_give_are_refused() {
    assert_eq!(
        of_data(quote!(
            struct S {
                x: u8,
                set_x: u8,
            }
        ))
        .len(),
        1
    );
    assert_eq!(
        of_data(quote!(
            struct S {
                update_x: u8,
                x: u8,
            }
        ))
        .len(),
        1
    );
    assert_eq!(
        of_data(quote!(
            struct S {
                x: u8,
                #[session(accessor = "x")]
                y: u8,
            }
        ))
        .len(),
        1
    );
    assert_eq!(
        of_data(quote!(
            struct S {
                x: u8,
                #[session(rename = "x")]
                y: String,
            }
        ))
        .len(),
        1
    );
    assert_eq!(
        of_data(quote!(
            struct S {
                #[session(skip)]
                x: u8,
                #[session(rename = "x")]
                y: u8,
            }
        ))
        .len(),
        0
    );
    assert_eq!(
        of_data(quote!(
            struct S {
                #[session(identity)]
                x: Option<u8>,
                #[session(identity)]
                y: Option<u8>,
            }
        ))
        .len(),
        1
    );
}

#[test]
fn containers_are_checked() {
    let wrong = [
        quote!(version = 0),
        quote!(version = "1"),
        quote!(version = 1.5),
        quote!(version = 5_000_000_000),
        quote!(version = 1u8),
        quote!(version = 1, version = 2),
        quote!(crate = "session"),
        quote!(crate = 3),
        quote!(packed),
        quote!(identity),
        quote!(versoin = 2),
        quote!(version),
        quote!(version =),
        quote!(version 3),
        quote!(version = 1 + 1),
    ];
    for options in wrong {
        let found = of_data(quote!(
            #[session(#options)]
            struct S {}
        ));
        assert_eq!(found.len(), 1, "{options}: {found:#?}");
    }
    for attribute in [quote!(#[session]), quote!(#[session = "x"])] {
        assert_eq!(of_data(quote!(#attribute struct S {})).len(), 1);
    }
    let shapes = [
        quote!(
            enum S {
                A,
            }
        ),
        quote!(union S { a: u8 }),
        quote!(
            struct S(u8);
        ),
        quote!(
            struct S;
        ),
        quote!(
            struct S<T> {
                a: T,
            }
        ),
        quote!(
            struct S<'a> {
                a: &'a str,
            }
        ),
        quote!(
            struct S<const N: usize> {
                a: [u8; N],
            }
        ),
    ];
    for shape in shapes {
        assert_eq!(of_data(shape.clone()).len(), 1, "{shape}");
    }
}

#[test]
fn values_are_checked() {
    let wrong = [
        quote!(
            #[session(packed)]
            struct V(u8);
        ),
        quote!(
            #[session(packed)]
            struct V;
        ),
        quote!(
            #[session(packed)]
            enum V {
                A,
            }
        ),
        quote!(
            #[session(version = 2)]
            struct V {
                a: u8,
            }
        ),
        quote!(
            struct V {
                #[session(skip)]
                a: u8,
            }
        ),
        quote!(
            struct V {
                #[session(rename_all = "x")]
                a: u8,
            }
        ),
        quote!(
            struct V {
                a: u8,
                #[session(rename = "a")]
                b: u8,
            }
        ),
        quote!(
            #[session(packed)]
            struct V {
                #[session(default = 3)]
                a: u8,
            }
        ),
        quote!(
            struct V(#[session(rename = "x")] u8);
        ),
        quote!(
            enum V {}
        ),
        quote!(
            enum V {
                A,
                #[session(rename = "A")]
                B,
            }
        ),
        quote!(
            enum V {
                #[session(default)]
                A,
            }
        ),
        quote!(
            enum V {
                A {
                    #[session(default)]
                    a: u8,
                },
            }
        ),
        quote!(
            enum V {
                A {
                    b: u8,
                    #[session(rename = "b")]
                    a: u8,
                },
            }
        ),
        quote!(union V { a: u8 }),
    ];
    for input in wrong {
        let found = messages(crate::session_value(input.clone()));
        assert_eq!(found.len(), 1, "{input}: {found:#?}");
    }
}

#[test]
fn a_list_of_options_may_end_in_a_comma_and_be_given_in_parts() {
    let input = quote! {
        struct S { #[session(keep,)] #[session(copy)] #[other] a: u8 }
    };
    assert!(of_data(input).is_empty());
}
