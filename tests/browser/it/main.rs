//! The tests in a browser, in one binary.

mod shop;
