//! A real browser, and examples that run as a newcomer runs them, for the tests beside this folder.

#![expect(clippy::missing_panics_doc, reason = "fixtures panic where a test fails")]

pub mod browser;
pub mod example;
