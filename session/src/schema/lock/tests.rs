//! What the compiler would say, said at run time. `ui-tests/fail/lock` has the same from the compiler itself.

use super::*;
use crate::{SessionData, SessionValue};

/// All that is wrong with the lock of `T`.
fn said<T: SessionData>(lock: &str) -> String {
    let message = report::<T, 30_000>(lock);
    assert_eq!(message.as_str().len(), room::<T>(lock), "the room is exactly what the message takes");
    message.as_str().to_owned()
}

/// The lock that a message has in it.
fn pasted(message: &str) -> String {
    let (_, rest) = message.split_once("lock = \"").expect("a lock to paste");
    rest.split_once('"').expect("its end").0.to_owned()
}

/// The lock of `T` as it is printed for an empty one.
fn lock_of<T: SessionData>() -> String {
    pasted(&said::<T>(""))
}

mod v1 {
    use super::*;

    #[derive(SessionValue, Clone, Default)]
    pub(super) struct Item {
        sku: String,
        quantity: u32,
    }

    #[derive(SessionValue, Clone, Default)]
    pub(super) enum Step {
        #[default]
        Start,
        Pay(u64),
    }

    #[derive(SessionData, Clone)]
    pub(super) struct Shop {
        user_id: Option<i64>,
        username: Option<String>,
        cart: Vec<Item>,
        step: Step,
    }
}

mod v2 {
    use super::*;

    #[derive(SessionValue, Clone, Default)]
    pub(super) struct Item {
        sku: String,
        quantity: u64,
        note: String,
    }

    #[derive(SessionValue, Clone, Default)]
    pub(super) enum Step {
        #[default]
        Start,
        Pay(u64),
        Done,
    }

    #[derive(SessionData, Clone)]
    pub(super) struct Shop {
        user_id: Option<u64>,
        nick: Option<String>,
        cart: Vec<Item>,
        step: Step,
        theme: u8,
    }
}

#[test]
fn an_empty_lock_is_filled_in_and_then_fits() {
    let lock = lock_of::<v1::Shop>();
    assert_eq!(
        lock.split_whitespace().collect::<Vec<_>>(),
        [
            "user_id:abf5f6b2",
            "username:0575540c",
            "cart:54d411d2",
            "cart.sku:9d0882d2",
            "cart.quantity:a3f99d4b",
            "step:5ab6119c",
            "step.Start:4d7ac5a7",
            "step.Pay:c82b3522",
        ]
    );
    assert_eq!(said::<v1::Shop>(&lock), "");
    // White space separates, whichever.
    assert_eq!(said::<v1::Shop>(&lock.split_whitespace().collect::<Vec<_>>().join("\t")), "");
}

#[test]
fn every_change_is_named_and_a_paste_alone_does_not_silence_it() {
    let before = lock_of::<v1::Shop>();
    let message = said::<v2::Shop>(&before);
    for line in [
        "changed: `user_id` was Option<i64> and is now Option<u64>",
        "removed: `username`, Option<str>; `nick` is new and has its shape",
        "changed: `cart.quantity` was u32 and is now u64",
        "added:   `cart.note`, str",
        "added:   `step.Done`, ()",
        "added:   `theme`, u8",
        "retired(\"cart.quantity:",
        "rename = \"username\"",
    ] {
        assert!(message.contains(line), "{line} in {message}");
    }
    let after = pasted(&message);
    assert!(after.trim_end().starts_with(before.trim_end()), "a lock only grows");
    let again = said::<v2::Shop>(&after);
    assert!(again.contains("changed: `user_id`") && again.contains("removed: `username`"), "{again}");
    assert!(!again.contains("added:") && !again.contains("lock = "), "{again}");
}

mod additions {
    use super::*;

    #[derive(SessionValue, Clone, Default)]
    struct Item {
        note: Option<String>,
        sku: String,
        quantity: u32,
    }

    #[derive(SessionValue, Clone, Default)]
    enum Step {
        Done,
        #[default]
        Start,
        Pay(u64),
    }

    #[derive(SessionData, Clone)]
    pub(super) struct Shop {
        theme: u8,
        cart: Vec<Item>,
        user_id: Option<i64>,
        step: Step,
        username: Option<String>,
    }
}

#[test]
fn additions_and_another_order_need_only_the_paste() {
    let message = said::<additions::Shop>(&lock_of::<v1::Shop>());
    assert!(!message.contains("changed") && !message.contains("removed"), "{message}");
    assert_eq!(said::<additions::Shop>(&pasted(&message)), "");
}

mod explained {
    use super::*;

    #[derive(SessionValue, Clone, Default)]
    struct Item {
        #[session(alias = "sku")]
        code: String,
        #[session(was = u32)]
        quantity: u64,
    }

    #[derive(SessionData, Clone)]
    #[session(retired("step"))]
    pub(super) struct Shop {
        #[session(was = Option<i64>, with = widened)]
        user_id: Option<u64>,
        #[session(alias = "username")]
        nick: Option<String>,
        cart: Vec<Item>,
    }

    fn widened(old: Option<i64>) -> Result<Option<u64>, std::num::TryFromIntError> {
        old.map(u64::try_from).transpose()
    }
}

#[test]
fn former_names_and_types_and_what_is_retired_explain_entries() {
    let message = said::<explained::Shop>(&lock_of::<v1::Shop>());
    assert!(!message.contains("changed") && !message.contains("removed"), "{message}");
    assert!(message.contains("added:   `user_id` as Option<u64>"), "{message}");
    assert_eq!(said::<explained::Shop>(&pasted(&message)), "");
}

mod retired {
    use super::*;

    /// `cart` was a list of structs; what was inside of it went with it.
    #[derive(SessionData, Clone)]
    #[session(retired("user_id", "username", "step"), retired("cart:54d411d2"))]
    pub(super) struct Shop {
        cart: u8,
    }

    #[derive(SessionData, Clone)]
    #[session(retired("a.sku"), retired("b:00000001", "c"))]
    pub(super) struct Wrong {
        a: v1::Item,
        b: u8,
    }
}

#[test]
fn a_retired_shape_takes_its_parts_with_it() {
    let message = said::<retired::Shop>(&lock_of::<v1::Shop>());
    assert!(!message.contains("removed") && !message.contains("changed"), "{message}");
    assert_eq!(said::<retired::Shop>(&pasted(&message)), "");
}

#[test]
fn what_is_retired_and_there_or_was_never_there_is_a_mistake() {
    let message = said::<retired::Wrong>(&lock_of::<retired::Wrong>());
    assert!(message.contains("`a.sku` is retired and is there"), "{message}");
    assert!(message.contains("`b:00000001`, but no entry"), "{message}");
    assert!(message.contains("`c`, but no entry"), "{message}");
}

#[test]
fn no_message_is_cut() {
    // Every field of a long lock was removed, and says so to the end.
    let lock: Vec<String> = (0..100).map(|number| format!("field_{number}:{number:08x}")).collect();
    let message = said::<v1::Shop>(&lock.join("\n    "));
    assert_eq!(message.matches("removed: ").count(), 100);
    assert!(message.trim_end().ends_with('"'), "{message}");
    assert!(pasted(&message).starts_with(&lock.join("\n    ")));
}
