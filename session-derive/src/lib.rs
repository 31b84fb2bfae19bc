//! The derive macros of `session`: `#[derive(SessionData)]` for an app's session struct and `#[derive(SessionValue)]`
//! for what stands in its fields.
//!
//! # The pipeline
//!
//! Both macros run the same four stages, on `proc_macro2` tokens so that each can be tested alone:
//!
//! 1. `attr` reads `#[session(…)]` as written. It never stops at a mistake: it reports and reads on.
//! 2. `model` says what is meant: every default resolved, every derived fact a method.
//! 3. `check` holds the rules between options and fields, one function each.
//! 4. `expand` turns the model into tokens. It cannot fail: where there were mistakes it emits the same items with
//!    empty bodies, so that one mistake is one error.
//!
//! What is generated is tables and calls. Algorithms live in `session`, in one copy for all structs.

mod attr;
mod check;
mod diagnostics;
mod expand;
mod model;
mod symbol;
#[cfg(test)]
mod tests;

use diagnostics::Diagnostics;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Makes a struct the data of a session.
///
/// Implements `SessionData` and gives `Session<YourStruct>` typed accessors: `x()`, `set_x(…)` and `update_x(|x| …)`
/// for every field, with the field's visibility and documentation. The struct must also be `Clone`.
///
/// # Options of the struct
///
/// | option | meaning |
/// |---|---|
/// | `version = 2` | the schema version; 1 where it is left out |
/// | `previous = OldStruct` | the struct of the version before, which becomes this one by `From` or `TryFrom` |
/// | `write_as = 1` | sessions are written as the previous struct, while programs run that know no other |
/// | `min_reader = 2` | the oldest version that may read what this struct writes |
/// | `on_failed_upgrade = refuse` | what becomes of a session whose conversion fails: `refuse`, `reset` or `keep_aside` |
/// | `retired("name", since = 2)` | fields that once were |
/// | `lock = "…"` | pins what is stored, see below |
/// | `fits_cookie` | all that the fields can hold fits a cookie, or it does not compile |
/// | `crate = path` | where the `session` crate is, if under another name |
///
/// How to change a struct while sessions of the old one live: the guide `session::guide::evolution`.
///
/// # The lock
///
/// `lock = ""` makes the compiler print the lock to paste: every field, and every named part inside of one, with the
/// fingerprint of its shape. From then on no change of what is stored goes unseen, wherever it is made. Additions need
/// only the new lock pasted. For what was renamed, retyped or removed, pasting is not enough: each entry must be explained
/// by something that is there, by `alias`, by `was`, or by `retired("name")` (gone for good, `cart.note` for a part of
/// `cart`) or `retired("name:shape")` (the name lives on, its old values are dropped). A struct with `previous` has a lock
/// of its own; that of the previous struct goes on protecting its records.
///
/// # Options of a field
///
/// | option | meaning |
/// |---|---|
/// | `identity` | whose session it is; adds `sign_in`, `sign_out` and `is_authenticated` |
/// | `index` | sessions are found by its value: adds `sessions.by_<field>(&value)` to `Sessions`, for stores that keep an index; the field is an `Option` or a `String` |
/// | `privilege` | a change of it gives the session a new id |
/// | `keep` | survives a change of identity |
/// | `merge = lww` | what two concurrent changes become: the later one wins, which is the default; see below |
/// | `flash` | shown once; the field is an `Option` |
/// | `secret` | for a field of type `Secret<V>`: never shown, and sealed by itself in every store, for which the configuration needs `keys` |
/// | `pii` | about a person: listed as such in the data inventory, with how long it is kept (`session::schema::inventory`) |
/// | `default = expr` | the value in a session that holds none; `Default::default()` where it is left out |
/// | `rename = "name"` | the name under which it is stored |
/// | `max_len = 64` | the most bytes of a text, or elements of a collection; a commit of more is an error of kind `TooLong`. What is stored already is read however long it is |
/// | `alias = "old_name"` | a name under which it was stored before; several, newest first |
/// | `was = OldType` | a type that it had before, with a conversion by `From` or `TryFrom`; several, newest first |
/// | `with = path`, `back = path` | after `was`: functions for the conversion, there and back |
/// | `skip` | not stored |
/// | `accessor = "name"` | another name for the accessors |
/// | `copy` | the getter returns the value itself; said for you where the type is written as a number, `bool`, `char`, or an `Option` of one |
///
/// # Merge policies
///
/// Asked only where both changed the field; where one did, its change stands. `session::data::policy` has the rules in
/// full: bounds, resets, equal changes, orders.
///
/// | `merge = …` | for | what two concurrent changes become |
/// |---|---|---|
/// | `lww` | any type | the later write wins |
/// | `first` | any type | the first one to be written stays |
/// | `max`, `min` | what is `Ord`, and floats | the larger, the smaller one of the two |
/// | `add` | integers | both differences are added, and the sum is held at the bounds of the type |
/// | `union` | sets, and maps by key | both additions and both removals |
/// | `append` | `Vec`, `VecDeque`, `String` | both suffixes; an error if one of the two did more than append |
/// | `conflict` | any type | an error of kind `Conflict`, unless they are equal |
/// | `path::to::function` | any type | what a `fn(base: &V, mine: &V, theirs: &V) -> V` returns (`&[T]` and `&str` will do for a `Vec<T>` and a `String`); write `self::function` for one in the same module |
#[proc_macro_derive(SessionData, attributes(session))]
pub fn derive_session_data(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    session_data(input.into()).into()
}

/// Makes a struct or an enum a value that can stand in a field of session data.
///
/// A struct with named fields is stored field by field under their names, so that fields can be added and removed
/// later; each therefore needs a default. A tuple struct of one field is stored as that field. Enum variants are
/// stored by name.
///
/// # Options
///
/// | option | on | meaning |
/// |---|---|---|
/// | `packed` | struct | stored without names: shorter, but any change of its fields makes it another type |
/// | `crate = path` | type | where the `session` crate is, if under another name |
/// | `default = expr` | field | the value where none is stored; `Default::default()` where it is left out |
/// | `rename = "name"` | field, variant | the name under which it is stored |
/// | `max_len = 64` | field | the most bytes of a text, or elements of a collection |
/// | `recursive` | field | its type leads back to this one through another: what it is made of is not part of the shape, nor of a lock. Where the compiler finds a circle of two or more types ("cycle detected when …"), one of its fields needs it |
/// | `alias = "old_name"`, `was = OldType`, `with = path`, `back = path` | field | as in session data |
/// | `other` | variant | stands for all that this program does not know: `Other`, or `Other(session::Unknown)`, which is written back as it was |
///
/// A field of the type `session::Unknown` keeps the fields that this program does not know.
#[proc_macro_derive(SessionValue, attributes(session))]
pub fn derive_session_value(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    session_value(input.into()).into()
}

fn session_data(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let diagnostics = Diagnostics::new();
    let model = model::Data::new(&input, &diagnostics);
    check::data(&model, &diagnostics);
    expand::data(&model, &diagnostics.finish())
}

fn session_value(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let diagnostics = Diagnostics::new();
    let model = model::Value::new(&input, &diagnostics);
    check::value(&model, &diagnostics);
    expand::value(&model, &diagnostics.finish())
}
