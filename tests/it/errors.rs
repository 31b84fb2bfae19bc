//! The seed library's fifteen error classes, and what stands for each here.

use std::error::Error as _;
use std::time::Duration;

use session::store::Gone;
use session::{Applied, Error, ErrorKind};

/// The class, what it says there, and the kind here with the data that a caller needs.
fn table() -> Vec<(&'static str, ErrorKind, &'static str)> {
    let unavailable = ErrorKind::Unavailable { applied: Applied::No, retry_after: None };
    let unknown = ErrorKind::Unavailable { applied: Applied::Unknown, retry_after: None };
    let open = ErrorKind::Unavailable { applied: Applied::No, retry_after: Some(Duration::from_secs(7)) };
    vec![
        // Expired is absent: a caller does the same about both. A request that is overtaken by the deadline learns it.
        ("SessionExpiredException", ErrorKind::Gone(Gone::Expired), "expired"),
        ("SessionNotFoundException", ErrorKind::Absent, "no such session"),
        ("SessionCorruptionException", ErrorKind::Corrupt, "damaged"),
        ("StorageConnectionException", unavailable.clone(), "cannot be reached"),
        ("SessionValidationException", ErrorKind::Conflict { field: "cart" }, "`cart`"),
        ("SessionSerializationException", ErrorKind::Encode { field: "cart" }, "`cart`"),
        ("SessionEncryptionException", ErrorKind::Seal, "sealed"),
        (
            "CookieSizeExceededException",
            ErrorKind::TooLarge { actual: 5000, limit: 4096, largest: vec![("cart", 3000), ("name", 40)] },
            "5000 bytes where 4096 are allowed; most of it is in `cart` (3000), `name` (40)",
        ),
        ("SessionBindingException", ErrorKind::Binding { what: "ip" }, "(ip)"),
        ("InsecureSecretException", ErrorKind::InsecureSecret, "must not be used"),
        ("CircuitOpenException", open, "7s"),
        ("ConnectionPoolTimeoutException", unknown, "gave no answer"),
        ("ClusterException", unavailable, "cannot be reached"),
        // A token that does not verify is absent, with an event: nothing of ours was lost.
        ("InvalidSignatureError", ErrorKind::Absent, "no such session"),
        (
            "unknown preset",
            ErrorKind::Config(vec!["there is no preset `x`".to_owned()]),
            "there is no preset `x`",
        ),
    ]
}

#[test]
fn every_error_class_of_the_seed_has_a_kind_that_says_what_it_said() {
    let table = table();
    assert_eq!(table.len(), 15);
    for (class, kind, says) in table {
        let error = Error::new(kind.clone()).in_context("while testing").caused_by("the driver's own words");
        assert_eq!(error.kind(), &kind, "{class}");
        let text = error.to_string();
        assert!(text.contains(says) && text.starts_with("while testing: "), "{class}: {text}");
        assert_eq!(error.source().unwrap().to_string(), "the driver's own words", "{class}");
    }
}
