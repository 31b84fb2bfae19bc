#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod calendar;
mod fixtures;
#[cfg(any(feature = "rust_decimal", feature = "url", feature = "uuid"))]
mod foreign;
mod golden;
mod hostile;
mod round_trip;
mod shape;

use super::*;
use fixtures::{Answer, Item, List};
