/// A type with a value for a field that nothing is stored for. The same types as have `Default`; a trait of its own for
/// the sake of what the compiler says where there is none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default, which the field needs while nothing is stored for it",
    label = "no default",
    note = "say with `#[session(default = …)]` on the field what it holds then, or implement `Default` for the type"
)]
pub trait Blank {
    /// The default.
    fn blank() -> Self;
}

#[diagnostic::do_not_recommend]
impl<V: Default> Blank for V {
    fn blank() -> Self {
        Self::default()
    }
}

/// A field without `#[session(default = …)]`, in a session that holds nothing.
pub fn blank<V: Blank>() -> V {
    V::blank()
}
