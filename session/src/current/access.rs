//! What generated accessors call. Free functions, so that they take no name from a session's fields.

#![expect(missing_docs, reason = "for generated code only; the accessors carry the documentation")]

use super::{Current, Ref};
use crate::data::{Identity, IdentityLens, Lens, Scratch, SessionData};
use crate::error::Error;
use crate::flash::FlashSlot;
use crate::value::SessionValue;

pub fn copied<T: SessionData, L: Lens<T, Value: Copy>>(current: &Current<T>) -> L::Value {
    *L::get(&current.shared.lock().data)
}

pub fn get<T: SessionData, L: Lens<T>>(current: &Current<T>) -> Ref<T, L::Value> {
    Ref::field::<L>(current.shared.data())
}

pub fn set<T: SessionData, L: Lens<T>>(current: &Current<T>, value: L::Value) {
    current.shared.set::<L>(value);
}

pub fn update<T: SessionData, L: Lens<T>, R>(
    current: &Current<T>,
    change: impl FnOnce(&mut L::Value) -> R,
) -> R {
    current.shared.update_field::<L, R>(change)
}

#[expect(clippy::needless_pass_by_value, reason = "a setter takes its value")]
pub fn set_identity<T: SessionData, L: IdentityLens<T>>(current: &Current<T>, value: L::Value) {
    current.shared.set_identity::<L>(&value);
}

pub fn sign_in<T: SessionData, L: IdentityLens<T>>(
    current: &Current<T>,
    principal: <L::Value as Identity>::Principal,
) {
    current.shared.set_identity::<L>(&L::Value::of(principal));
}

pub async fn sign_out<T: SessionData, L: IdentityLens<T>>(current: &Current<T>) -> Result<(), Error> {
    current.shared.sign_out::<L>().await
}

pub fn is_authenticated<T: SessionData, L: IdentityLens<T>>(current: &Current<T>) -> bool {
    L::get(&current.shared.data()).is_present()
}

pub fn flash<T: SessionData, L: Lens<T, Value = Option<V>>, V: SessionValue>(
    current: &Current<T>,
) -> FlashSlot<'_, T, V> {
    FlashSlot::new::<L>(current)
}

pub fn scratch<T: SessionData, C: Scratch<T>>(current: &Current<T>) -> Ref<T, C::Value> {
    Ref::scratch::<C>(current.shared.data())
}

pub fn scratch_copied<T: SessionData, C: Scratch<T, Value: Copy>>(current: &Current<T>) -> C::Value {
    *C::get(&current.shared.lock().data)
}

pub fn set_scratch<T: SessionData, C: Scratch<T>>(current: &Current<T>, mut value: C::Value) {
    current.shared.edit(None, None, |data, _| std::mem::swap(C::get_mut(data), &mut value));
}

pub fn update_scratch<T: SessionData, C: Scratch<T>, R>(
    current: &Current<T>,
    change: impl FnOnce(&mut C::Value) -> R,
) -> R {
    let _turn = current.shared.gate.enter();
    let mut value = C::get(&current.shared.data()).clone();
    let result = change(&mut value);
    set_scratch::<T, C>(current, value);
    result
}
