//! Types of other crates, each behind a feature of the crate's name.
//!
//! The libraries for dates and times store the same thing as the same bytes, and a moment as `SystemTime` does: an app goes
//! from one to another without a change of what is stored.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod calendar;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;
