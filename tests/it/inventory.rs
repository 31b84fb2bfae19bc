//! What a struct holds about people, and for how long, is what it says.

use std::time::Duration;

use session::config::{Lifetime, SessionConfig};
use session::schema::{DataClass, inventory};
use session::{Secret, SessionData};

#[derive(SessionData, Clone)]
#[session(retired("nickname"))]
struct Visitor {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(pii, max_len = 100)]
    email: Option<String>,
    #[session(secret, pii)]
    passport: Secret<String>,
    #[session(secret)]
    api_token: Secret<String>,
    #[session(keep)]
    theme: String,
    #[session(pii, flash)]
    greeting: Option<String>,
    views: u32,
    #[session(skip)]
    #[expect(dead_code, reason = "it is there to be left out")]
    scratch: u8,
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn the_inventory_lists_every_field_with_its_class_and_the_longest_retention() {
    let lifetime = |idle, absolute, persistent| Lifetime { idle, absolute, persistent };
    let config = SessionConfig::builder()
        .anonymous(lifetime(HOUR / 2, 2 * HOUR, false))
        .authenticated(lifetime(HOUR, 36 * HOUR, false))
        .remembered(lifetime(48 * HOUR, 720 * HOUR, true))
        .build()
        .unwrap();
    let inventory = inventory::<Visitor>(&config);
    assert_eq!((inventory.idle, inventory.absolute), (48 * HOUR, 720 * HOUR));
    assert_eq!(
        inventory.to_string(),
        "\
| field of `Visitor` | class | kept |
|---|---|---|
| `user_id` | principal | 2 days without use, 30 days in all |
| `email` | personal | 2 days without use, 30 days in all |
| `passport` | secret, personal | 2 days without use, 30 days in all |
| `api_token` | secret | 2 days without use, 30 days in all |
| `theme` | other | 2 days without use, 30 days in all, also after signing out |
| `greeting` | personal | 2 days without use, 30 days in all |
| `views` | other | 2 days without use, 30 days in all |
| `nickname` | retired | 2 days without use, 30 days in all |
"
    );
    let personal: Vec<_> = inventory.personal().map(|held| held.field).collect();
    assert_eq!(personal, ["user_id", "email", "passport", "greeting"]);
    let secrets = inventory.held.iter().filter(|held| held.class == DataClass::Secret);
    assert_eq!(secrets.map(|held| held.field).collect::<Vec<_>>(), ["passport", "api_token"]);
}

#[test]
fn what_is_personal_is_in_the_schema_and_changes_nothing_of_what_is_stored() {
    #[derive(SessionData, Clone)]
    struct With {
        #[session(pii)]
        email: String,
    }
    #[derive(SessionData, Clone)]
    struct Without {
        email: String,
    }
    let (with, without) = (session::schema::of::<With>(), session::schema::of::<Without>());
    assert_eq!(with.fields[0].to_string(), "email: str (9d0882d2) pii, without a bound");
    assert_eq!(with.fields[0].flags.wire(), without.fields[0].flags.wire());
    let record = session::testing::record_of(With { email: "a@b.example".to_owned() }).unwrap();
    let same = session::testing::record_of(Without { email: "a@b.example".to_owned() }).unwrap();
    assert_eq!(record.fields, same.fields);
}
