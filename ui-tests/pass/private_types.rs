//! Private types in fields of a public struct, at every visibility, without a warning.
#![deny(warnings, private_interfaces, private_bounds, unreachable_pub, unnameable_types)]

pub mod data {
    #[derive(session::SessionValue, Clone, Default)]
    struct Private {
        number: u8,
    }

    #[derive(session::SessionValue, Clone, Default)]
    pub(crate) struct Inside(u8);

    #[derive(session::SessionData, Clone)]
    pub struct Data {
        private: Private,
        #[session(flash)]
        shown: Option<Private>,
        pub(super) inside: Inside,
        pub(in crate::data) narrow: Vec<Inside>,
        pub public: u8,
    }

    #[derive(session::SessionData, Clone)]
    pub(crate) struct Crate {
        private: Private,
        pub(crate) inside: Inside,
    }

    #[derive(session::SessionData, Clone)]
    struct Nobody {
        private: Private,
    }

    pub(crate) fn used(session: &session::Session<Data>, other: &session::Session<Crate>) -> u8 {
        let _: Option<fn(&session::Session<Nobody>)> = None;
        session.private().number + other.private().number
    }
}

fn main() {
    let _ = data::used;
    let _ = |session: &session::Session<data::Data>| session.inside().clone();
}
