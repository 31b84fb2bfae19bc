//! Stores for `session`.
