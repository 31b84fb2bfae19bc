//! Accessors are as visible as their fields, from where the struct stands.

mod outer {
    pub mod inner {
        #[derive(session::SessionData, Clone)]
        pub struct Data {
            #[session(identity)]
            pub(in crate::outer) user_id: Option<i64>,
            pub(super) views: u32,
            pub(crate) name: String,
        }
    }

    pub fn used(session: &session::Session<inner::Data>) -> u32 {
        session.sign_in(3);
        session.views()
    }
}

fn main() {
    let _ = outer::used;
    let _ = |session: &session::Session<outer::inner::Data>| session.set_name(String::new());
}
