//! The derive macros of `session`.
