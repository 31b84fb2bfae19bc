//! Schemas as data: what is printed stays as it is printed, and a comparison says what a deploy does to stored sessions.

use session::schema::{Change, compare, of};

mod before {
    use session::{Secret, SessionData, SessionValue};

    #[derive(SessionValue, Clone, Default)]
    pub struct Item {
        sku: String,
        quantity: u32,
        gift: bool,
    }

    #[derive(SessionValue, Clone, Default)]
    pub enum Step {
        #[default]
        Start,
        Pay(u64),
    }

    #[derive(SessionData, Clone)]
    pub struct Shop {
        #[session(identity)]
        pub user_id: Option<i64>,
        #[session(merge = add)]
        pub views: u32,
        pub cart: Vec<Item>,
        pub step: Step,
        #[session(secret)]
        pub token: Secret<String>,
        pub gone: u8,
        pub retyped: u8,
    }
}

mod after {
    use session::{Secret, SessionData, SessionValue};

    #[derive(SessionValue, Clone, Default)]
    pub struct Item {
        sku: String,
        quantity: u64,
        #[session(alias = "gift")]
        is_gift: bool,
        note: Option<String>,
    }

    #[derive(SessionValue, Clone, Default)]
    pub enum Step {
        #[default]
        Start,
        Done,
    }

    #[derive(SessionData, Clone)]
    #[session(version = 2, retired("gone"))]
    pub struct Shop {
        #[session(identity)]
        pub user_id: Option<i64>,
        #[session(alias = "views", merge = add)]
        pub pages: u32,
        pub cart: Vec<Item>,
        pub step: Step,
        #[session(secret)]
        pub token: Secret<String>,
        pub retyped: u16,
        #[session(keep, max_len = 10)]
        pub theme: String,
    }
}

#[test]
fn a_schema_is_printed_the_same_for_ever() {
    assert_eq!(
        of::<after::Shop>().to_string(),
        "\
Shop, version 2, without a bound
  user_id: Option<i64> (abf5f6b2) identity, up to 20 bytes
  pages: u32 (a3f99d4b) merge, up to 30 bytes
    formerly views: u32 (a3f99d4b), also written
  cart: [{sku: str, quantity: u64, is_gift: bool, note: Option<str>}] (54d411d2, inside 41b868f7) without a bound
  step: enum {Start: (), Done: ()} (5ab6119c, inside 1b9ee2fc) up to 19 bytes
  token: Secret<str> (8bff20b0) secret, without a bound
  retyped: u16 (a38b5ca5) up to 13 bytes
  theme: str (9d0882d2) keep, up to 21 bytes
  retired: gone
"
    );
}

#[test]
fn a_comparison_says_what_is_read_by_whom_and_what_gets_lost() {
    let report = compare(&of::<before::Shop>(), &of::<after::Shop>());
    assert_eq!(
        report.to_string(),
        "\
pages: renamed from `views`
cart.quantity: retyped from u32 to u64: the new program does not read old values; the old program does not read new \
         values; values can get lost
cart.is_gift: renamed from `gift`
cart.note: added: values can get lost
step.Pay: removed: the new program does not read old values; values can get lost
step.Done: added: the old program does not read new values
gone: removed
retyped: retyped from u8 to u16: the new program does not read old values; the old program does not read new values; \
         values can get lost
theme: added
"
    );
    assert!(!report.is_readable() && !report.is_writable() && !report.is_lossless());
    assert_eq!(report.findings[0].change, Change::Renamed { from: "views" });
}

#[test]
fn a_schema_is_compatible_with_itself() {
    let schema = of::<after::Shop>();
    let report = compare(&schema, &schema);
    assert_eq!(report.findings, []);
    assert!(report.is_readable() && report.is_writable() && report.is_lossless());
}
