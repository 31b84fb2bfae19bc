//! No prelude, another name for the runtime, and names that the generated code might trip over.
#![no_implicit_prelude]
#![deny(unused, unused_qualifications)]
#![allow(dead_code, non_camel_case_types, non_snake_case)]

extern crate session as renamed;

mod core {}
mod std {}
mod session {}
mod runtime {
    pub use ::session::*;
}

mod shadowed {
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Vec;
    pub struct String;
    pub struct Result;
    pub struct Ref;
    pub struct FlashSlot;
    pub struct Session;
    pub struct Encoder;
    pub trait Clone {}
    pub trait Default {}
    pub trait SessionValue {}
    pub trait From {}
    pub trait Lens {}

    #[derive(::session::SessionData, ::core::clone::Clone)]
    pub struct Shadowed {
        #[session(identity)]
        pub who: ::core::option::Option<u8>,
        #[session(flash)]
        pub flash: ::core::option::Option<::std::string::String>,
        #[session(merge = add)]
        pub count: u8,
        #[session(skip)]
        pub skipped: ::std::vec::Vec<u8>,
        pub nested: super::Fields,
    }
}

#[derive(::session::SessionValue, ::core::clone::Clone, ::core::default::Default)]
#[session(crate = crate::runtime)]
pub struct Fields {
    d: u8,
    e: u8,
    r: u8,
    v: u8,
    f: u8,
    value: u8,
    h: u8,
    __s: u8,
    data: u8,
    decoder: u8,
    encoder: u8,
    r#fn: u8,
}

#[derive(::session::SessionValue, ::core::clone::Clone)]
#[session(crate = renamed)]
pub enum Choice {
    Ok { encoder: u8, index: u8, __0: u8, __1: u8 },
    Err(u8, u8),
    Some,
    None,
    r#Self_,
}

#[derive(renamed::SessionData, ::core::clone::Clone)]
#[session(crate = self::runtime)]
pub struct Locals {
    d: u8,
    e: u8,
    r: u8,
    v: ::std::vec::Vec<u8>,
    f: u8,
    value: u8,
    change: u8,
    h: u8,
    __s: u8,
    __R: u8,
    data: u8,
    current: u8,
    fmt: u8,
    deref: u8,
    from: u8,
    empty: u8,
    default: u8,
    r#type: u8,
    r#fn: ::std::string::String,
}

mod inner {
    #[derive(::session::SessionData, ::core::clone::Clone)]
    #[session(crate = super::runtime)]
    pub(in crate::inner) struct Super {
        pub(super) x: u8,
        pub(in crate::inner) y: u8,
        z: u8,
    }
}

macro_rules! from_macro {
    ($name:ident, $field:ident: $ty:ty) => {
        #[derive(::session::SessionData, ::core::clone::Clone)]
        struct $name {
            $field: $ty,
            fixed: $ty,
            #[session(flash)]
            shown: ::core::option::Option<$ty>,
        }
    };
}
from_macro!(Made, number: u32);

fn main() {
    type R = u8;

    #[derive(::session::SessionValue, ::core::clone::Clone, ::core::default::Default)]
    struct Local {
        r: R,
    }

    #[derive(::session::SessionData, ::core::clone::Clone)]
    struct InFunction {
        local: Local,
        r: R,
    }

    fn uses(session: &::session::Session<InFunction>, made: &::session::Session<Made>) -> u32 {
        session.set_r(3);
        session.update_local(|local| local.r = 3);
        made.number() + made.fixed()
    }

    let _ = uses;
    ::std::assert_eq!(<Locals as ::session::SessionData>::FIELDS.len(), 19);
}
