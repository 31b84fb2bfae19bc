//! Where every stage reports, so that all mistakes of a struct are said at once.

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects errors. Must be [`finish`](Self::finish)ed: errors that nobody looked at are a bug in the macro.
pub(crate) struct Diagnostics {
    errors: RefCell<Vec<syn::Error>>,
    finished: Cell<bool>,
}

/// All that was reported, as tokens.
#[derive(Default)]
pub(crate) struct Errors(TokenStream);

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self { errors: RefCell::default(), finished: Cell::new(false) }
    }

    /// Reports `message` on all of `at`.
    pub(crate) fn error(&self, at: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(at, message));
    }

    /// Reports `message` on one token.
    pub(crate) fn error_at(&self, at: Span, message: impl Display) {
        self.push(syn::Error::new(at, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }

    pub(crate) fn finish(self) -> Errors {
        self.finished.set(true);
        Errors(self.errors.take().into_iter().map(syn::Error::into_compile_error).collect())
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        assert!(
            self.finished.get() || std::thread::panicking(),
            "diagnostics were dropped without a look at them"
        );
    }
}

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "without a look")]
    fn errors_cannot_be_forgotten() {
        drop(Diagnostics::new());
    }
}
