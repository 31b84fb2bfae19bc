//! Types of other crates, each behind a feature of the crate's name.
//!
//! The libraries for dates and times store the same thing as the same bytes, and a moment as `SystemTime` does: an app goes
//! from one to another without a change of what is stored. Their ranges differ, and what the one has and the other does not
//! is an error when it is read, and stays stored: jiff and time end in the year 9999, jiff's moments on its last day but one
//! (`9999-12-30T22:00:00Z`), chrono's durations at `i64::MAX` milliseconds. So a farthest moment is no good way to say
//! "never"; `None` is one.

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
