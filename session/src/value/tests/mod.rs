mod fixtures;
mod golden;
mod hostile;
mod round_trip;
mod shape;

use super::*;
use fixtures::{Answer, Item, List};
