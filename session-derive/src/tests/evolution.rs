//! What is reported of former fields and other versions.

use quote::quote;

use super::reports::{messages, of_data, of_field};

#[test]
fn what_is_said_of_other_versions_is_checked() {
    let wrong = [
        quote!(previous = Old),
        quote!(version = 2, previous = Old),
        quote!(version = 3, previous = Old, write_as = 1),
        quote!(version = 2, previous = Old, min_reader = 2, write_as = 1),
        quote!(version = 2, previous = "Old", min_reader = 2),
        quote!(version = 2, min_reader = 3),
        quote!(version = 2, write_as = 1),
        quote!(on_failed_upgrade = reset),
        quote!(version = 2, previous = Old, min_reader = 2, on_failed_upgrade = rest),
        quote!(retired("live")),
        quote!(retired("old")),
        quote!(retired("gone", since = 2)),
        quote!(retired()),
        quote!(retired = "gone"),
        quote!(retired("gone:xyz")),
        quote!(retired(gone)),
        quote!(min_reader = 0),
    ];
    for options in wrong {
        let found = of_data(quote!(
            #[session(#options)]
            struct S {
                #[session(alias = "old")]
                live: u8,
            }
        ));
        assert_eq!(found.len(), 1, "{options}: {found:#?}");
        let cures =
            ["write", "remove", "did you mean", "such as", "add", ": `", "give", "only their version"];
        assert!(cures.iter().any(|cure| found[0].contains(cure)), "{options}: {}", found[0]);
    }
    let right = [
        quote!(version = 2, previous = Old, min_reader = 2, on_failed_upgrade = keep_aside),
        quote!(version = 2, previous = path::Old, write_as = 1),
        quote!(version = 4, min_reader = 3, retired("a", "live:7b402292", since = 3), retired("b")),
    ];
    for options in right {
        let found = of_data(quote!(
            #[session(#options)]
            struct S {
                #[session(alias = "old")]
                live: u8,
            }
        ));
        assert!(found.is_empty(), "{options}: {found:#?}");
    }
}

#[test]
fn former_forms_are_checked() {
    let wrong = [
        quote!(alias = "field"),
        quote!(alias = "other"),
        quote!(alias = "old", alias = "old"),
        quote!(alias = ""),
        quote!(alias = old),
        quote!(with = path),
        quote!(was = u8, with = "path"),
        quote!(was = u8, with = a, with = b),
        quote!(was = ),
        quote!(skip, alias = "old"),
        quote!(skip, was = u8),
        quote!(flash, alias = "old"),
        quote!(flash, was = Option<u8>),
    ];
    for options in wrong {
        let found = of_data(quote!(
            struct S {
                #[session(#options)]
                field: Option<u16>,
                other: u8,
            }
        ));
        assert_eq!(found.len(), 1, "{options}: {found:#?}");
    }
    let right = quote!(alias = "b", alias = "a", was = u8, was = String, with = parse::<u16>, back = show);
    assert!(of_field(&right, &quote!(u16)).is_empty());
    assert_eq!(
        of_data(quote!(
            struct S {
                rest: session::Unknown,
            }
        ))
        .len(),
        1
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_not_known_has_one_place() {
    let wrong = [
        quote!(
            struct V {
                a: u8,
                rest: Unknown,
                more: session::Unknown,
            }
        ),
        quote!(
            struct V {
                a: u8,
                #[session(rename = "x")]
                rest: Unknown,
            }
        ),
        quote!(
            struct V {
                a: u8,
                #[session(alias = "x")]
                rest: Unknown,
            }
        ),
        quote!(
            struct V(u8, Unknown);
        ),
        quote!(
            #[session(packed)]
            struct V {
                a: u8,
                rest: Unknown,
            }
        ),
        quote!(
            enum V {
                A,
                B(Unknown),
            }
        ),
        quote!(
            enum V {
                A,
                #[session(other)]
                B(u8),
            }
        ),
        quote!(
            enum V {
                A,
                #[session(other)]
                B {
                    rest: u8,
                },
            }
        ),
        quote!(
            enum V {
                #[session(other)]
                A,
                #[session(other)]
                B(Unknown),
            }
        ),
        quote!(
            enum V {
                A,
                #[session(other, rename = "x")]
                B(Unknown),
            }
        ),
        quote!(
            struct V {
                a: u8,
                #[session(alias = "a")]
                b: u8,
            }
        ),
        quote!(
            struct V {
                #[session(alias = "a")]
                kids: Vec<Self>,
            }
        ),
        quote!(
            struct V<T> {
                #[session(was = u8)]
                a: T,
            }
        ),
        quote!(
            struct V(#[session(was = u8)] u16);
        ),
    ];
    for input in wrong {
        let found = messages(crate::session_value(input.clone()));
        assert_eq!(found.len(), 1, "{input}: {found:#?}");
    }
    let right = [
        quote!(
            struct V {
                #[session(alias = "b", was = u8)]
                a: u16,
                rest: ::session::Unknown,
            }
        ),
        quote!(
            enum V {
                A(u8),
                #[session(other)]
                Other,
            }
        ),
        quote!(
            enum V {
                A(u8),
                #[session(other)]
                Other(Unknown),
            }
        ),
        quote!(
            struct V<T> {
                #[session(alias = "b")]
                a: T,
                rest: Unknown,
            }
        ),
    ];
    for input in right {
        let found = messages(crate::session_value(input.clone()));
        assert!(found.is_empty(), "{input}: {found:#?}");
    }
}
